"""What the pages and the daily list of gaps show: one frozen row per plan, step, mentor, observation and kept learning point."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

NOT_OWED = "not-owed"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One plan. `unit_id`: where the person is today. Counts are of steps: `done` in time, `late`, `missed`; `steps`: all owed.

    `plan_approved`, `mentors_named`: none where nobody is asked to approve it, or to name any.
    """

    plan_id: UUID
    municipality: str
    person_key: UUID
    employment_id: UUID
    unit_id: UUID
    occasion: str
    template: str
    starts_on: date
    last_day: date | None
    steps: int
    done: int
    late: int
    missed: int
    approved_on: date | None
    newcomer_took_part: bool
    plan_approved: bool | None
    mentors_named: bool | None
    closed_on: date | None
    end_state: str | None


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step. `state`: a word of `CallState`, or `not-owed`; `at_unit`: whose people are asked, `unit_id`: where the person is today.

    `waits_for`: the steps of the plan, by name, that must be done before this one and are not; joined by spaces, as names hold none.
    """

    fact: UUID
    plan_id: UUID
    municipality: str
    person_key: UUID
    employment_id: UUID
    unit_id: UUID
    at_unit: UUID
    name: str
    kind: str
    how: str
    occasion: str
    role: str
    place: int
    state: str
    opens: date
    due: date
    closes: date
    missed_after: date
    state_on: date | None
    in_window: bool
    on_leave: bool
    hidden: bool
    required: bool
    waits_for: str
    course: str | None
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class MentorRow:
    """Who stands by whom, from `named_from` to `until`; a person of the municipality, or a team."""

    plan_id: UUID
    kind: str
    municipality: str
    person_key: UUID
    unit_id: UUID
    mentor_key: UUID | None
    team_unit_id: UUID | None
    named_on: date
    named_from: date
    until: date


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """What a newcomer wondered about, and what came of it. The person is only there to be forgotten with: pages show the unit."""

    fact: UUID
    municipality: str
    person_key: UUID
    unit_id: UUID
    theme: str
    raised_in: str
    raised_on: date
    state: str
    due: date
    closes: date
    missed_after: date
    state_on: date | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class LearningRow:
    """That learning points were written, under the fact of the record, about which step, and until when the text is kept."""

    fact: UUID
    person_key: UUID
    step: UUID
    noted_on: date
    until: date


Row = PlanRow | StepRow | MentorRow | ObservationRow | LearningRow

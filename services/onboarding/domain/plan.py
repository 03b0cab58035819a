"""The intro plan of the first year: what the municipality owes each newcomer, said as facts with a life."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from contracts.base import Call, CallState, HolderRole
from contracts.onboarding import (
    IntroMilestone,
    IntroMilestoneDone,
    IntroMilestoneDue,
    IntroMilestoneMissed,
    IntroMilestonePlanned,
    IntroPlanMade,
)
from contracts.words import Occasion
from services.chassis.calendar import midnight
from services.chassis.reference import Reference
from services.chassis.subject import History, Situation, Statement, earliest
from services.onboarding.domain.job import Job
from services.onboarding.domain.talk import Talk, plan_key, talk_key, talks

TEMPLATE = "first-year"
NOT_OWED = "not-owed"


@dataclass(frozen=True, slots=True)
class TalkRow:
    """What the pages show of a talk. `state`: a word of `CallState`, or `not-owed`. `unit_id`: where the person is today."""

    fact: UUID
    municipality: str
    person_key: UUID
    employment_id: UUID
    unit_id: UUID
    kind: str
    state: str
    opens: date
    due: date
    closes: date
    missed_after: date
    state_on: date | None
    in_window: bool
    on_leave: bool
    first_day: date
    last_day: date | None


def intro_plans(history: History, reference: Reference, now: datetime) -> Situation:
    """Plan the first year of each employment: which talks are ahead, open, late, held or no longer owed (S0, S3)."""
    found = talks(history, reference, now)
    owed = [talk for talk in found if talk.state is not None]
    plans = [_plan(job, list(steps)) for job, steps in groupby(owed, key=lambda talk: talk.job)]
    milestones = [Statement(talk_key(talk.kind, talk.job), _milestone(talk, reference.today)) for talk in owed]
    return Situation(
        statements=(*plans, *milestones),
        rows=tuple(_row(talk, reference.today) for talk in found),
        wake_at=_next_turn(found, reference.today, now),
    )


def _plan(job: Job, steps: list[Talk]) -> Statement:
    """A plan exists where at least one step is owed; it stays with the unit of the first day."""
    fields = {"plan_id": steps[0].plan, "occasion": Occasion.HIRE, "template": TEMPLATE, "steps": len(steps), "starts_on": job.first_day}
    return Statement(plan_key(job), IntroPlanMade.model_validate({**_about(job, job.unit_on(job.first_day)), **fields}))


def _milestone(talk: Talk, today: date) -> IntroMilestone:
    """The talk as the event whose type tells its state."""
    fields = {
        **_about(talk.job, talk.unit(today)),
        "plan_id": talk.plan,
        "milestone_id": talk.fact,
        "milestone_kind": talk.kind,
        "occasion": Occasion.HIRE,
        "call": _call(talk, today),
    }
    match talk.state:
        case CallState.DONE:
            held = {"done_on": talk.state_on, "in_window": talk.in_window, "by_role": talk.by_role, "themes": talk.themes}
            return IntroMilestoneDone.model_validate({**fields, **held})
        case CallState.OPEN:
            return IntroMilestoneDue.model_validate(fields)
        case CallState.PLANNED:
            return IntroMilestonePlanned.model_validate(fields)
        case _:
            return IntroMilestoneMissed.model_validate(fields)


def _call(talk: Talk, today: date) -> Call:
    """The task: for the nearest leader of the unit, about the newcomer."""
    assert talk.state is not None
    return Call(
        kind=talk.kind.value,
        role=HolderRole.NEAREST_LEADER,
        unit_id=talk.unit(today),
        about_person=talk.job.hired.body.person_key,
        opens=talk.window.opens,
        due=talk.window.due,
        closes=talk.window.closes,
        missed_after=talk.window.missed_after,
        state=talk.state,
        state_on=talk.state_on,
        by_role=talk.by_role,
        why=talk.why,
        link=f"/onboarding/talks/{talk.fact}",
    )


def _about(job: Job, unit: UUID) -> dict[str, object]:
    hire = job.hired.body
    return {"municipality": hire.municipality, "employment_id": hire.employment_id, "person_key": hire.person_key, "unit_id": unit}


def _row(talk: Talk, today: date) -> TalkRow:
    hire = talk.job.hired.body
    return TalkRow(
        fact=talk.fact,
        municipality=hire.municipality,
        person_key=hire.person_key,
        employment_id=hire.employment_id,
        unit_id=talk.job.unit_on(today),
        kind=talk.kind.value,
        state=talk.state.value if talk.state else NOT_OWED,
        opens=talk.window.opens,
        due=talk.window.due,
        closes=talk.window.closes,
        missed_after=talk.window.missed_after,
        state_on=talk.state_on,
        in_window=talk.in_window,
        on_leave=talk.why is not None and talk.state is CallState.PLANNED,
        first_day=talk.job.first_day,
        last_day=talk.job.last_day,
    )


def _next_turn(found: tuple[Talk, ...], today: date, now: datetime) -> datetime | None:
    """The next midnight at which a window turns or the person belongs to another unit."""
    turns = [midnight(day) for talk in found if talk.is_ahead for day in talk.window.turns()]
    moves = [midnight(move) for move in {talk.job.next_move(today) for talk in found} if move is not None]
    return earliest(*(moment for moment in (*turns, *moves) if moment > now))

"""What leaders record about introductions: own events, joined to the person's history, never said to others as they are."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import Code, EmploymentId, Event, HolderRole, PersonKey, UnitId
from contracts.onboarding.mentor import MentorKind
from contracts.onboarding.observation import ObservationOutcome
from contracts.words import MilestoneKind, TalkTheme


class TalkRecord(Event):
    """Something recorded about one talk; `talk` is the fact of the milestone."""

    talk: UUID
    by_role: HolderRole


class TalkHeld(TalkRecord):
    """The talk was held; `observations`: what the newcomer's fresh eyes saw, as themes."""

    wire: ClassVar[str] = "ask.hold-talk"

    held_on: date
    themes: tuple[TalkTheme, ...] = ()
    observations: tuple[TalkTheme, ...] = ()


class TalkDeclined(TalkRecord):
    """The employee did not want the talk: a valid end."""

    wire: ClassVar[str] = "ask.decline-talk"

    declined_on: date


class StepRecord(Event):
    """Something recorded about one step; `step` is its fact."""

    step: UUID
    by_role: HolderRole


class StepDone(StepRecord):
    """A step of a checklist, or a course, was done."""

    wire: ClassVar[str] = "ask.do-step"

    done_on: date


class StepMoved(StepRecord):
    """Another day was agreed on, inside the window."""

    wire: ClassVar[str] = "ask.move-step"

    due: date


class StepRemoved(StepRecord):
    """The step is taken out of this plan."""

    wire: ClassVar[str] = "ask.remove-step"


class PlanRecord(Event):
    """Something recorded about one plan."""

    plan: UUID
    by_role: HolderRole


class PlanApproved(PlanRecord):
    """The leader approved the plan."""

    wire: ClassVar[str] = "ask.approve-plan"

    approved_on: date
    newcomer_took_part: bool


class StepAdded(PlanRecord):
    """A step of the municipality's rules, by name, is added to this plan."""

    wire: ClassVar[str] = "ask.add-step"

    name: Code


class MentorChosen(PlanRecord):
    """This colleague, or this team, stands by the newcomer; of each kind the last one chosen."""

    wire: ClassVar[str] = "ask.name-mentor"

    mentor_kind: MentorKind
    mentor_key: PersonKey | None = None
    mentor_employment_id: EmploymentId | None = None
    team_unit_id: UnitId | None = None
    named_on: date


class ObservationRaised(PlanRecord):
    """The newcomer wondered about something outside a talk."""

    wire: ClassVar[str] = "ask.raise-observation"

    theme: TalkTheme
    raised_in: MilestoneKind
    raised_on: date


class ObservationAnswered(Event):
    """What comes of an observation."""

    wire: ClassVar[str] = "ask.answer-observation"

    observation: UUID
    by_role: HolderRole
    outcome: ObservationOutcome
    answered_on: date


class LearningNoted(StepRecord):
    """Learning points were written about a step; the text is kept beside, under the fact of this record, and never joins a history."""

    wire: ClassVar[str] = "ask.note-learning"

    noted_on: date


RECORDS: tuple[type[Event], ...] = (
    *(TalkHeld, TalkDeclined, StepDone, StepMoved, StepRemoved, PlanApproved, StepAdded, MentorChosen),
    *(ObservationRaised, ObservationAnswered, LearningNoted),
)
"""All that is recorded here."""

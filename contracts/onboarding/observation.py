"""What newcomers wondered about, as themes of a unit: not by whom, and no text."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import AboutUnit, Call, DataClass, Word
from contracts.onboarding.plan import TOPIC
from contracts.words import MilestoneKind, TalkTheme


class ObservationOutcome(Word):
    """What came of an observation."""

    USED = "used"
    NOT_USED = "not-used"
    UNKNOWN = "unknown"


class Observation(AboutUnit):
    """Something that a newcomer's fresh eyes saw, and the duty of the leader to answer it."""

    topic: ClassVar[str] = TOPIC
    data_class: ClassVar[DataClass] = DataClass.NONE

    observation_id: UUID
    theme: TalkTheme
    raised_in: MilestoneKind
    raised_on: date
    call: Call


class ObservationPlanned(Observation):
    """Raised, the window to answer it not open."""

    wire: ClassVar[str] = "onboarding.observation-planned.v1"


class ObservationDue(Observation):
    """The leader is asked what comes of it."""

    wire: ClassVar[str] = "onboarding.observation-due.v1"


class ObservationDone(Observation):
    """Answered on `done_on`: used in practice, or not."""

    wire: ClassVar[str] = "onboarding.observation-done.v1"

    done_on: date
    outcome: ObservationOutcome


class ObservationMissed(Observation):
    """Not answered before `call.missed_after` had passed."""

    wire: ClassVar[str] = "onboarding.observation-missed.v1"

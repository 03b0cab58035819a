"""Steps of a recruitment that somebody is asked for: each a duty; another kind of step is a word more, not another event."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import AboutEmployment, Call, Word
from contracts.recruitment.vacancy import TOPIC, VacancyEvent


class HiringStepKind(Word):
    """What a leader or a committee is asked for about a vacancy."""

    AD_COMPLETION = "ad-completion"
    INTERVIEW_CRITERIA = "interview-criteria"
    INTERVIEW_SLOT = "interview-slot"
    RE_POSTING = "re-posting"
    POST_COVER = "post-cover"
    UNKNOWN = "unknown"


class StaffStepKind(Word):
    """What is asked for about somebody employed."""

    HAND_OVER = "hand-over"
    TAKE_OVER = "take-over"
    SUPPORT_PLAN = "support-plan"
    PLACEMENT_END_TALK = "placement-end-talk"
    REFERRAL_REPLY = "referral-reply"
    UNKNOWN = "unknown"


class HiringStep(VacancyEvent):
    """Complete the ad, agree criteria and a case, fill a free interview, decide on a new ad, cover an empty leader post."""

    step: HiringStepKind
    ad_id: UUID | None = None
    call: Call


class HiringStepPlanned(HiringStep):
    """Known, its window not open."""

    wire: ClassVar[str] = "recruitment.hiring-step-planned.v1"


class HiringStepDue(HiringStep):
    """Somebody is asked."""

    wire: ClassVar[str] = "recruitment.hiring-step-due.v1"


class HiringStepDone(HiringStep):
    """Done on `done_on`; in the window or late, as it was when the step was closed."""

    wire: ClassVar[str] = "recruitment.hiring-step-done.v1"

    done_on: date
    in_window: bool


class HiringStepMissed(HiringStep):
    """Not done before `call.missed_after` had passed."""

    wire: ClassVar[str] = "recruitment.hiring-step-missed.v1"


class StaffStep(AboutEmployment):
    """Hand over at an internal move, plan support, talk at the end of a placement, answer who referred somebody."""

    topic: ClassVar[str] = TOPIC

    step: StaffStepKind
    call: Call


class StaffStepPlanned(StaffStep):
    """Known, its window not open."""

    wire: ClassVar[str] = "recruitment.staff-step-planned.v1"


class StaffStepDue(StaffStep):
    """Somebody is asked."""

    wire: ClassVar[str] = "recruitment.staff-step-due.v1"


class StaffStepDone(StaffStep):
    """Done on `done_on`; in the window or late, as it was when the step was closed."""

    wire: ClassVar[str] = "recruitment.staff-step-done.v1"

    done_on: date
    in_window: bool


class StaffStepMissed(StaffStep):
    """Not done before `call.missed_after` had passed."""

    wire: ClassVar[str] = "recruitment.staff-step-missed.v1"

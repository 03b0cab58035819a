"""What retention says: the talk that might keep a person, and the talks when somebody leaves."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import AboutEmployment, Call, DataClass, Event, HolderRole
from contracts.words import ExitLevel, Silent


class RetentionEvent(AboutEmployment):
    """An event of retention about one employment."""

    topic: ClassVar[str] = "retention.v1"


class RetentionTalk(RetentionEvent):
    """The duty to talk with somebody who has resigned; `case_id` is the resignation's fact."""

    case_id: UUID
    call: Call


class RetentionTalkPlanned(RetentionTalk):
    """Known, its window not yet open."""

    wire: ClassVar[str] = "retention.retention-talk-planned.v1"


class RetentionTalkDue(RetentionTalk):
    """The leader is asked to talk within the window."""

    wire: ClassVar[str] = "retention.retention-talk-due.v1"


class RetentionTalkHeld(RetentionTalk):
    """Held; what was said stays in retention."""

    wire: ClassVar[str] = "retention.retention-talk-held.v1"

    held_on: date
    in_time: bool


class RetentionTalkMissed(RetentionTalk):
    """Not held before `call.missed_after` had passed, or declined; see `call.state`."""

    wire: ClassVar[str] = "retention.retention-talk-missed.v1"


class ResignationClassified(RetentionEvent):
    """The leader's one click: was it the employee's own wish."""

    wire: ClassVar[str] = "retention.resignation-classified.v1"

    case_id: UUID
    own_wish: bool


class ExitInterview(RetentionEvent):
    """The duty to offer and hold an exit talk; `case_id` is the end's fact, each level a duty of its own."""

    case_id: UUID
    level: ExitLevel
    call: Call


class ExitInterviewPlanned(ExitInterview):
    """Known, not yet to be offered."""

    wire: ClassVar[str] = "retention.exit-interview-planned.v1"


class ExitInterviewDue(ExitInterview):
    """To be offered and held before the last working day."""

    wire: ClassVar[str] = "retention.exit-interview-due.v1"


class ExitInterviewOffered(ExitInterview):
    """The offer has reached the person."""

    wire: ClassVar[str] = "retention.exit-interview-offered.v1"

    offered_on: date


class ExitInterviewAccepted(ExitInterview):
    """The person wants the talk."""

    wire: ClassVar[str] = "retention.exit-interview-accepted.v1"

    offered_on: date
    accepted_on: date


class ExitInterviewDeclined(ExitInterview):
    """A valid end, not a miss."""

    wire: ClassVar[str] = "retention.exit-interview-declined.v1"

    offered_on: date
    declined_on: date


class ExitInterviewDone(ExitInterview):
    """Held. No reasons and no notes: they stay in retention until they are counted."""

    wire: ClassVar[str] = "retention.exit-interview-done.v1"

    held_on: date
    before_last_day: bool
    holder_role: HolderRole


class ExitInterviewMissed(ExitInterview):
    """The last day (and what comes after it) passed without the talk; `offered_on` tells whether it was offered."""

    wire: ClassVar[str] = "retention.exit-interview-missed.v1"

    offered_on: date | None = None
    accepted_on: date | None = None


class Silence(Event):
    """Nothing was heard where something should have been: for HR to look into. It is about nobody."""

    topic: ClassVar[str] = "retention.v1"
    data_class: ClassVar[DataClass] = DataClass.NONE

    what: Silent
    waiting_since: date
    call: Call

    def ce_subject(self) -> str:
        """The municipality."""
        return f"municipality/{self.municipality}"

    def record_key(self) -> str:
        """The unit on top of the municipality, or what stands for it until somebody tells of one."""
        return str(self.call.unit_id)


class SilenceNoticed(Silence):
    """It has been quiet for too long."""

    wire: ClassVar[str] = "retention.silence-noticed.v1"


class SilenceDone(Silence):
    """It was heard again."""

    wire: ClassVar[str] = "retention.silence-done.v1"

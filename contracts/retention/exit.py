"""The talks with somebody who leaves: offered, accepted or declined, held or missed."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import Call, HolderRole
from contracts.retention.resignation import RetentionEvent
from contracts.words import ExitLevel


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

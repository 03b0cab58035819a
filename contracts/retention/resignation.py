"""The talk that might keep somebody who has resigned."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import AboutEmployment, Call

TOPIC = "retention.v1"


class RetentionEvent(AboutEmployment):
    """An event of retention about one employment."""

    topic: ClassVar[str] = TOPIC


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

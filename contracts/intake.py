"""What intake says about the feeds themselves; what a feed tells about people is said for the speaker `hr`."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.base import Call, Code, Count, DataClass, Event, Word


class DeliveryOutcome(Word):
    """What HR decided about a delivery that waited."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class FeedEvent(Event):
    """What is said about one feed; keyed by it."""

    topic: ClassVar[str] = "intake.v1"
    data_class: ClassVar[DataClass] = DataClass.NONE

    feed: Code

    def ce_subject(self) -> str:
        """The feed."""
        return f"feed/{self.feed}"

    def record_key(self) -> str:
        """The feed."""
        return self.feed


class RecordRefused(FeedEvent):
    """A row could not be taken: where and why, never the value. `row` is the line number in the file, the header being line 1."""

    wire: ClassVar[str] = "intake.record-refused.v1"

    file_ref: Code
    row: Annotated[int, Field(ge=0)]
    reason: Code
    field: Code
    retryable: bool = False


class FeedSilence(FeedEvent):
    """A feed that gave nothing for longer than it should: for HR to look into."""

    last_seen: AwareDatetime | None = None
    expected_every_hours: Annotated[int, Field(ge=1, le=8_784)]
    call: Call


class FeedFellSilent(FeedSilence):
    """HR is asked what is wrong."""

    wire: ClassVar[str] = "intake.feed-fell-silent.v1"


class FeedHeardAgain(FeedSilence):
    """It gives again."""

    wire: ClassVar[str] = "intake.feed-heard-again.v1"

    heard_on: date


class DeliveryWait(FeedEvent):
    """A delivery that would end so many employments that somebody must look at it first; nothing of it was said yet."""

    delivery_id: UUID
    file_ref: Code
    would_end: Count
    employed: Count
    call: Call


class DeliveryHeldBack(DeliveryWait):
    """HR is asked whether it is true."""

    wire: ClassVar[str] = "intake.delivery-held-back.v1"


class DeliverySettled(DeliveryWait):
    """HR let it in, or refused it whole."""

    wire: ClassVar[str] = "intake.delivery-settled.v1"

    settled_on: date
    outcome: DeliveryOutcome


EVENTS: tuple[type[Event], ...] = (RecordRefused, FeedFellSilent, FeedHeardAgain, DeliveryHeldBack, DeliverySettled)
"""All that is said, in the order it happens."""

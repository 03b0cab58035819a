"""What intake says about the feed itself; what the feed tells about people is said for the speaker `hr`."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.base import Code, DataClass, Event


class RecordRefused(Event):
    """A row could not be taken: where and why, never the value. `row` is the line number in the file, the header being line 1."""

    wire: ClassVar[str] = "intake.record-refused.v1"
    topic: ClassVar[str] = "intake.v1"
    data_class: ClassVar[DataClass] = DataClass.NONE

    feed: Code
    file_ref: Code
    row: Annotated[int, Field(ge=0)]
    reason: Code
    field: Code
    retryable: bool = False

    def ce_subject(self) -> str:
        """The feed."""
        return f"feed/{self.feed}"

    def record_key(self) -> str:
        """The feed."""
        return self.feed

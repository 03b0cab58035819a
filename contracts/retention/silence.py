"""Nothing was heard where something should have been."""

from datetime import date
from typing import ClassVar

from contracts.base import Call, DataClass, Event
from contracts.retention.resignation import TOPIC
from contracts.words import Silent


class Silence(Event):
    """Nothing was heard where something should have been: for HR to look into. It is about nobody."""

    topic: ClassVar[str] = TOPIC
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

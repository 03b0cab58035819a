"""What a leader is asked about the whole unit: many come and go, the young were heard. Nobody in it."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import AboutUnit, Call, DataClass, Number, Period, Word
from contracts.retention.resignation import TOPIC


class FlowDirection(Word):
    """Whether people come or go."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


class PulseTopic(Word):
    """What a pulse asks about."""

    YOUNG_STAFF = "young-staff"
    LIFE_PHASE = "life-phase"
    LEADER_CONDITIONS = "leader-conditions"
    PAY_AND_COMMUTE = "pay-and-commute"
    UNKNOWN = "unknown"


class UnitDuty(AboutUnit):
    """A duty about a unit as a whole."""

    topic: ClassVar[str] = TOPIC
    data_class: ClassVar[DataClass] = DataClass.NONE

    call: Call


class FlowThreshold(UnitDuty):
    """More came or went in the period than the threshold of the municipality, in percent. Never said of fewer than 5 persons."""

    period: Period
    direction: FlowDirection
    rate: Number
    threshold: Number
    n: Annotated[int, Field(ge=5, le=999_999)]


class FlowThresholdCrossed(FlowThreshold):
    """The leader is asked to look at it."""

    wire: ClassVar[str] = "retention.flow-threshold-crossed.v1"


class FlowThresholdSettled(FlowThreshold):
    """The leader looked at it, or it is crossed no longer; see `call.state`."""

    wire: ClassVar[str] = "retention.flow-threshold-settled.v1"

    settled_on: date


class PulseOpened(AboutUnit):
    """Those concerned can answer a pulse from `opens_on` to `closes_on`; nobody is told who was asked."""

    wire: ClassVar[str] = "retention.pulse-opened.v1"
    topic: ClassVar[str] = TOPIC
    data_class: ClassVar[DataClass] = DataClass.NONE

    survey_id: UUID
    about: PulseTopic
    opens_on: date
    closes_on: date

    def ce_subject(self) -> str:
        """The survey."""
        return f"survey/{self.survey_id}"


class PulseAnswer(UnitDuty):
    """The duty to answer what a pulse raised."""

    survey_id: UUID
    about: PulseTopic


class PulseAnswerPlanned(PulseAnswer):
    """Known, its window not open."""

    wire: ClassVar[str] = "retention.pulse-answer-planned.v1"


class PulseAnswerDue(PulseAnswer):
    """The leader is asked to answer."""

    wire: ClassVar[str] = "retention.pulse-answer-due.v1"


class PulseAnswerDone(PulseAnswer):
    """Answered."""

    wire: ClassVar[str] = "retention.pulse-answer-done.v1"

    done_on: date
    in_time: bool


class PulseAnswerMissed(PulseAnswer):
    """Not answered before `call.missed_after` had passed."""

    wire: ClassVar[str] = "retention.pulse-answer-missed.v1"

"""That somebody is absent: local only, and never why. No diagnosis, no cause, no certificate has room here."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import Amount, Count, DataClass
from contracts.hr.employment import EmploymentEvent

RESTRICTED_TOPIC = "hr.restricted.v1"


class AbsenceEvent(EmploymentEvent):
    """What is said about one spell of absence."""

    topic: ClassVar[str] = RESTRICTED_TOPIC
    data_class: ClassVar[DataClass] = DataClass.LOCAL_ONLY

    spell_id: UUID


class AbsenceStarted(AbsenceEvent):
    """Absent from `first_day`, wholly or in part; `under_notice`: the end of the employment was known by then."""

    wire: ClassVar[str] = "hr.absence-started.v1"

    first_day: date
    partial: bool = False
    under_notice: bool = False


class AbsenceEnded(AbsenceEvent):
    """Back after `last_day`; `calendar_days` from the first to the last day, both included; `hours_lost` of the planned ones."""

    wire: ClassVar[str] = "hr.absence-ended.v1"

    last_day: date
    calendar_days: Count
    hours_lost: Amount

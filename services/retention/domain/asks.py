"""What every record on the pages must keep to: no day in the future, none before the notice."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeAlias, TypeVar

from services.chassis.calendar import day_of
from services.chassis.failures import Refused
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.retention.domain.leaving import End, Resignation, first_hired_on
from services.retention.domain.records import Recorded

R = TypeVar("R", bound=Recorded)
Decide: TypeAlias = Callable[[History, Reference, datetime], R]
"""A decision over the history: the record, or `Refused` with the rule that says no."""


def possible_day(day: date, leaving: Resignation | End, history: History, now: datetime, field: str) -> None:
    """Refuse a day that has not come, and one before the notice (before the hire, where the source does not tell the notice)."""
    if day > day_of(now):
        raise Refused("retention-day-in-future", field=field)
    resignation = leaving if isinstance(leaving, Resignation) else leaving.resignation
    received_on = resignation.received_on if resignation else None
    earliest = received_on or first_hired_on(history, leaving.body.employment_id)
    if earliest is not None and day < earliest:
        raise Refused("retention-day-before-notice", field=field)

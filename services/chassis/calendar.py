"""Working days, months and the Danish day; pure. Source of the rules: `danish-hr.md`, section 5.

Public holidays come from the library `holidays` (right on Store Bededag, an ordinary working day from 2024).
A day closed from noon is still a working day: due dates may fall on it, but nobody is proposed to meet on it.
"""

import calendar as months_of
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import holidays

from contracts.words import Closed

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_SATURDAY = 5
HOUR = 3_600


def day_of(moment: datetime) -> date:
    """The Danish calendar day of an instant: 23:30 UTC on 31 December is 1 January. Asked for every revision, so hours are kept."""
    return _day_of_hour(int(moment.timestamp() // HOUR))


@lru_cache(maxsize=50_000)
def _day_of_hour(hour: int) -> date:
    """Danish days have begun at whole hours of UTC since 1894."""
    return datetime.fromtimestamp(hour * HOUR, COPENHAGEN).date()


@lru_cache(maxsize=4_096)
def midnight(day: date) -> datetime:
    """The instant (UTC) at which this Danish day begins."""
    return datetime.combine(day, time(), COPENHAGEN).astimezone(UTC)


def add_months(day: date, count: int) -> date:
    """The same date `count` months on; from the 31st or 29 February the last day the month has."""
    month = day.year * 12 + day.month - 1 + count
    year, index = divmod(month, 12)
    return date(year, index + 1, min(day.day, months_of.monthrange(year, index + 1)[1]))


def month_end(day: date) -> date:
    """The last day of the month that `day` lies in."""
    return day.replace(day=months_of.monthrange(day.year, day.month)[1])


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("DK", years=year))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of one municipality: public holidays, fixed closed days of the rules, closing days that were told.

    `yearly` holds (month, day) of days closed every year, `halves` of days closed from noon; `days` what was told of single days,
    which comes before both. Days of one unit are resolved by `Reference.calendar`.
    """

    yearly: frozenset[tuple[int, int]] = frozenset({(12, 24), (12, 31)})
    halves: frozenset[tuple[int, int]] = frozenset({(5, 1), (6, 5)})
    days: Mapping[date, Closed] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        """Whether people are at work on this day."""
        told = self.days.get(day)
        if told is not None:
            return told is not Closed.WHOLE and day.weekday() < _SATURDAY
        return day.weekday() < _SATURDAY and day not in _public_holidays(day.year) and (day.month, day.day) not in self.yearly

    def is_meeting_day(self, day: date) -> bool:
        """Whether people can be proposed to meet on this day: they are at work, and not until noon only (danish-hr 5.4)."""
        told = self.days.get(day)
        is_half = (day.month, day.day) in self.halves if told is None else told is Closed.FROM_NOON
        return self.is_working_day(day) and not is_half

    def on_or_before(self, day: date) -> date:
        """The nearest working day not after `day`: for ends of windows and duties."""
        while not self.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def on_or_after(self, day: date) -> date:
        """The nearest working day not before `day`: for openings."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def meeting_on_or_after(self, day: date) -> date:
        """The nearest day not before `day` on which people can meet: for courtesy dates, which become proposed days."""
        while not self.is_meeting_day(day):
            day += timedelta(days=1)
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The working day `count` (may be negative) working days from `day`, which itself is day 0."""
        step = timedelta(days=1 if count >= 0 else -1)
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to and with `last`; 0 where last is not after first."""
        return sum(self.is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))

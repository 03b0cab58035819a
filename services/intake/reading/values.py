"""How one format writes days, moments and numbers. Every value is parsed once, since files repeat them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

from contracts.base import Precision
from services.chassis.calendar import COPENHAGEN, midnight
from services.intake.reading.mapping import Format

T = TypeVar("T")
_TWO = Decimal(2)
_ZERO = re.compile(r"0000(?P<between>[-./]?)00(?P=between)00|00(?P<within>[-./])00(?P=within)0000")
_EARLIEST, _LATEST = date(1900, 1, 2), date(2199, 12, 31)
"""A day outside is a slip of the hand, unless the mapping says that it means none."""


class Unfit(Exception):
    """A value that cannot be taken; the row is refused with this reason and field, never with the value."""

    def __init__(self, reason: str, field: str) -> None:
        """Keep the reason code and the field."""
        super().__init__(f"{reason} {field}")
        self.reason = reason
        self.field = field


def is_zero(text: str) -> bool:
    """Whether a text is the day of noughts, `0000-00-00`: what many systems write for "none", and a day in no calendar."""
    return _ZERO.fullmatch(text) is not None


def _day(text: str, pattern: str) -> date | None:
    try:
        return date.fromisoformat(text) if pattern == "iso" else datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None


def _instant(text: str, pattern: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if pattern == "iso" else datetime.strptime(text, pattern)  # noqa: DTZ007 - local time of the source
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=COPENHAGEN)


class Values:
    """The values of one format. A method gives none where the text is none of its kind."""

    def __init__(self, written: Format) -> None:
        """Prepare for one way of writing."""
        self._format = written
        self._number = re.compile(rf"\d{{1,6}}(?:{re.escape(written.decimal)}\d{{1,8}})?")
        self._days: dict[str, date | None] = {}
        self._instants: dict[str, tuple[datetime, Precision] | None] = {}
        self._degrees: dict[str, str | None] = {}

    def day(self, text: str) -> date | None:
        """The day a text names, sentinels included."""
        return _once(self._days, text, self._read_day)

    def is_none(self, day: date) -> bool:
        """Whether the format uses this day to say "none"."""
        return day in self._format.none_dates

    def instant(self, text: str) -> tuple[datetime, Precision] | None:
        """When something was registered: a moment, or 00:00 Copenhagen of a day (samples/README). Local time where no offset is given."""
        return _once(self._instants, text, self._read_instant)

    def degree(self, text: str) -> str | None:
        """A number from 0 to 2 as decimal text with four places."""
        return _once(self._degrees, text, self._read_degree)

    def _read_day(self, text: str) -> date | None:
        day = next((day for pattern in self._format.dates if (day := _day(text, pattern))), None)
        return day if day is None or self.is_none(day) or _EARLIEST <= day <= _LATEST else None

    def _read_instant(self, text: str) -> tuple[datetime, Precision] | None:
        if day := self._read_day(text):
            return None if self.is_none(day) else (midnight(day), Precision.DAY)
        moment = next((found for pattern in self._format.instants if (found := _instant(text, pattern))), None)
        return (moment.astimezone(UTC), Precision.INSTANT) if moment and _EARLIEST <= moment.date() <= _LATEST else None

    def _read_degree(self, text: str) -> str | None:
        if not self._number.fullmatch(text):
            return None
        number = Decimal(text.replace(self._format.decimal, "."))
        return f"{number:.4f}" if number <= _TWO else None


def _once(kept: dict[str, T], text: str, read: Callable[[str], T]) -> T:
    if text not in kept:
        kept[text] = read(text)
    return kept[text]

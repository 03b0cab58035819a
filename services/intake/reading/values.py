"""How one format writes days, moments and numbers. Every value is parsed once, since files repeat them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

from contracts.base import Precision
from services.chassis.calendar import COPENHAGEN, midnight
from services.intake.reading.patterns import reader_of
from services.intake.reading.written import ISO, Format

T = TypeVar("T")
MOST_KEPT = 20_000
"""Different texts of one kind that are remembered: a long file may give each row a moment of its own."""
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


class Kept(dict[str, T]):
    """What texts were read as, by the text: each is read when it is asked for first. Too many are let go of."""

    def __init__(self, read: Callable[[str], T]) -> None:
        """Read with this; what it raises is not kept."""
        self._read = read

    def __missing__(self, text: str) -> T:
        """Read a text."""
        found = self._read(text)
        if len(self) >= MOST_KEPT:
            self.clear()
        self[text] = found
        return found


def _day_by(pattern: str) -> Callable[[str], date | None]:
    if pattern == ISO:
        return _iso_day
    read = reader_of(pattern)

    def day(text: str) -> date | None:
        found = read(text)
        return found.date() if found else None

    return day


def _iso_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _iso_instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


class Values:
    """The values of one format, by their text; none where the text is none of its kind."""

    def __init__(self, written: Format) -> None:
        """Prepare for one way of writing."""
        self._format = written
        whole = rf"\d{{1,3}}(?:{re.escape(written.thousands)}\d{{3}})*|\d{{1,6}}" if written.thousands else r"\d{1,6}"
        self._number = re.compile(rf"(?:{whole})(?:{re.escape(written.decimal)}\d{{1,8}})?")
        self._full_time = Decimal(str(written.full_time))
        self._none_days = frozenset(day for day in written.none_dates if isinstance(day, date))
        self._none_texts = frozenset(text for text in written.none_dates if isinstance(text, str))
        self._days_by = [_day_by(pattern) for pattern in written.dates]
        self._instants_by = [_iso_instant if pattern == ISO else reader_of(pattern) for pattern in written.instants]
        self.days = Kept(self._read_day)
        """The day a text names, sentinels included."""
        self.told_days = Kept(self._read_told_day)
        """Whether a text tells of a day at all, and which; none where it says "none" in any of the ways of this format."""
        self.instants = Kept(self._read_instant)
        """When something was registered: a moment, or 00:00 Copenhagen of a day (samples/README). Local time where no offset is given."""
        self.degrees = Kept(self._read_degree)
        """A number as a share of full time, from 0 to 2, as decimal text with four places."""

    def is_none(self, day: date) -> bool:
        """Whether the format uses this day to say "none"."""
        return day in self._none_days

    def is_none_text(self, text: str) -> bool:
        """Whether the format uses this text, which need be no day at all, to say "none"."""
        return text in self._none_texts

    def _read_day(self, text: str) -> date | None:
        for read in self._days_by:
            if day := read(text):
                return day if self.is_none(day) or _EARLIEST <= day <= _LATEST else None
        return None

    def _read_told_day(self, text: str) -> tuple[bool, date | None]:
        if is_zero(text) or self.is_none_text(text):
            return True, None
        day = self.days[text]
        return day is not None, None if day is None or self.is_none(day) else day

    def _read_instant(self, text: str) -> tuple[datetime, Precision] | None:
        if self.is_none_text(text):
            return None
        if day := self._read_day(text):
            return None if self.is_none(day) else (midnight(day), Precision.DAY)
        for read in self._instants_by:
            if moment := read(text):
                found = moment if moment.tzinfo else moment.replace(tzinfo=COPENHAGEN)
                return (found.astimezone(UTC), Precision.INSTANT) if _EARLIEST <= found.date() <= _LATEST else None
        return None

    def _read_degree(self, text: str) -> str | None:
        if not self._number.fullmatch(text):
            return None
        plain = text.replace(self._format.thousands, "") if self._format.thousands else text
        number = Decimal(plain.replace(self._format.decimal, ".")) / self._full_time
        return f"{number:.4f}" if number <= _TWO else None

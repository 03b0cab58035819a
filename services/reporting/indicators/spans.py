"""Quarters and years, as they are shown: only whole ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.reporting.months import Month, first_day, last_day


@dataclass(frozen=True, slots=True)
class Span:
    """A quarter or a year, from its first month to its last."""

    name: str
    begin: Month
    end: Month

    @property
    def year(self) -> int:
        """The calendar year it lies in."""
        return self.begin // 12

    @property
    def is_year(self) -> bool:
        """Whether it is a whole year."""
        return self.end - self.begin == 11

    @property
    def first(self) -> date:
        """Its first day."""
        return first_day(self.begin)

    @property
    def last(self) -> date:
        """Its last day."""
        return last_day(self.end)


def year(number: int) -> Span:
    """The calendar year."""
    return Span(f"{number:04d}", Month(number * 12), Month(number * 12 + 11))


def quarters(number: int) -> tuple[Span, ...]:
    """The four quarters of a calendar year."""
    return tuple(Span(f"{number:04d}-Q{q + 1}", Month(number * 12 + 3 * q), Month(number * 12 + 3 * q + 2)) for q in range(4))


def whole_spans(first: Month, last: Month) -> dict[int, Sequence[Span]]:
    """By calendar year the quarters, then the year, that lie wholly between two months, both included."""
    found: dict[int, Sequence[Span]] = {}
    for number in range(first // 12, last // 12 + 1):
        spans = [span for span in (*quarters(number), year(number)) if first <= span.begin and span.end <= last]
        if spans:
            found[number] = spans
    return found

"""Points in time as a rule book says them, relative to what an introduction is given for; pure dates."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator

from services.chassis.calendar import Calendar, add_months

DAY = timedelta(days=1)
EXAMPLES = "known, start, return, end, day 10, 3 months, 5 working days before start, 6 weeks before return"
_OF_THE_START = re.compile(r"day ([1-9]\d{0,2})|([1-9]\d?) months?")
_AROUND = re.compile(r"([1-9]\d{0,2}) (working days?|days?|weeks?|months?) (before|after) (known|start|return|end|close)")


class Anchor(StrEnum):
    """What a point is relative to."""

    KNOWN = "known"
    START = "start"
    RETURN = "return"
    END = "end"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Anchors:
    """The days of one introduction: when it became known, its first day (the first day back after a leave), its last where it has one.

    `close`: the last day in time of the step itself.
    """

    known: date
    start: date
    end: date | None = None
    close: date | None = None

    def day(self, anchor: Anchor) -> date | None:
        """The day of an anchor; none where there is none."""
        match anchor:
            case Anchor.KNOWN:
                return self.known
            case Anchor.START | Anchor.RETURN:
                return self.start
            case Anchor.END:
                return self.end
            case Anchor.CLOSE:
                return self.close


@dataclass(frozen=True, slots=True)
class Offset:
    """A point as it is computed: so many (working) days, weeks or months from an anchor; before it where the count is negative."""

    anchor: Anchor
    count: int = 0
    unit: str = "day"


@lru_cache(4_096)
def offset(point: str) -> Offset:
    """What a point says. Raises `ValueError` with examples."""
    if point in {Anchor.KNOWN, Anchor.START, Anchor.RETURN, Anchor.END}:
        return Offset(Anchor(point))
    if found := _OF_THE_START.fullmatch(point):
        return Offset(Anchor.START, int(found[1]) - 1) if found[1] else Offset(Anchor.START, int(found[2]), "month")
    if found := _AROUND.fullmatch(point):
        return Offset(Anchor(found[4]), int(found[1]) * (-1 if found[3] == "before" else 1), found[2].removesuffix("s"))
    message = f"{point!r} is no point in time; such are: {EXAMPLES}"
    raise ValueError(message)


def _checked(point: str) -> str:
    offset(point)
    return point


Point = Annotated[str, AfterValidator(_checked)]
"""`day n` is day 1 + n - 1, `n months` the same date n months on (danish-hr 4); `known`, `start`, `return`, `end` and days around them.

What is counted from `close`, the last day in time, only tells when a step is missed.
"""


def anchor_of(point: Point) -> Anchor:
    """What a point is relative to."""
    return offset(point).anchor


_MOVES: dict[str, Callable[[date, int, Calendar], date]] = {
    "day": lambda day, count, _: day + count * DAY,
    "week": lambda day, count, _: day + 7 * count * DAY,
    "month": lambda day, count, _: add_months(day, count),
    "working day": lambda day, count, calendar: calendar.add_working_days(day, count),
}


def day_at(point: Point, anchors: Anchors, calendar: Calendar) -> date | None:
    """The calendar day of a point, a working day or not; none where the introduction has no such anchor."""
    found = offset(point)
    day = anchors.day(found.anchor)
    return None if day is None else _MOVES[found.unit](day, found.count, calendar)

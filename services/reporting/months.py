"""Months as whole numbers, so that windows are sums; on the way out `YYYY-MM`."""

from datetime import date, timedelta
from functools import cache
from typing import NewType

Month = NewType("Month", int)
"""Months since year 0: `year * 12 + month - 1`."""


def month_of(day: date) -> Month:
    """The month a day lies in."""
    return Month(day.year * 12 + day.month - 1)


def plus(month: Month, count: int) -> Month:
    """The month `count` months on."""
    return Month(month + count)


@cache
def first_day(month: Month) -> date:
    """The first day of the month."""
    return date(month // 12, month % 12 + 1, 1)


@cache
def last_day(month: Month) -> date:
    """The last day of the month."""
    return first_day(Month(month + 1)) - timedelta(days=1)


@cache
def text(month: Month) -> str:
    """`YYYY-MM`."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


@cache
def parse(written: str) -> Month:
    """The month written as `YYYY-MM`. Raises `ValueError`."""
    return month_of(date.fromisoformat(f"{written}-01"))

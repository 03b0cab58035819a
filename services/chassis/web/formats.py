"""How days and numbers are written: `fredag 14. marts`, `1.234,5`. Filters of every template; days of a long list come again and again."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_datetime, format_time, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from jinja2 import pass_context
from jinja2.runtime import Context

from services.chassis.calendar import COPENHAGEN, day_of

_DAY = {"da": "EEEE d. MMMM", "en": "EEEE d MMMM"}
_SHORT = {"da": "d. MMM", "en": "d MMM"}
_AT = {"da": "'kl.' HH.mm", "en": "'at' HH:mm"}


@lru_cache(maxsize=4_096)
def long_day(day: date, language: str, today: date) -> str:
    """`fredag 14. marts`, with the year where it is not that of today."""
    pattern = _DAY[language] + ("" if day.year == today.year else " y")
    return str(format_date(day, pattern, locale=language))


@lru_cache(maxsize=4_096)
def short_day(day: date, language: str, today: date) -> str:
    """`14. mar.`, with the year where it is not that of today."""
    pattern = _SHORT[language] + ("" if day.year == today.year else " y")
    return str(format_date(day, pattern, locale=language))


def moment(instant: datetime, language: str, today: date) -> str:
    """`fredag 14. marts kl. 10.30`, Danish time."""
    at = format_datetime(instant, _AT[language], tzinfo=COPENHAGEN, locale=language)
    return f"{long_day(day_of(instant), language, today)} {at}"


def weekdays(numbers: Iterable[int], language: str) -> str:
    """`mandag og torsdag`; the first day of the week is number 0."""
    return str(format_list([get_day_names(locale=language)[number] for number in sorted(numbers)], locale=language))


def hour(at: time, language: str) -> str:
    """`kl. 07.30`, as it is told with a day."""
    return str(format_time(at, _AT[language], locale=language))


def month(day: date, language: str, _today: date) -> str:
    """`marts 2026`."""
    return str(format_date(day, "MMMM y", locale=language))


def _of_day(write: Callable[[Any, str, date], str]) -> Callable[..., str]:
    @pass_context
    def said(context: Context, value: Any) -> str:
        return "" if value is None else write(value, str(context["language"]), context["today"])

    return said


def _digits(digits: int) -> str:
    return "0" * digits


@pass_context
def _number(context: Context, value: float | Decimal, digits: int = 0) -> str:
    return str(format_decimal(value, f"#,##0.{_digits(digits)}".rstrip("."), locale=str(context["language"])))


@pass_context
def _percent(context: Context, value: float | Decimal, digits: int = 0) -> str:
    """A share of 1 as per cent: 0.84 is `84 %`."""
    return str(format_percent(value, f"#,##0.{_digits(digits)}".rstrip(".") + "\u00a0%", locale=str(context["language"])))


FILTERS: Mapping[str, Callable[..., str]] = {
    "day": _of_day(long_day),
    "short_day": _of_day(short_day),
    "moment": _of_day(moment),
    "month": _of_day(month),
    "number": _number,
    "percent": _percent,
}

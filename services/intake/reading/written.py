"""How the files of a delivery are written: what parts cells, how days and numbers look, which days mean none."""

import csv
from datetime import UTC, date, datetime
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from services.intake.reading.part import Part

ISO = "iso"
_PROBE = datetime(2021, 11, 23, 14, 5, tzinfo=UTC)
_LINE_ENDS = "\r\n"


def _delimiter(text: object) -> object:
    named = "\t" if text == "tab" else text
    if not isinstance(named, str) or len(named) != 1 or named in _LINE_ENDS:
        raise ValueError('must be one character, or "tab"; files whose cells are parted by several characters cannot be read')
    return named


def _quote(text: object) -> object:
    if not isinstance(text, str) or len(text) > 1 or text in {*_LINE_ENDS}:
        raise ValueError('must be one character, or "" where cells are never quoted')
    return text


def _decimal(sign: str) -> str:
    if sign not in {".", ","}:
        raise ValueError('must be "." or ","')
    return sign


def _thousands(sign: str) -> str:
    if sign not in {"", ".", ",", "'", " ", "\u00a0", "\u202f"}:
        raise ValueError("must be a point, a comma, an apostrophe, a space, or nothing")
    return sign


def _encoding(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        raise ValueError(f"{name} is no encoding that is known here, such as utf-8, cp1252, iso-8859-1 or utf-16") from None
    return name


def _day_pattern(pattern: str) -> str:
    if pattern != ISO and _read(pattern, _PROBE) is None:
        raise ValueError(f'{pattern} is neither "iso" nor a pattern with %d, %m and %Y that tells one day')
    return pattern


def _instant_pattern(pattern: str) -> str:
    found = None if pattern == ISO else _read(pattern, _PROBE)
    if pattern != ISO and (found is None or found.hour != _PROBE.hour):
        raise ValueError(f'{pattern} is neither "iso" nor a pattern with a day and %H:%M that tells one moment')
    return pattern


def _read(pattern: str, moment: datetime) -> datetime | None:
    """What is read where this moment is written by the pattern; none where that is another day."""
    try:
        found = datetime.strptime(moment.strftime(pattern), pattern)  # noqa: DTZ007 - a pattern has no zone
    except ValueError:
        return None
    return found if found.date() == moment.date() else None


def _none_date(told: object) -> object:
    """A day, or what stands there instead of one, as text: `0000-00-00` is no day of any calendar."""
    if not isinstance(told, str | date) or not told:
        raise ValueError('must be a day, such as 9999-12-31, or the text that stands for none, such as "0000-00-00"')
    try:
        return date.fromisoformat(told) if isinstance(told, str) else told
    except ValueError:
        return told


def _full(number: Any) -> Any:
    if isinstance(number, bool) or not isinstance(number, int | float) or number <= 0:
        raise ValueError("must be a number above 0: 1, or 100 where degrees are per cent, or 37 where they are hours a week")
    return float(number)


NoneDate = Annotated[date | str, BeforeValidator(_none_date)]


class Format(Part):
    """How a file is written. `dates` and `instants` are tried in order, `iso` or a strptime pattern."""

    delimiter: Annotated[str, BeforeValidator(_delimiter)] = ";"
    quote: Annotated[str, BeforeValidator(_quote)] = '"'
    encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8"
    decimal: Annotated[str, AfterValidator(_decimal)] = "."
    thousands: Annotated[str, AfterValidator(_thousands)] = ""
    full_time: Annotated[float, BeforeValidator(_full)] = 1.0
    dates: tuple[Annotated[str, AfterValidator(_day_pattern)], ...] = (ISO,)
    instants: tuple[Annotated[str, AfterValidator(_instant_pattern)], ...] = (ISO,)
    none_dates: tuple[NoneDate, ...] = (date(1900, 1, 1), date(9999, 12, 31), "0000-00-00")
    whole_numbers: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        if not self.dates:
            raise ValueError("dates must name at least one way to write a day")
        if self.thousands == self.decimal:
            raise ValueError("thousands and decimal must be two different signs")
        if self.delimiter == self.quote:
            raise ValueError("delimiter and quote must be two different characters")
        return self

    @property
    def csv(self) -> dict[str, Any]:
        """The same for the reader of the standard library."""
        if not self.quote:
            return {"delimiter": self.delimiter, "quoting": csv.QUOTE_NONE}
        return {"delimiter": self.delimiter, "quotechar": self.quote}

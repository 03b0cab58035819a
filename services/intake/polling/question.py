"""What is asked of SD Løn, and until when: pure. Parameters as public readers of the calls of 2011 send them (danish-hr 1.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never

from services.chassis.calendar import COPENHAGEN, day_of
from services.intake.polling.source import Source

VERSION = "20111201"
OPEN = "31.12.9999"
YES = "true"
FACTS = dict.fromkeys(
    ("DepartmentIndicator", "EmploymentStatusIndicator", "ProfessionIndicator", "WorkingTimeIndicator", "UUIDIndicator"), YES
)


class Stream(StrEnum):
    """What is asked for apart, each with a mark of its own, in this order."""

    ORGANISATION = "organisation"
    DEPARTMENTS = "departments"
    EMPLOYMENTS = "employments"
    NAMES = "names"


UNITS = frozenset({Stream.ORGANISATION, Stream.DEPARTMENTS})
"""Units have no feed of changes: all of them are asked for once a day (danish-hr 1.15)."""
FEEDS = {Stream.ORGANISATION: ".units", Stream.DEPARTMENTS: ".units", Stream.EMPLOYMENTS: "", Stream.NAMES: ".persons"}
"""Which feed an answer belongs to, behind the mapping's own."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a stream was read. `asking_until`: of a question whose answer is not taken yet; it is asked again as it was."""

    begun: date
    read_until: datetime | None = None
    asking_until: datetime | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One call with its parameters; its answer tells what there was until `until`."""

    stream: Stream
    call: str
    parameters: Mapping[str, str]
    until: datetime


def streams_of(source: Source) -> tuple[Stream, ...]:
    """What is asked of a source, units first."""
    return tuple(s for s in Stream if (source.units or s not in UNITS) and (source.names or s is not Stream.NAMES))


def planned(stream: Stream, mark: Mark | None, now: datetime, source: Source) -> Mark | None:
    """The mark with the next question noted on it; none where there is nothing to ask.

    A window ends at a whole minute, since that is what the service can be asked for.
    """
    minute = now.replace(second=0, microsecond=0)
    if mark is None:
        return Mark(source.begins or day_of(now), asking_until=minute)
    if mark.asking_until is not None:
        return mark
    if mark.read_until is None:
        return replace(mark, asking_until=minute)
    if stream in UNITS:
        return replace(mark, asking_until=minute) if day_of(minute) > day_of(mark.read_until) else None
    until = min(minute, mark.read_until + timedelta(hours=source.window_hours))
    return replace(mark, asking_until=until) if until > mark.read_until else None


def question_of(stream: Stream, mark: Mark, source: Source) -> Question:
    """The question that a mark notes; always the same one for the same mark."""
    until = mark.asking_until
    assert until is not None
    call, more = _call(stream, mark, until, timedelta(minutes=source.overlap_minutes))
    return Question(stream, f"{call}{VERSION}", {"InstitutionIdentifier": source.institution, **more}, until)


def _call(stream: Stream, mark: Mark, until: datetime, overlap: timedelta) -> tuple[str, dict[str, str]]:
    whole = {"ActivationDate": _day(mark.begun), "DeactivationDate": OPEN}
    window = _window(mark.read_until, until, overlap) if mark.read_until else {}
    match stream:
        case Stream.ORGANISATION:
            return "GetOrganization", {**whole, "UUIDIndicator": YES}
        case Stream.DEPARTMENTS:
            return "GetDepartment", {**whole, "DepartmentNameIndicator": YES, "UUIDIndicator": YES}
        case Stream.EMPLOYMENTS if window:
            return "GetEmploymentChangedAtDate", {**window, **FACTS, "FutureInformationIndicator": YES}
        case Stream.EMPLOYMENTS:
            return "GetEmploymentChanged", {**whole, **FACTS}
        case Stream.NAMES if window:
            return "GetPersonChangedAtDate", {**window, "ContactInformationIndicator": YES}
        case Stream.NAMES:
            return "GetPerson", {"EffectiveDate": _day(day_of(until)), "StatusActiveIndicator": YES, "ContactInformationIndicator": YES}
        case _:
            assert_never(stream)


def _window(read_until: datetime, until: datetime, overlap: timedelta) -> dict[str, str]:
    """The window in Danish time, which is what the service knows. In the night when an hour comes twice it begins earlier still:

    what was registered in that hour's first pass, and lies behind `until` by the clock on the wall, a later window asks for.
    """
    last = until.astimezone(COPENHAGEN).replace(tzinfo=None)
    first = min(read_until.astimezone(COPENHAGEN).replace(tzinfo=None), last - (until - read_until)) - overlap
    return {
        "ActivationDate": _day(first.date()),
        "ActivationTime": f"{first:%H:%M}",
        "DeactivationDate": _day(last.date()),
        "DeactivationTime": f"{last:%H:%M}",
    }


def _day(day: date) -> str:
    return f"{day.day:02}.{day.month:02}.{day.year:04}"

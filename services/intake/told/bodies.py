"""The bodies a source may tell: those of the contracts, but with the source's own keys where ours are opaque, and words never guessed.

A field that is no longer known is passed over, as everywhere; a word outside its list is refused, since nobody may guess what it means.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo

from contracts import EVENTS
from contracts.base import Degree, Event
from contracts.hr import EmploymentCancelled, EmploymentEnded, EmploymentStarted, LeaveEnded, LeaveRegistered, LeaveStarted
from services.intake.told.faults import Reason, unfit

KEY_LIMIT = 80
EARLIEST, LATEST = date(1900, 1, 2), date(2199, 12, 31)
SENTINELS = frozenset({date(1900, 1, 1), date(9999, 12, 31)})
SPEAKER = "hr."
BY_OUR_CLOCK: tuple[type[Event], ...] = (EmploymentStarted, EmploymentEnded, LeaveStarted, LeaveEnded)
"""What our own clock says when the day comes."""
OURS = frozenset(event.wire for event in BY_OUR_CLOCK) | {"hr.person-erased.v1"}
"""What no source may tell: that, and what only a person of the municipality may ask for."""
LEFT_OUT = frozenset({"source_system"})
"""What a source need not tell: it is known by the way it came."""
OPTIONAL: Mapping[str, frozenset[str]] = {
    LeaveRegistered.wire: frozenset({"leave_id"}),
    EmploymentCancelled.wire: frozenset({"hired_fact"}),
}
"""What is filled in here."""
PERSONS = frozenset({"person_key", "deputy_for", "supervisor_key"})
EMPLOYMENTS = frozenset({"employment_id"})
UNITS = frozenset({"unit_id", "parent_unit_id", "old_parent_unit_id", "old_unit_id", "new_unit_id", "leader_of_unit_id"})
FACTS = frozenset({"resignation_fact"})
OWN = frozenset({"spell_id", "post_id", "committee_id"})
FILLED = frozenset({"leave_id", "hired_fact"})
NAMED = PERSONS | EMPLOYMENTS | UNITS | FACTS | OWN | FILLED
"""Whose key each id of a body is: a person's, an employment's, a unit's, another fact's, a thing's of the source, or filled in here."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)


def _key(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise unfit(Reason.BAD_KEY)
    return text


def _text(text: str) -> str:
    if not text.isprintable():
        raise unfit(Reason.BAD_TEXT)
    return text


def _day(day: date) -> date:
    if day in SENTINELS:
        raise unfit(Reason.SENTINEL_DATE)
    if not EARLIEST <= day <= LATEST:
        raise unfit(Reason.BAD_DATE)
    return day


def _written_as_day(told: object) -> object:
    if not isinstance(told, str) or not _DAY.fullmatch(told):
        raise unfit(Reason.BAD_DATE)  # a number would be read as seconds of 1970
    return told


def _written_as_instant(told: object) -> object:
    if not isinstance(told, str) or not _INSTANT.fullmatch(told):
        raise unfit(Reason.BAD_INSTANT)
    return told


SourceKey = Annotated[str, Field(min_length=1, max_length=KEY_LIMIT), AfterValidator(_key)]
"""The source's own key of a person, employment or unit, or the opaque one of ours."""
Day = Annotated[date, Field(strict=False), BeforeValidator(_written_as_day), AfterValidator(_day)]
Instant = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_written_as_instant)]
"""RFC 3339, always with an offset."""
Text = Annotated[str, AfterValidator(_text)]


class Body(BaseModel):
    """What the body of an event tells, field by field, still under the source's own keys."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


def accepted(events: tuple[type[Event], ...] = EVENTS) -> dict[str, type[Event]]:
    """The types a source may tell: all that is said for `hr`, except what we say ourselves."""
    return {event.wire: event for event in events if event.wire.startswith(SPEAKER) and event.wire not in OURS}


def body_model(event: type[Event]) -> type[Body]:
    """What the body of this type may hold when a source tells it."""
    free = OPTIONAL.get(event.wire, frozenset()) | {"municipality"}
    fields: dict[str, Any] = {}
    for name, info in event.model_fields.items():
        if name not in LEFT_OUT:
            annotation = _told(_annotation(info), name)
            fields[name] = (annotation | None, None) if name in free else (annotation, _default(info))
    return create_model(f"{event.__name__}Told", __base__=Body, __doc__=event.__doc__, **fields)


def _annotation(info: FieldInfo) -> Any:
    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def _default(info: FieldInfo) -> Any:
    if info.is_required():
        return ...
    return info.default.value if isinstance(info.default, Enum) else info.default


def _told(annotation: Any, name: str) -> Any:
    """The annotation of a contract as a source tells it."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        told, *after = (str, AfterValidator(_text)) if inner[0] is str else (_told(inner[0], name),)
        return Annotated[told, *inner[1:], *after]
    if origin in {Union, UnionType}:
        return Union[tuple(_told(each, name) for each in inner)]  # noqa: UP007 - made from what is found
    if origin is tuple:
        return tuple.__class_getitem__((_told(inner[0], name), ...))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return Literal[tuple(member.value for member in annotation)]
    return {UUID: SourceKey, date: Day, datetime: Instant, AwareDatetime: Instant, str: Text}.get(annotation, annotation)


TYPES: Mapping[str, type[Event]] = accepted()
"""The types a source may tell, by wire name."""
BODIES: Mapping[str, type[Body]] = {wire: body_model(event) for wire, event in TYPES.items()}
"""Their bodies."""


def own_ids(wire: str) -> frozenset[str]:
    """The ids of things of the source's own in the body of this type."""
    return frozenset(name for name in TYPES[wire].model_fields if name in OWN)


def ids_of(event: type[Event]) -> frozenset[str]:
    """The fields of an event that hold ids."""
    return frozenset(name for name, info in event.model_fields.items() if UUID in {info.annotation, *get_args(info.annotation)})


NUMBERS: frozenset[str] = frozenset(
    name for event in TYPES.values() for name, info in event.model_fields.items() if info.metadata == get_args(Degree)[1].metadata
)
"""Fields whose pattern is that of a number."""

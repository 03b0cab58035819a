"""One event of a message as its source tells it: attributes and body read strictly, or all that is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

import orjson
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from contracts.hr import EmploymentCancelled, EmploymentEndRegistered, LeaderEnded, Resigned
from services.intake.told.bodies import BODIES, NUMBERS, OURS, Body, Instant
from services.intake.told.faults import Fault, Reason, faults_of, unfit
from services.intake.told.message import Raw, is_json

DAY = timedelta(days=1)
FUTURE_LIMIT = DAY
"""What a source registered later than this from now is a slip of its clock."""
MOST_FAULTS = 10
LAST_DAYS: Mapping[str, str] = {
    EmploymentEndRegistered.wire: "last_working_day",
    Resigned.wire: "last_working_day",
    LeaderEnded.wire: "last_day",
}
"""The types whose `effective_date` is the day after a last day, and where that one stands."""
IN_ORDER = (("effective_date", "until"), ("leave_from", "leave_to"))
"""What may not end before it begins."""


def _printable(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise unfit(Reason.BAD_TEXT)
    return text


def _yes_or_no(told: object) -> object:
    return {"true": True, "false": False}.get(told.lower(), told) if isinstance(told, str) else told  # an SDK writes a bool as `True`


def _number(told: object) -> object:
    return int(told) if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 10 else told


def _json_only(content: str) -> str:
    if not is_json(content):
        raise unfit(Reason.BAD_ATTRIBUTE)
    return content


M = TypeVar("M", bound=BaseModel)
Word = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_printable)]


class Attributes(BaseModel):
    """The attributes that mean something here; others are passed over. Booleans and numbers may stand as text, as in a header."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    specversion: Literal["1.0"]
    id: Word
    source: Word
    type: Word
    time: Instant | None = None
    datacontenttype: Annotated[Word, AfterValidator(_json_only)] | None = None
    municipality: Word | None = None
    fact: Word | None = None
    revision: Annotated[int, BeforeValidator(_number), Field(ge=1, le=999_999_999)] | None = None
    supersedes: Word | None = None
    cancelled: Annotated[bool, BeforeValidator(_yes_or_no)] = False


class TooDeep(Exception):
    """What was told is nested deeper than any event."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: for one source, of one municipality."""

    source: str
    municipality: str


@dataclass(frozen=True, slots=True)
class Told:
    """An event that can be taken, under its source's own keys. `moment`: what its source orders its corrections by."""

    attributes: Attributes
    body: Body
    moment: datetime

    @property
    def chain(self) -> str:
        """Which fact it is about: the source's own name of it, or the first id of its chain."""
        a = self.attributes
        return f"fact {a.fact}" if a.fact is not None else f"id {a.supersedes or a.id}"

    @property
    def is_first(self) -> bool:
        """Whether it begins a chain that has no numbers."""
        return self.attributes.fact is None and self.attributes.supersedes is None

    def refers(self, name: str) -> str:
        """Another fact that the body names, in the way this source names facts."""
        return f"{'fact' if self.attributes.fact is not None else 'id'} {name}"


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that cannot be taken. `id` and `source`: as told, where they can be repeated."""

    faults: tuple[Fault, ...]
    id: str | None = None
    source: str | None = None


def hear(raw: Raw | None, speaker: Speaker, now: datetime) -> Told | Refused:
    """One event. Total: it never raises, whatever was sent."""
    if raw is None:
        return Refused((Fault(Reason.BAD_FORM, "event"),))
    name, source = (_repeatable(raw.attributes.get(each)) for each in ("id", "source"))
    try:
        attributes = _read(Attributes, raw.attributes)
    except TooDeep:
        return Refused((Fault(Reason.BAD_FORM, "event"),), name, source)
    except ValidationError as wrong:
        return Refused(tuple(_attribute(fault) for fault in faults_of(wrong))[:MOST_FAULTS], name, source)
    found = _out_of_bounds(attributes, speaker) or _body(attributes, raw.data, speaker, now)
    return found if isinstance(found, Told) else Refused(found[:MOST_FAULTS], name, source)


def _read(model: type[M], told: Mapping[str, Any]) -> M:
    """As JSON, where strictness knows how dates and instants are written. Raises `ValidationError` and `TooDeep`."""
    try:
        text = orjson.dumps(dict(told))
    except orjson.JSONEncodeError as deep:
        raise TooDeep from deep
    return model.model_validate_json(text)


def _repeatable(told: Any) -> str | None:
    return told if isinstance(told, str) and len(told) <= 200 and told.isprintable() else None


def _attribute(fault: Fault) -> Fault:
    """What is wrong with an attribute is that it cannot be used, unless it is missing or something with words of its own."""
    own = {Reason.MISSING_VALUE, Reason.BAD_INSTANT, Reason.BAD_NUMBER, Reason.BAD_YES_OR_NO, Reason.BAD_TEXT}
    return fault if fault.reason in own else Fault(Reason.BAD_ATTRIBUTE, fault.field)


def _out_of_bounds(a: Attributes, speaker: Speaker) -> tuple[Fault, ...]:
    """What is wrong before the body is looked at."""
    if a.source != speaker.source:
        return (Fault(Reason.OTHER_SOURCE, "source"),)
    if a.municipality not in {None, speaker.municipality}:
        return (Fault(Reason.OTHER_MUNICIPALITY, "municipality"),)
    if a.type in OURS:
        return (Fault(Reason.SAID_BY_US, "type"),)
    if a.type not in BODIES:
        return (Fault(Reason.UNKNOWN_TYPE, "type"),)
    return tuple(_chained(a))


def _chained(a: Attributes) -> list[Fault]:
    """A source corrects in one of two ways: `fact` with `revision`, or `supersedes`."""
    found = []
    if a.fact is not None and a.supersedes is not None:
        found.append(Fault(Reason.TWO_WAYS, "supersedes"))
    if a.fact is not None and a.revision is None:
        found.append(Fault(Reason.NEEDS_REVISION, "revision"))
    if a.fact is None and a.revision is not None:
        found.append(Fault(Reason.NEEDS_FACT, "fact"))
    if a.supersedes is not None and a.supersedes == a.id:
        found.append(Fault(Reason.BAD_ATTRIBUTE, "supersedes"))
    if a.type == EmploymentCancelled.wire and a.fact is None and a.supersedes is None:
        found.append(Fault(Reason.NEEDS_HIRE, "supersedes"))
    return found


def _body(a: Attributes, data: Any, speaker: Speaker, now: datetime) -> Told | tuple[Fault, ...]:
    if not isinstance(data, dict):
        return (Fault(Reason.MISSING_VALUE if data is None else Reason.BAD_FORM, "data"),)
    try:
        body = _read(BODIES[a.type], data)
    except TooDeep:
        return (Fault(Reason.BAD_FORM, "data"),)
    except ValidationError as wrong:
        return faults_of(wrong, NUMBERS)
    fields = body.model_dump()
    if fields["municipality"] not in {None, speaker.municipality}:
        return (Fault(Reason.OTHER_MUNICIPALITY, "municipality"),)
    moment = a.time or fields.get("registered_at")
    if moment is None:  # to order corrections by
        return (Fault(Reason.MISSING_VALUE, "time"),)
    faults = [*_days(a.type, fields), *_moments(a, fields, now)]
    return tuple(faults) or Told(a, body, moment)


def _days(wire: str, fields: Mapping[str, Any]) -> list[Fault]:
    found = []
    last = fields.get(LAST_DAYS.get(wire, ""))
    if last is not None and fields["effective_date"] != last + DAY:
        found.append(Fault(Reason.NOT_THE_DAY_AFTER, "effective_date"))
    if "leave_from" in fields and fields["effective_date"] != fields["leave_from"]:
        found.append(Fault(Reason.NOT_THE_FIRST_DAY, "effective_date"))
    for first, end in IN_ORDER:
        begins, ends = fields.get(first), fields.get(end)
        if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
            found.append(Fault(Reason.END_BEFORE_START, end))
    return found


def _moments(a: Attributes, fields: Mapping[str, Any], now: datetime) -> list[Fault]:
    """When something was registered is not after now."""
    told = (("time", a.time), ("registered_at", fields.get("registered_at")))
    return [Fault(Reason.IN_THE_FUTURE, name) for name, when in told if when is not None and when > now + FUTURE_LIMIT]

"""CloudEvents record ↔ revision. The parser is total: a record is `Heard`, `Skipped` or `Invalid`, it never raises.

Binary mode of the Kafka binding: attributes are headers `ce_<name>`, the value is the body alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple, Protocol, TypeAlias
from uuid import UUID

import orjson
from pydantic import ValidationError

from contracts.base import Called, DataClass, Event, schema_id
from contracts.hr import PersonNamed
from services.chassis.ids import event_id_text, uuid_of
from services.chassis.packing import Readers
from services.chassis.reference import ORGANISATION
from services.chassis.remains import Invalid, invalid, words
from services.chassis.service import Service
from services.chassis.subject import Revision, body_text, read_body
from services.chassis.upcasting import Unfit, upcast

FUTURE_LIMIT = timedelta(days=1)
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
BODY_LIMIT, CORRELATION_LIMIT = 1_000_000, 64
STANDS: Mapping[bytes | None, bool] = {b"true": True, b"false": False}
OURS = b"/forbliv/"
ZERO = b"\\u0000"
"""A character that JSON may hold and PostgreSQL may not."""
Headers: TypeAlias = Mapping[str, bytes | None]
Partition: TypeAlias = tuple[str, int]
"""Topic and number; aiokafka's TopicPartition is one."""


class Record(Protocol):
    """What is read of a Kafka record."""

    @property
    def topic(self) -> str:
        """Its topic."""

    @property
    def partition(self) -> int:
        """Its partition."""

    @property
    def offset(self) -> int:
        """Its place in the partition."""

    @property
    def key(self) -> bytes | None:
        """The raw key."""

    @property
    def value(self) -> bytes | None:
        """The raw body; none is a tombstone."""

    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]:
        """The raw headers."""


class Heard(NamedTuple):
    """A revision this service hears."""

    revision: Revision[Event]


@dataclass(frozen=True, slots=True)
class Erased:
    """A tombstone of the directory: the name under this key is gone."""

    person: UUID


@dataclass(frozen=True, slots=True)
class Skipped:
    """Nothing for this service: a type it does not hear, or a tombstone."""

    reason: str


Outcome = Heard | Erased | Skipped | Invalid


@dataclass(frozen=True, slots=True)
class Ear:
    """What a service hears: the classes by wire name, and whether every call; `older`: what is read as a newer version that is heard."""

    classes: Mapping[str, type[Event]]
    every_call: bool
    municipalities: frozenset[str]
    older: Mapping[str, type[Event]]

    @classmethod
    def of(cls, service: Service, municipalities: Iterable[str]) -> "Ear":
        """All that the kinds of a service hear, the organisation, and names where it has pages for people."""
        hears = tuple(h for kind in service.subjects for h in kind.hears)
        names = (PersonNamed,) if service.hears_names else ()
        bus = (*hears, *names, *(ORGANISATION if hears else ()))
        classes, older = Readers.of(bus)
        return cls(classes, Called in hears, frozenset(municipalities), older)

    def topics(self) -> frozenset[str]:
        """The topics of the events heard."""
        return frozenset(c.topic for c in self.classes.values() if c.topic)

    def class_of(self, wire: str, *, calls: bool) -> type[Event] | None:
        """As what class an event of this type is read; none if it is not heard."""
        return self.classes.get(wire) or (Called if calls and self.every_call else None)

    def cannot_read(self, record: Record, reason: str, *, misfit: bool = False) -> Invalid:
        """The record is no event; what of it is intact is told all the same."""
        return invalid(record, reason, self.classes.keys() | self.older.keys(), self.municipalities, misfit=misfit)


def parse(record: Record, ear: Ear, moment: datetime) -> Outcome:
    """One record, read once. `moment`: the clock, since nothing becomes known more than a day from now."""
    try:
        return _parse(record, ear, moment)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as problem:
        return ear.cannot_read(record, words(problem), misfit=isinstance(problem, ValidationError | Unfit))


def _parse(record: Record, ear: Ear, moment: datetime) -> Outcome:
    headers = dict(record.headers)
    if len(headers) != len(record.headers):
        return ear.cannot_read(record, "a header stands twice")
    if record.value is None:
        return _tombstone(record)
    wire = _text(headers, "ce_type")
    kind = ear.class_of(wire, calls=headers.get("ce_call") == b"1")
    if kind is not None:
        revision = _revision(headers, record.value, wire, kind)
    elif wire in ear.older:
        revision = _older(headers, record.value, wire, ear.older[wire])
    else:
        return Skipped("type not heard")
    wrong = _wrong(headers, revision, ear, moment)
    return Heard(revision) if wrong is None else ear.cannot_read(record, wrong)


def _older(headers: Headers, value: bytes, wire: str, kind: type[Event]) -> Revision[Event]:
    """An older version becomes a revision of the newer one: whatever comes after the door knows that alone."""
    body = upcast(kind, wire, value) if len(value) <= BODY_LIMIT else value
    return replace(_revision(headers, body, kind.wire, kind), text=None)


def _revision(headers: Headers, value: bytes, wire: str, kind: type[Event]) -> Revision[Event]:
    if len(value) > BODY_LIMIT:
        raise ValueError("the body is too large")
    if ZERO in value:
        raise ValueError("the body holds a zero character")
    known_at = datetime.fromisoformat(_text(headers, "ce_time"))
    fact, epoch, number = uuid_of(_text(headers, "ce_fact"), "ce_fact"), _number(headers, "ce_epoch"), _number(headers, "ce_revision")
    text = value if kind is not Called and _is_ours(headers, value) else None
    return Revision(fact, epoch, number, _stands(headers), known_at, read_body(kind, value), wire, headers.get("ce_correlationid"), text)


def _is_ours(headers: Headers, value: bytes) -> bool:
    """Whether one of us has written it, in the one form. What a foreign speaker adds to a body is never kept; nor is what else a duty
    says that is heard for its call alone.
    """
    return (headers.get("ce_source") or b"").startswith(OURS) and b"\t" not in value and b"\n" not in value


def _wrong(headers: Headers, revision: Revision[Event], ear: Ear, moment: datetime) -> str | None:
    if revision.known_at.tzinfo is None:
        return "ce_time has no offset"
    if revision.known_at > moment + FUTURE_LIMIT:
        return "ce_time is more than a day ahead"
    if revision.known_at < LONG_AGO:
        return "ce_time is before 1900"
    if revision.body.municipality not in ear.municipalities:
        return "no rules for this municipality"
    if _text(headers, "ce_id") != event_id_text(revision.fact, revision.epoch, revision.revision):
        return "ce_id is not the id of its fact, epoch and revision"
    return None


def _tombstone(record: Record) -> Outcome:
    if record.topic == PersonNamed.topic and record.key is not None:
        return Erased(UUID(record.key.decode()))
    return Skipped("tombstone")


def _text(headers: Headers, name: str) -> str:
    found = headers.get(name)
    if found is None:
        raise KeyError(name)
    return found.decode()


def _number(headers: Headers, name: str) -> int:
    found = headers.get(name)
    if found is None:
        raise KeyError(name)
    if not found.isdigit() or len(found) > 9:
        raise ValueError(f"{name} is not a number")
    return int(found)


def _stands(headers: Headers) -> bool:
    found = STANDS.get(headers.get("ce_stands"))
    if found is not None:
        return found
    _text(headers, "ce_stands")
    raise ValueError("ce_stands is neither true nor false")


class Outgoing(NamedTuple):
    """A record to be published: topic, key, headers in order, body; without one it is a tombstone."""

    topic: str
    key: str
    headers: tuple[tuple[str, str], ...]
    body: str
    type: str = ""

    @property
    def value(self) -> bytes | None:
        """What the record holds on the wire."""
        return value_of(self.body)

    def with_header(self, name: str, value: str) -> "Outgoing":
        """The same with one more header."""
        return self._replace(headers=(*self.headers, (name, value)))

    def headers_json(self) -> str:
        """The headers as they are kept in the outbox."""
        return orjson.dumps(self.headers).decode()


def value_of(body: str) -> bytes | None:
    """The value of the record of a body: none where it is empty, since no event is."""
    return body.encode() or None


class Cause(NamedTuple):
    """The event because of which something is said: its id, and the id that it shares with all that came of its first cause."""

    id: str
    correlation: str

    @classmethod
    def of(cls, heard: Revision[Event]) -> "Cause":
        """An event that names no first cause, or not in words that can be passed on, is one; that is no reason to refuse it."""
        number, told = event_id_text(heard.fact, heard.epoch, heard.revision), heard.correlation
        if not told or len(told) > CORRELATION_LIMIT or not told.isascii():
            return cls(number, number)
        text = told.decode()
        return cls(number, text if text.isprintable() else number)


def outgoing(service: str, revision: Revision[Event], cause: Cause | None = None, text: str | None = None) -> Outgoing:
    """The record of a revision; the same revision gives the same bytes. `text`: the body's, where it is known already.

    A name that stands no longer is a tombstone: any other record would keep it on the compacted topic for ever (catalogue, section 5).
    """
    body = revision.body
    key = body.record_key()
    number = event_id_text(revision.fact, revision.epoch, revision.revision)
    source, wire, schema = _of_type(service, revision.type)
    headers: tuple[tuple[str, str], ...] = (
        ("ce_specversion", "1.0"),
        ("ce_id", number),
        source,
        wire,
        ("ce_subject", body.ce_subject()),
        ("ce_time", revision.known_at.isoformat()),
        schema,
        ("ce_partitionkey", key),
        ("ce_municipality", body.municipality),
        ("ce_fact", str(revision.fact)),
        ("ce_epoch", str(revision.epoch)),
        ("ce_revision", str(revision.revision)),
        ("ce_stands", "true" if revision.stands else "false"),
        ("ce_correlationid", number if cause is None else cause.correlation),
        ("content-type", "application/json"),
    )
    if _may_call(type(body)) and getattr(body, "call", None) is not None:  # pydantic is slow to miss an attribute
        headers = (*headers, ("ce_call", "1"))
    if cause is not None:
        headers = (*headers, ("ce_causationid", cause.id))
    is_gone = not revision.stands and body.data_class is DataClass.DIRECTORY
    return Outgoing(body.topic, key, headers, "" if is_gone else text or body_text(body), revision.type)


@cache
def _of_type(service: str, wire: str) -> tuple[tuple[str, str], ...]:
    """The headers that all events of one type have in common."""
    return ("ce_source", f"/forbliv/{service}"), ("ce_type", wire), ("ce_dataschema", schema_id(wire))


@cache
def _may_call(kind: type[Event]) -> bool:
    return "call" in kind.model_fields

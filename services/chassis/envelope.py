"""CloudEvents record ↔ revision. The parser is total: a record is `Heard`, `Skipped` or `Invalid`, it never raises.

Binary mode of the Kafka binding: attributes are headers `ce_<name>`, the value is the body alone.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from pydantic import ValidationError

from contracts.base import Called, Event
from contracts.hr import PersonNamed
from services.chassis.advance import body_text
from services.chassis.packing import concrete
from services.chassis.reference import ORGANISATION
from services.chassis.service import Service
from services.chassis.subject import Revision

FUTURE_LIMIT = timedelta(days=1)
BODY_LIMIT = 1_000_000


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


@dataclass(frozen=True, slots=True)
class Heard:
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


@dataclass(frozen=True, slots=True)
class Invalid:
    """A record no code can read, with the reason in plain words and what its intact headers told."""

    reason: str
    fact: UUID | None = None
    number: int | None = None


Outcome = Heard | Erased | Skipped | Invalid


@dataclass(frozen=True, slots=True)
class Ear:
    """What a service hears: the classes by wire name, and whether every call."""

    classes: Mapping[str, type[Event]]
    every_call: bool
    municipalities: frozenset[str]

    @classmethod
    def of(cls, service: Service, municipalities: Iterable[str]) -> "Ear":
        """All that the kinds of a service hear, the organisation, and names where it has pages for people."""
        hears = tuple(h for kind in service.subjects for h in kind.hears)
        names = (PersonNamed,) if service.hears_names else ()
        bus = (*hears, *names, *(ORGANISATION if hears else ()))
        return cls(concrete(bus), Called in hears, frozenset(municipalities))

    def topics(self) -> frozenset[str]:
        """The topics of the events heard."""
        return frozenset(c.topic for c in self.classes.values() if c.topic)

    def class_of(self, wire: str, *, calls: bool) -> type[Event] | None:
        """As what class an event of this type is read; none if it is not heard."""
        return self.classes.get(wire) or (Called if calls and self.every_call else None)


def parse(record: Record, ear: Ear, moment: datetime) -> Outcome:
    """One record, read once. `moment`: the clock, since nothing becomes known more than a day from now."""
    try:
        return _parse(record, ear, moment)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as problem:
        return Invalid(_words(problem), *_named(record))


def _parse(record: Record, ear: Ear, moment: datetime) -> Outcome:
    names = [name for name, _ in record.headers]
    if len(set(names)) != len(names):
        return Invalid("a header stands twice")
    if record.value is None:
        return _tombstone(record)
    wire = _header(record, "ce_type")
    kind = ear.class_of(wire, calls=_optional(record, "ce_call") == "1")
    if kind is None:
        return Skipped("type not heard")
    revision = _revision(record, wire, kind)
    wrong = _wrong(record, revision, ear, moment)
    return Heard(revision) if wrong is None else Invalid(wrong, *_named(record))


def _revision(record: Record, wire: str, kind: type[Event]) -> Revision[Event]:
    value = record.value or b""
    if len(value) > BODY_LIMIT:
        message = "the body is too large"
        raise ValueError(message)
    known_at = datetime.fromisoformat(_header(record, "ce_time"))
    fact, epoch, number = UUID(_header(record, "ce_fact")), _number(record, "ce_epoch"), _number(record, "ce_revision")
    return Revision(fact, epoch, number, _stands(record), known_at, kind.model_validate_json(value), wire)


def _wrong(record: Record, revision: Revision[Event], ear: Ear, moment: datetime) -> str | None:
    if revision.known_at.tzinfo is None:
        return "ce_time has no offset"
    if revision.known_at > moment + FUTURE_LIMIT:
        return "ce_time is more than a day ahead"
    if revision.body.municipality not in ear.municipalities:
        return "no rules for this municipality"
    if str(revision.id) != _header(record, "ce_id"):
        return "ce_id is not the id of its fact, epoch and revision"
    return None


def _tombstone(record: Record) -> Outcome:
    if record.topic == PersonNamed.topic and record.key is not None:
        return Erased(UUID(record.key.decode()))
    return Skipped("tombstone")


def _optional(record: Record, name: str) -> str | None:
    for header, value in record.headers:
        if header == name and value is not None:
            return value.decode()
    return None


def _header(record: Record, name: str) -> str:
    found = _optional(record, name)
    if found is None:
        raise KeyError(name)
    return found


def _number(record: Record, name: str) -> int:
    found = _header(record, name)
    if not found.isascii() or not found.isdigit():
        message = f"{name} is not a number"
        raise ValueError(message)
    return int(found)


def _stands(record: Record) -> bool:
    match _header(record, "ce_stands"):
        case "true":
            return True
        case "false":
            return False
        case _:
            message = "ce_stands is neither true nor false"
            raise ValueError(message)


def _named(record: Record) -> tuple[UUID | None, int | None]:
    try:
        return UUID(_header(record, "ce_fact")), _number(record, "ce_revision")
    except (KeyError, ValueError, AttributeError):
        return None, None


def _words(problem: Exception) -> str:
    match problem:
        case ValidationError():
            where = sorted({".".join(str(part) for part in error["loc"]) + " " + error["type"] for error in problem.errors()})
            return "the body does not fit its schema: " + ", ".join(where[:5])
        case UnicodeDecodeError():
            return "a header is not UTF-8"
        case KeyError():
            return f"the header {problem.args[0]} is missing"
        case _:
            return str(problem)[:200] or type(problem).__name__


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record to be published: topic, key, headers in order, body."""

    topic: str
    key: str
    headers: tuple[tuple[str, str], ...]
    body: str

    def headers_json(self) -> str:
        """The headers as they are kept in the outbox."""
        return json.dumps(self.headers, separators=(",", ":"))


def outgoing(service: str, revision: Revision[Event], cause: UUID | None = None) -> Outgoing:
    """The record of a revision; the same revision gives the same bytes."""
    body = revision.body
    key = body.record_key()
    headers = [
        ("ce_specversion", "1.0"),
        ("ce_id", str(revision.id)),
        ("ce_source", f"/forbliv/{service}"),
        ("ce_type", revision.type),
        ("ce_subject", body.ce_subject()),
        ("ce_time", revision.known_at.isoformat()),
        ("ce_dataschema", f"/contracts/schemas/{revision.type}.json"),
        ("ce_partitionkey", key),
        ("ce_municipality", body.municipality),
        ("ce_fact", str(revision.fact)),
        ("ce_epoch", str(revision.epoch)),
        ("ce_revision", str(revision.revision)),
        ("ce_stands", "true" if revision.stands else "false"),
        ("content-type", "application/json"),
    ]
    if getattr(body, "call", None) is not None:
        headers.append(("ce_call", "1"))
    if cause is not None:
        headers.append(("ce_causationid", str(cause)))
    return Outgoing(body.topic, key, tuple(headers), body_text(body))

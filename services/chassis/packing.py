"""How histories, statements and bookings are kept in a row: one JSON line per revision, appended in chunks; bookings compressed."""

import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

from contracts.base import Called, Event
from services.chassis.advance import body_text
from services.chassis.service import SubjectKind
from services.chassis.subject import Booking, Key, Revision

SEPARATOR = "\x1f"
CHUNK_BYTES = 2_048
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def _known(count: int) -> dict[str, type[Event]]:  # noqa: ARG001 - the count renews the cache when a module adds events
    found: dict[str, type[Event]] = {}
    waiting = [Event]
    while waiting:
        for child in waiting.pop().__subclasses__():
            waiting.append(child)
            if "wire" in child.__dict__:
                found[child.wire] = child
    return found


def event_class(wire: str) -> type[Event]:
    """The class of a wire name (or of a service's own record). Raises `KeyError` for a name nobody defines."""
    found = _known(0).get(wire)
    if found is None:
        _known.cache_clear()
        found = _known(0)[wire]
    return found


def concrete(kinds: Iterable[type[Event]]) -> dict[str, type[Event]]:
    """The wire types under these classes, base classes spread out; `Called` is nobody's wire type."""
    wanted = tuple(kinds)
    for kind in wanted:
        if "wire" in kind.__dict__ and kind is not Called:
            event_class(kind.wire)
    _known.cache_clear()
    return {wire: c for wire, c in _known(0).items() if issubclass(c, wanted) and c is not Called} if wanted else {}


def body_class(kind: SubjectKind, wire: str) -> type[Event]:
    """As what class a revision in a history of `kind` is read."""
    heard = concrete_of(kind)
    return heard[wire] if wire in heard else Called if Called in kind.hears else event_class(wire)


@cache
def concrete_of(kind: SubjectKind) -> dict[str, type[Event]]:
    """The wire types a kind hears or records."""
    return concrete((*kind.hears, *kind.records))


def pack(revision: Revision[Event]) -> bytes:
    """One revision as one line."""
    head = [revision.type, str(revision.fact), revision.epoch, revision.revision, int(revision.stands), _micros(revision.known_at)]
    return f"{json.dumps(head, separators=(',', ':'))}\t{body_text(revision.body)}\n".encode()


def unpack(kind: SubjectKind, chunks: Iterable[bytes]) -> list[Revision[Event]]:
    """The revisions of a history's chunks. A line that was written twice by a crash is one revision all the same."""
    return [_read_line(kind, line) for line in b"".join(chunks).split(b"\n") if line]


def _read_line(kind: SubjectKind, line: bytes) -> Revision[Event]:
    head, body = line.split(b"\t", 1)
    wire, fact, epoch, number, stands, micros = json.loads(head)
    read = body_class(kind, wire).model_validate_json(body)
    return Revision(UUID(fact), epoch, number, bool(stands), _moment(micros), read, wire)


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def _moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def key_text(key: Key) -> str:
    """A statement's key as text."""
    return SEPARATOR.join(key)


def key_of(text: str) -> Key:
    """A statement's key from text."""
    return tuple(text.split(SEPARATOR))


def pack_booked(booked: Mapping[Booking, int]) -> bytes | None:
    """What is booked for a subject, compressed; nothing for nothing."""
    if not booked:
        return None
    return zlib.compress(json.dumps([[*key, amount] for key, amount in sorted(booked.items(), key=str)]).encode(), 1)


def unpack_booked(packed: bytes | None) -> dict[Booking, int]:
    """The reverse of `pack_booked`."""
    return {} if packed is None else {tuple(row[:-1]): row[-1] for row in json.loads(zlib.decompress(packed))}

"""How histories, statements and bookings are kept in a row: one line per revision, appended; bookings as amounts that add up."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

import orjson

from contracts.base import Called, Event
from services.chassis.ids import uuid_of
from services.chassis.service import SubjectKind
from services.chassis.subject import Booking, Key, Revision, body_text, read_body
from services.chassis.upcasting import older_of, upcast

SEPARATOR = "\x1f"
TAIL_BYTES = 1_500
"""So long does the text in the row of a subject grow, which is written anew with every change, before it is a chunk."""
CHUNK_BYTES = 7_900
"""Much that comes at once is made chunks of this size, each a row that fills a page: copied in, it costs a third of a longer tail."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


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
    heard = readers_of(kind).classes
    return heard[wire] if wire in heard else Called if Called in kind.hears else event_class(wire)


class Readers(NamedTuple):
    """As which class each wire name is read: under its own name, or as the newer version of it that is heard."""

    classes: Mapping[str, type[Event]]
    older: Mapping[str, type[Event]]

    @classmethod
    def of(cls, kinds: Iterable[type[Event]]) -> "Readers":
        """Those of the wire types under these classes."""
        classes = concrete(kinds)
        return cls(classes, older_of(classes))


@cache
def readers_of(kind: SubjectKind) -> Readers:
    """Those of what a kind hears or records."""
    return Readers.of((*kind.hears, *kind.records))


_readers = cache(Readers.of)


def read_stored(kinds: tuple[type[Event], ...], wire: str, body: str) -> tuple[str, Event]:
    """What was kept of one of these kinds, with its wire name; an older version as the newer one. Raises `KeyError`, `ValueError`."""
    newer = _readers(kinds).older.get(wire)
    if newer is None:
        return wire, event_class(wire).model_validate_json(body)
    return newer.wire, newer.model_validate_json(upcast(newer, wire, body))


def pack(revision: Revision[Event]) -> bytes:
    """One revision as one line: type, fact, epoch, revision, stands, known at (microseconds of 1970), body; no body holds a tab."""
    head = f"{revision.type}\t{revision.fact}\t{revision.epoch}\t{revision.revision}\t{revision.stands:d}\t{_micros(revision.known_at)}\t"
    return b"%s%s\n" % (head.encode(), revision.text or body_text(revision.body).encode())


class Growth(NamedTuple):
    """How the text of a history grows: what was its tail becomes a chunk if it `rolls`, then come `chunks`, then what the tail holds."""

    rolls: bool
    chunks: tuple[bytes, ...]
    tail: bytes

    @property
    def new_chunks(self) -> int:
        """By how many chunks there are more."""
        return self.rolls + len(self.chunks)


def growth(tail_size: int, lines: Sequence[bytes]) -> Growth:
    """Few lines go on after a tail of so many bytes or begin a new one; many are chunks of their own."""
    size = sum(map(len, lines))
    rolls = tail_size > 0 and tail_size + size > TAIL_BYTES
    return Growth(rolls, (), b"".join(lines)) if size <= TAIL_BYTES else Growth(rolls, _chunks(lines), b"")


def _chunks(lines: Sequence[bytes]) -> tuple[bytes, ...]:
    """Whole lines together, as many as fit; one that fits nowhere stands alone."""
    chunks: list[list[bytes]] = [[]]
    size = 0
    for line in lines:
        if chunks[-1] and size + len(line) > CHUNK_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append(line)
        size += len(line)
    return tuple(map(b"".join, chunks))


def mark(revision: Revision[Event]) -> bytes:
    """What stands in a history's text exactly if it holds this revision: no body holds a tab."""
    return f"\t{revision.fact}\t{revision.epoch}\t{revision.revision}\t".encode()


def unpack(kind: SubjectKind, text: bytes) -> list[Revision[Event]]:
    """The revisions of a history's text. A line that was written twice is one revision all the same."""
    classes, older = readers_of(kind)
    return [_read_line(kind, classes, older, line) for line in text.split(b"\n") if line]


def _read_line(kind: SubjectKind, classes: Mapping[str, type[Event]], older: Mapping[str, type[Event]], line: bytes) -> Revision[Event]:
    wire, fact, epoch, number, stands, micros, body = line.split(b"\t", 6)
    name = wire.decode()
    heard = classes.get(name)
    if heard is None and name in older:
        heard = older[name]
        name, body = heard.wire, upcast(heard, name, body)
    read = read_body(heard or body_class(kind, name), body)
    return Revision(uuid_of(fact.decode()), int(epoch), int(number), stands == b"1", _moment(int(micros)), read, name)


def _micros(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def _moment(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def key_text(key: Key) -> str:
    """A statement's key as text."""
    return SEPARATOR.join(key)


def key_of(text: str) -> Key:
    """A statement's key from text."""
    return tuple(text.split(SEPARATOR))


def pack_booked(booked: Mapping[Booking, int]) -> bytes:
    """Amounts by booking, one after the other: texts that follow each other add up."""
    return b"".join(orjson.dumps([*key, amount]) + b"," for key, amount in booked.items())


def unpack_booked(packed: bytes) -> dict[Booking, int]:
    """The sums of all that was packed."""
    found: dict[Booking, int] = {}
    for *key, amount in orjson.loads(b"[" + packed[:-1] + b"]"):
        booking = tuple(key)
        found[booking] = found.get(booking, 0) + amount
    return {booking: amount for booking, amount in found.items() if amount}


def is_time_to_sum(size: int, more: int) -> bool:
    """Whether what is booked is written anew, summed up, instead of growing by `more` bytes: whenever its size doubles."""
    return size.bit_length() != (size + more).bit_length()

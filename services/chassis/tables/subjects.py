"""Subjects and their histories: locked, read and written back in bulk."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from services.chassis.packing import Growth
from services.chassis.service import Connection
from services.chassis.subject import Subject

NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)
"""The `latest` of a history that holds nothing."""


class SubjectRow(NamedTuple):
    """The locked row of a subject. `chunk`: how many chunks of its history are full; sizes in bytes."""

    id: UUID
    version: int = 0
    chunk: int = 0
    tail_size: int = 0
    derived_with: int = 0
    rules: str = ""
    erased: bool = False
    booked_size: int = 0
    broken: str | None = None
    tries: int = 0
    """How many derives in a row have raised."""
    latest: datetime = NOTHING_YET
    """When the newest of what its history holds became known; the end of time where nobody has noted it."""


class Held(NamedTuple):
    """What a subject holds beside its row: its history as text, what it read, when it wakes, what is booked."""

    history: bytes
    reads: frozenset[str]
    wake_at: datetime | None
    booked: bytes
    reached: datetime | None


class SubjectSave(NamedTuple):
    """What is written back of a subject that was derived. `chunk`: how many chunks its history had."""

    subject: Subject
    chunk: int
    grows: Growth
    derived_with: int
    rules: str
    reads: frozenset[str]
    wake_at: datetime | None
    reached: datetime | None
    booked: bytes
    books_anew: bool
    """Whether `booked` replaces what was booked, or goes on after it."""
    broken: str | None
    tries: int
    latest: datetime | None
    """When the newest of its new lines became known; none without new lines."""


class Added(NamedTuple):
    """New lines for a subject that is derived later."""

    subject: Subject
    chunk: int
    grows: Growth
    latest: datetime


THESE = "subject s WHERE s.kind = $1 AND s.id = ANY($2::uuid[])"


async def insert_missing(conn: Connection, subjects: Sequence[Subject]) -> dict[UUID, SubjectRow]:
    """Rows for subjects never heard of; those that are new, which nobody else can see before this transaction ends."""
    rows = await conn.fetch(
        "INSERT INTO subject (kind, id, municipality) SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[]) ON CONFLICT DO NOTHING"
        " RETURNING id",
        [s.kind for s in subjects],
        [s.id for s in subjects],
        [s.municipality for s in subjects],
    )
    return {row[0]: SubjectRow(row[0]) for row in rows}


async def lock(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, SubjectRow]:
    """Lock the subjects in sorted order: the order of one subject is its row lock."""
    rows = await conn.fetch(
        "SELECT s.id, version, chunk, octet_length(tail), derived_with, rules, erased,"  # noqa: S608 - our own words
        " coalesce(octet_length(booked), 0), broken, tries, latest"
        f" FROM {THESE} ORDER BY s.id FOR UPDATE",
        kind,
        ids,
    )
    return {row[0]: SubjectRow._make(row) for row in rows}


async def municipalities(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, str]:
    """To which municipality each subject belongs."""
    rows = await conn.fetch(f"SELECT s.id, municipality FROM {THESE}", kind, ids)  # noqa: S608 - our own words
    return {row["id"]: row["municipality"] for row in rows}


HISTORY = (
    "CASE s.chunk WHEN 0 THEN s.tail ELSE"
    " (SELECT string_agg(h.body, ''::bytea ORDER BY h.chunk) FROM history h WHERE h.kind = s.kind AND h.id = s.id) || s.tail END"
)


async def histories(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """The histories as text, a line per revision."""
    rows = await conn.fetch(f"SELECT s.id, {HISTORY} FROM {THESE}", kind, ids)  # noqa: S608 - our own words
    return {row[0]: row[1] for row in rows}


async def held(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, Held]:
    """All that the subjects hold."""
    rows = await conn.fetch(
        f"SELECT s.id, {HISTORY}, s.reads, s.wake_at, coalesce(s.booked, ''::bytea), s.reached FROM {THESE}",  # noqa: S608 - our own words
        kind,
        ids,
    )
    return {row[0]: Held(row[1], frozenset(row[2]), *row[3:]) for row in map(tuple, rows)}


async def _grow(conn: Connection, kind: str, grown: Sequence[Added | SubjectSave]) -> None:
    """Tails that are full become chunks, and what is much comes after them; who writes the subjects next changes the tails."""
    if full := [g.subject.id for g in grown if g.grows.rolls]:
        await conn.execute(
            f"INSERT INTO history (kind, id, chunk, body) SELECT kind, s.id, chunk + 1, tail FROM {THESE}",  # noqa: S608 - our own words
            kind,
            full,
        )
    rows = [
        (kind, g.subject.id, number, body)
        for g in grown
        if g.grows.chunks
        for number, body in enumerate(g.grows.chunks, g.chunk + g.grows.rolls + 1)
    ]
    if rows:
        await conn.copy_records_to_table("history", records=rows, columns=("kind", "id", "chunk", "body"))


TAIL = (
    "tail = CASE WHEN u.rolls THEN u.lines WHEN u.lines = '' THEN s.tail ELSE s.tail || u.lines END,"
    " chunk = s.chunk + u.chunks, version = s.version + 1, latest = greatest(s.latest, u.latest)"
)


async def add_lines(conn: Connection, kind: str, added: Sequence[Added], moment: datetime) -> None:
    """Add lines to histories; who is not due already is due at `moment`."""
    await _grow(conn, kind, added)
    await conn.execute(
        f"UPDATE subject s SET {TAIL}, wake_at = least(s.wake_at, $5)"  # noqa: S608 - our own words
        " FROM unnest($2::uuid[], $3::bytea[], $4::bool[], $6::int[], $7::timestamptz[]) u(id, lines, rolls, chunks, latest)"
        " WHERE s.kind = $1 AND s.id = u.id",
        kind,
        [a.subject.id for a in added],
        [a.grows.tail for a in added],
        [a.grows.rolls for a in added],
        moment,
        [a.grows.new_chunks for a in added],
        [a.latest for a in added],
    )


SEPARATOR = "\x1f"


async def save_subjects(conn: Connection, kind: str, saves: Sequence[SubjectSave]) -> None:
    """Write back the subjects of one kind that were derived."""
    await _grow(conn, kind, saves)
    await conn.execute(
        f"UPDATE subject s SET {TAIL}, derived_with = u.derived, rules = u.rules, wake_at = u.wake, broken = u.broken, reached = u.reached,"  # noqa: S608 - our own words
        " tries = u.tries,"
        " reads = CASE u.reads WHEN '' THEN '{}' ELSE string_to_array(u.reads, E'\\x1f') END,"
        " booked = CASE WHEN u.anew THEN u.booked WHEN u.booked = '' THEN s.booked ELSE coalesce(s.booked, '') || u.booked END"
        " FROM unnest($2::uuid[], $3::bytea[], $4::bool[], $5::int[], $6::text[], $7::text[], $8::timestamptz[], $9::bytea[], $10::bool[],"
        " $11::text[], $12::timestamptz[], $13::int[], $14::int[], $15::timestamptz[])"
        " u(id, lines, rolls, derived, rules, reads, wake, booked, anew, broken, reached, tries, chunks, latest)"
        " WHERE s.kind = $1 AND s.id = u.id",
        kind,
        [s.subject.id for s in saves],
        [s.grows.tail for s in saves],
        [s.grows.rolls for s in saves],
        [s.derived_with for s in saves],
        [s.rules for s in saves],
        [SEPARATOR.join(sorted(s.reads)) for s in saves],
        [s.wake_at for s in saves],
        [s.booked for s in saves],
        [s.books_anew for s in saves],
        [s.broken for s in saves],
        [s.reached for s in saves],
        [s.tries for s in saves],
        [s.grows.new_chunks for s in saves],
        [s.latest for s in saves],
    )

"""Subjects and their histories: locked, read and written back in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.service import Connection
from services.chassis.subject import Subject


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """The locked row of a subject."""

    id: UUID
    version: int
    chunk: int
    chunk_bytes: int
    derived_with: int
    rules: str
    erased: bool
    booked: bytes | None
    wake_at: datetime | None
    reads: frozenset[str]
    broken: str | None


@dataclass(frozen=True, slots=True)
class SubjectSave:
    """What is written back of a subject."""

    subject: Subject
    version: int
    chunk: int
    chunk_bytes: int
    derived_with: int
    rules: str
    reads: frozenset[str]
    wake_at: datetime | None
    booked: bytes | None
    broken: str | None
    new_lines: bytes


async def insert_missing(conn: Connection, subjects: Sequence[Subject]) -> None:
    """Rows for subjects never heard of."""
    await conn.execute(
        "INSERT INTO subject (kind, id, municipality) SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[]) ON CONFLICT DO NOTHING",
        [s.kind for s in subjects],
        [s.id for s in subjects],
        [s.municipality for s in subjects],
    )


async def lock(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, SubjectRow]:
    """Lock the subjects in sorted order: the order of one subject is its row lock."""
    rows = await conn.fetch(
        "SELECT id, version, chunk, chunk_bytes, derived_with, rules, erased, booked, wake_at, reads, broken FROM subject"
        " WHERE kind = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR UPDATE",
        kind,
        ids,
    )
    return {r["id"]: SubjectRow(*r.values()) for r in ({**row, "reads": frozenset(row["reads"])} for row in rows)}


async def municipalities(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, str]:
    """To which municipality each subject belongs."""
    rows = await conn.fetch("SELECT id, municipality FROM subject WHERE kind = $1 AND id = ANY($2::uuid[])", kind, ids)
    return {row["id"]: row["municipality"] for row in rows}


async def histories(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, list[bytes]]:
    """The chunks of the histories, in order."""
    found: dict[UUID, list[bytes]] = {}
    for row in await conn.fetch("SELECT id, body FROM history WHERE kind = $1 AND id = ANY($2::uuid[]) ORDER BY id, chunk", kind, ids):
        found.setdefault(row["id"], []).append(row["body"])
    return found


async def save_subjects(conn: Connection, saves: Sequence[SubjectSave]) -> None:
    """Write back the subjects."""
    await conn.executemany(
        "UPDATE subject SET version = $3, chunk = $4, chunk_bytes = $5, derived_with = $6, rules = $7, reads = $8, wake_at = $9,"
        " booked = $10, broken = $11 WHERE kind = $1 AND id = $2",
        [
            (
                s.subject.kind,
                s.subject.id,
                s.version,
                s.chunk,
                s.chunk_bytes,
                s.derived_with,
                s.rules,
                sorted(s.reads),
                s.wake_at,
                s.booked,
                s.broken,
            )
            for s in saves
        ],
    )


async def append_history(conn: Connection, saves: Sequence[SubjectSave]) -> None:
    """Append the new lines to the last chunk of each history."""
    with_lines = [s for s in saves if s.new_lines]
    await conn.execute(
        "INSERT INTO history AS h (kind, id, chunk, body) SELECT * FROM unnest($1::text[], $2::uuid[], $3::int[], $4::bytea[])"
        " ON CONFLICT (kind, id, chunk) DO UPDATE SET body = h.body || EXCLUDED.body",
        [s.subject.kind for s in with_lines],
        [s.subject.id for s in with_lines],
        [s.chunk for s in with_lines],
        [s.new_lines for s in with_lines],
    )

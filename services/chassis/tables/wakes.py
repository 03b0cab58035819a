"""Whose time has come: wake-ups by the clock, by a changed reference, by newer code or rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from services.chassis.service import Connection


async def due(conn: Connection, kind: str, now: datetime, code_version: int, limit: int) -> list[tuple[UUID, str]]:
    """Subjects whose time has come and their municipality, the longest waiting first; what newer code derived is left to it.

    Inside a transaction they are locked, and those that another transaction holds are left to it.
    """
    rows = await conn.fetch(
        "SELECT id, municipality FROM subject WHERE kind = $1 AND wake_at <= $2 AND derived_with <= $3 ORDER BY wake_at, id LIMIT $4"
        " FOR UPDATE SKIP LOCKED",
        kind,
        now,
        code_version,
        limit,
    )
    return [(row["id"], row["municipality"]) for row in rows]


async def due_count(conn: Connection, moment: datetime) -> int:
    """How many subjects wait for a time that has come."""
    found: int = await conn.fetchval("SELECT count(*) FROM subject WHERE wake_at <= $1", moment)
    return found


async def next_wake(conn: Connection, kinds: Sequence[str], code_version: int) -> datetime | None:
    """The earliest time any subject of these kinds waits for that this code may derive."""
    found: datetime | None = await conn.fetchval(
        "SELECT min(w.wake_at) FROM unnest($1::text[]) k(kind) CROSS JOIN LATERAL (SELECT wake_at FROM subject s WHERE s.kind = k.kind"
        " AND s.wake_at IS NOT NULL AND s.derived_with <= $2 ORDER BY s.wake_at LIMIT 1) w",
        kinds,
        code_version,
    )
    return found


async def wake_readers(conn: Connection, municipality: str, name: str, at: datetime, limit: int) -> int:
    """Make up to `limit` subjects that read `name` due at once; how many there were."""
    done = await conn.execute(
        "WITH due AS MATERIALIZED (SELECT s.kind, s.id FROM reader r JOIN subject s ON s.kind = r.kind AND s.id = r.id"  # chosen once
        " WHERE r.municipality = $1 AND r.name = $2 AND (s.wake_at IS NULL OR s.wake_at > $3)"
        " ORDER BY s.kind, s.id LIMIT $4 FOR UPDATE OF s)"
        " UPDATE subject SET wake_at = $3 FROM due WHERE subject.kind = due.kind AND subject.id = due.id",
        municipality,
        name,
        at,
        limit,
    )
    return int(done.split()[-1])


async def wake_underived(conn: Connection, code_version: int, rules: Mapping[str, str], at: datetime, *, with_broken: bool) -> int:
    """Make every subject due that older code or other rules derived; all that are broken too, or none of them. How many there were."""
    done = await conn.execute(
        "UPDATE subject s SET wake_at = $4 FROM unnest($2::text[], $3::text[]) r(municipality, digest)"
        " WHERE s.municipality = r.municipality"
        " AND (s.derived_with < $1 OR (s.derived_with = $1 AND (s.rules <> r.digest OR s.broken IS NOT NULL)))"
        " AND s.version > 0 AND (s.wake_at IS NULL OR s.wake_at > $4) AND ($5 OR s.broken IS NULL)",
        code_version,
        list(rules),
        list(rules.values()),
        at,
        with_broken,
    )
    return int(done.split()[-1])


@dataclass(frozen=True, slots=True)
class Broken:
    """A subject whose last derive raised: what and where, and when it is tried again by itself."""

    kind: str
    id: UUID
    municipality: str
    problem: str
    next_try: datetime | None


async def broken(conn: Connection, municipality: str | None = None, limit: int = 1_000) -> list[Broken]:
    """The broken subjects of all municipalities or of one."""
    rows = await conn.fetch(
        "SELECT kind, id, municipality, broken, wake_at FROM subject"
        " WHERE broken IS NOT NULL AND ($1::text IS NULL OR municipality = $1) ORDER BY kind, id LIMIT $2",
        municipality,
        limit,
    )
    return [Broken(*row) for row in rows]


async def break_subject(conn: Connection, kind: str, number: UUID, problem: str, at: datetime) -> None:
    """What this subject's derive gave cannot be saved: it is broken, and tried again then. What is kept of it in memory is let go."""
    await conn.execute(
        "UPDATE subject SET broken = $3, wake_at = $4, tries = tries + 1, version = version + 1 WHERE kind = $1 AND id = $2",
        kind,
        number,
        problem,
        at,
    )


async def wake_broken(conn: Connection, kind: str | None = None, number: UUID | None = None, municipality: str | None = None) -> int:
    """Make broken subjects due at once: one of a kind, or all (of a municipality); how many there were."""
    done = await conn.execute(
        "UPDATE subject SET wake_at = $4 WHERE broken IS NOT NULL AND ($1::text IS NULL OR kind = $1)"
        " AND ($2::uuid IS NULL OR id = $2) AND ($3::text IS NULL OR municipality = $3)",
        kind,
        number,
        municipality,
        ALWAYS,
    )
    return int(done.split()[-1])


ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""A moment that has always come: due at once."""

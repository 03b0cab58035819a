"""The fence: how far each partition was read, moved in the same transaction as what was read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from services.chassis.service import Connection

Readers: TypeAlias = Mapping[str, str]
"""Topic → whose fence: the column `grp`."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def _ours(readers: Readers) -> tuple[list[str], list[str]]:
    return list(readers.values()), list(readers)


def _places(readers: Readers, partitions: Iterable[tuple[str, int]]) -> tuple[list[str], list[str], list[int]]:
    told = list(partitions)
    return [readers[topic] for topic, _ in told], [topic for topic, _ in told], [number for _, number in told]


async def expect(conn: Connection, readers: Readers, partitions: Sequence[tuple[str, int]]) -> None:
    """Rows for partitions these read; what was never answered for is read until never."""
    await conn.execute(
        "INSERT INTO consumed (grp, topic, partition, next_offset)"
        " SELECT g, t, p, 0 FROM unnest($1::text[], $2::text[], $3::int[]) u(g, t, p) ON CONFLICT DO NOTHING",
        *_places(readers, partitions),
    )


async def fence(conn: Connection, readers: Readers, partitions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """The next offset of each partition, locked; 0 where nothing was read yet."""
    wanted = sorted(set(partitions))
    found = await _locked(conn, readers, wanted)
    if len(found) < len(wanted):
        await expect(conn, readers, wanted)
        found = await _locked(conn, readers, wanted)
    return found


async def _locked(conn: Connection, readers: Readers, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], int]:
    rows = await conn.fetch(
        "SELECT c.topic, c.partition, c.next_offset FROM consumed c JOIN unnest($1::text[], $2::text[], $3::int[]) u(g, t, p)"
        " ON c.grp = u.g AND c.topic = u.t AND c.partition = u.p ORDER BY c.topic, c.partition FOR UPDATE OF c",
        *_places(readers, wanted),
    )
    return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}


async def move_fence(conn: Connection, readers: Readers, ends: Mapping[tuple[str, int], tuple[int, str]]) -> None:
    """Move the fence past what this transaction read: partition → (next offset, id of the last record)."""
    await conn.execute(
        "UPDATE consumed c SET next_offset = u.n, last_id = u.i"
        " FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::text[]) u(g, t, p, n, i)"
        " WHERE c.grp = u.g AND c.topic = u.t AND c.partition = u.p",
        *_places(readers, ends),
        [offset for offset, _ in ends.values()],
        [last for _, last in ends.values()],
    )


async def positions(conn: Connection, readers: Readers) -> dict[tuple[str, int], tuple[int, datetime | None]]:
    """Per partition: the next offset and until when it has been read."""
    rows = await conn.fetch(
        "SELECT topic, partition, next_offset, read_until FROM consumed"
        " WHERE (grp, topic) IN (SELECT * FROM unnest($1::text[], $2::text[]))",
        *_ours(readers),
    )
    return {(row["topic"], row["partition"]): (row["next_offset"], row["read_until"]) for row in rows}


async def marks(conn: Connection, readers: Readers) -> dict[tuple[str, int], tuple[int, str]]:
    """Per partition the fence and the id of the last record before it, where it had one; of one moment, since others move fences."""
    rows = await conn.fetch(
        "SELECT topic, partition, next_offset, last_id FROM consumed"
        " WHERE (grp, topic) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND last_id <> ''",
        *_ours(readers),
    )
    return {(row["topic"], row["partition"]): (row["next_offset"], row["last_id"]) for row in rows}


async def save_read_until(conn: Connection, readers: Readers, until: Mapping[tuple[str, int], datetime]) -> None:
    """Remember until when each partition has been read; never back."""
    await conn.execute(
        "INSERT INTO consumed AS c (grp, topic, partition, next_offset, read_until) SELECT u.g, u.t, u.p, 0, u.r"
        " FROM (SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::timestamptz[]) u(g, t, p, r) ORDER BY t, p) u"
        " ON CONFLICT (grp, topic, partition) DO UPDATE SET read_until = greatest(c.read_until, EXCLUDED.read_until)",
        *_places(readers, until),
        list(until.values()),
    )


async def forget_partition(
    conn: Connection, readers: Readers, topic: str, partition: int, *, beyond: int, last_id: str | None = None
) -> None:
    """The topic was recreated: read from 0 and until never, unless somebody saw that already: no fence is beyond its end or at this id."""
    await conn.execute(
        "UPDATE consumed SET next_offset = 0, last_id = NULL, read_until = NULL WHERE grp = $1 AND topic = $2 AND partition = $3"
        " AND (next_offset > $4 OR last_id = $5)",
        readers[topic],
        topic,
        partition,
        beyond,
        last_id,
    )


async def begin(conn: Connection, readers: Readers) -> tuple[datetime, datetime]:
    """The moment of this transaction, and until when every partition of all topics is read, in one question.

    `NEVER` while one of them was never answered for; the moment itself where there is no topic.
    """
    row = await conn.fetchrow("SELECT stamp, until FROM forbliv_begin($1, $2)", *_ours(readers))
    assert row is not None  # a function with OUT columns has one row
    return row["stamp"], row["until"]


async def forget_read_until(conn: Connection) -> None:
    """The clock of a local stack was moved back: what was read until then is asked anew."""
    await conn.execute("UPDATE consumed SET read_until = NULL")

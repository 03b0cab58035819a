"""The fence: how far each partition was read, moved in the same transaction as what was read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from services.chassis.service import Connection


async def expect(conn: Connection, group: str, partitions: Sequence[tuple[str, int]]) -> None:
    """Rows for partitions this group reads; what was never answered for is read until never."""
    await conn.execute(
        "INSERT INTO consumed (grp, topic, partition, next_offset) SELECT $1, t, p, 0 FROM unnest($2::text[], $3::int[]) u(t, p)"
        " ON CONFLICT DO NOTHING",
        group,
        [topic for topic, _ in partitions],
        [partition for _, partition in partitions],
    )


async def fence(conn: Connection, group: str, partitions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """The next offset of each partition, locked; 0 where nothing was read yet."""
    wanted = sorted(set(partitions))
    found = await _locked(conn, group, wanted)
    if len(found) < len(wanted):
        await expect(conn, group, wanted)
        found = await _locked(conn, group, wanted)
    return found


async def _locked(conn: Connection, group: str, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], int]:
    rows = await conn.fetch(
        "SELECT c.topic, c.partition, c.next_offset FROM consumed c JOIN unnest($2::text[], $3::int[]) u(t, p)"
        " ON c.topic = u.t AND c.partition = u.p WHERE c.grp = $1 ORDER BY c.topic, c.partition FOR UPDATE OF c",
        group,
        [topic for topic, _ in wanted],
        [partition for _, partition in wanted],
    )
    return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}


async def move_fence(conn: Connection, group: str, ends: Mapping[tuple[str, int], tuple[int, str]]) -> None:
    """Move the fence past what this transaction read: partition → (next offset, id of the last record)."""
    await conn.execute(
        "UPDATE consumed c SET next_offset = u.n, last_id = u.i FROM unnest($2::text[], $3::int[], $4::bigint[], $5::text[]) u(t, p, n, i)"
        " WHERE c.grp = $1 AND c.topic = u.t AND c.partition = u.p",
        group,
        [topic for topic, _ in ends],
        [partition for _, partition in ends],
        [offset for offset, _ in ends.values()],
        [last for _, last in ends.values()],
    )


async def positions(conn: Connection, group: str) -> dict[tuple[str, int], tuple[int, datetime | None]]:
    """Per partition: the next offset and until when it has been read."""
    rows = await conn.fetch("SELECT topic, partition, next_offset, read_until FROM consumed WHERE grp = $1", group)
    return {(row["topic"], row["partition"]): (row["next_offset"], row["read_until"]) for row in rows}


async def marks(conn: Connection, group: str) -> dict[tuple[str, int], tuple[int, str]]:
    """Per partition the fence and the id of the last record before it, where it had one; of one moment, since others move fences."""
    rows = await conn.fetch("SELECT topic, partition, next_offset, last_id FROM consumed WHERE grp = $1 AND last_id <> ''", group)
    return {(row["topic"], row["partition"]): (row["next_offset"], row["last_id"]) for row in rows}


async def save_read_until(conn: Connection, group: str, until: Mapping[tuple[str, int], datetime]) -> None:
    """Remember until when each partition has been read; never back."""
    await conn.execute(
        "INSERT INTO consumed AS c (grp, topic, partition, next_offset, read_until)"
        " SELECT $1, u.t, u.p, 0, u.r FROM (SELECT * FROM unnest($2::text[], $3::int[], $4::timestamptz[]) u(t, p, r) ORDER BY t, p) u"
        " ON CONFLICT (grp, topic, partition) DO UPDATE SET read_until = greatest(c.read_until, EXCLUDED.read_until)",
        group,
        [topic for topic, _ in until],
        [partition for _, partition in until],
        list(until.values()),
    )


async def forget_partition(conn: Connection, group: str, topic: str, partition: int, *, beyond: int, last_id: str | None = None) -> None:
    """The topic was recreated: read from 0 and until never, unless somebody saw that already: no fence is beyond its end or at this id."""
    await conn.execute(
        "UPDATE consumed SET next_offset = 0, last_id = NULL, read_until = NULL WHERE grp = $1 AND topic = $2 AND partition = $3"
        " AND (next_offset > $4 OR last_id = $5)",
        group,
        topic,
        partition,
        beyond,
        last_id,
    )


NEVER = datetime(1970, 1, 1, tzinfo=UTC)


async def read_until(conn: Connection, group: str, topics: Sequence[str]) -> datetime:
    """Until when every partition of these topics is read; the year 1970 while one of them was never answered for."""
    rows = await conn.fetch(
        "SELECT topic, min(coalesce(read_until, $3)) AS until FROM consumed WHERE grp = $1 AND topic = ANY($2::text[]) GROUP BY topic",
        group,
        topics,
        NEVER,
    )
    return min((row["until"] for row in rows), default=NEVER) if len(rows) == len(topics) else NEVER


async def forget_read_until(conn: Connection) -> None:
    """The clock of a local stack was moved back: what was read until then is asked anew."""
    await conn.execute("UPDATE consumed SET read_until = NULL")

"""The fence."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from services.chassis.service import Connection
from services.chassis.tables.consumed import NEVER, Readers
from tests.simulator.memory.tables import wakes
from tests.simulator.memory.tables.here import here


class Kept(NamedTuple):
    """A row of the table `consumed`: (reader, topic, partition) →."""

    next_offset: int = 0
    last_id: str | None = None
    read_until: datetime | None = None


async def expect(conn: Connection, readers: Readers, partitions: Sequence[tuple[str, int]]) -> None:
    async with here(conn).statement() as server:
        for tp in partitions:
            await server.insert("consumed", (readers[tp[0]], *tp), Kept())


async def fence(conn: Connection, readers: Readers, partitions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    wanted = sorted(set(partitions))
    await expect(conn, readers, wanted)
    async with here(conn).statement() as server:
        return {tp: (await server.for_update("consumed", (readers[tp[0]], *tp))).next_offset for tp in wanted}


async def move_fence(conn: Connection, readers: Readers, ends: Mapping[tuple[str, int], tuple[int, str]]) -> None:
    async with here(conn).statement() as server:
        for tp, (offset, last) in ends.items():
            key = (readers[tp[0]], *tp)
            kept = await server.for_update("consumed", key)
            if kept is not None:
                server.put("consumed", key, kept._replace(next_offset=offset, last_id=last))


async def positions(conn: Connection, readers: Readers) -> dict[tuple[str, int], tuple[int, datetime | None]]:
    async with here(conn).statement() as server:
        return {(t, p): (kept.next_offset, kept.read_until) for (its, t, p), kept in server.scan("consumed") if its == readers.get(t)}


async def marks(conn: Connection, readers: Readers) -> dict[tuple[str, int], tuple[int, str]]:
    async with here(conn).statement() as server:
        found = ((t, p, kept) for (its, t, p), kept in server.scan("consumed") if its == readers.get(t))
        return {(t, p): (kept.next_offset, kept.last_id) for t, p, kept in found if kept.last_id}


async def save_read_until(conn: Connection, readers: Readers, until: Mapping[tuple[str, int], datetime]) -> None:
    async with here(conn).statement() as server:
        for tp, moment in sorted(until.items()):
            key = (readers[tp[0]], *tp)
            if not await server.insert("consumed", key, Kept(read_until=moment)):
                kept = await server.for_update("consumed", key)
                server.put("consumed", key, kept._replace(read_until=max(kept.read_until or moment, moment)))


async def begin(conn: Connection, readers: Readers) -> tuple[datetime, datetime]:
    stamp = await wakes.moment(conn)
    if not readers:
        return stamp, stamp
    async with here(conn).statement() as server:
        rows = {(t, p): kept.read_until or NEVER for (its, t, p), kept in server.scan("consumed") if its == readers.get(t)}
    return stamp, min(rows.values(), default=NEVER) if {t for t, _ in rows} == set(readers) else NEVER


async def forget_partition(
    conn: Connection, readers: Readers, topic: str, partition: int, *, beyond: int, last_id: str | None = None
) -> None:
    async with here(conn).statement() as server:
        key = (readers[topic], topic, partition)
        kept = await server.for_update("consumed", key)
        if kept is not None and (kept.next_offset > beyond or (last_id is not None and kept.last_id == last_id)):
            server.put("consumed", key, Kept())

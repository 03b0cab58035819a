"""The fence."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from services.chassis.service import Connection
from services.chassis.tables.consumed import NEVER
from tests.simulator.memory.tables.here import here


class Kept(NamedTuple):
    """A row of the table `consumed`: (group, topic, partition) →."""

    next_offset: int = 0
    last_id: str | None = None
    read_until: datetime | None = None


async def expect(conn: Connection, group: str, partitions: Sequence[tuple[str, int]]) -> None:
    async with here(conn).statement() as server:
        for tp in partitions:
            await server.insert("consumed", (group, *tp), Kept())


async def fence(conn: Connection, group: str, partitions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    wanted = sorted(set(partitions))
    await expect(conn, group, wanted)
    async with here(conn).statement() as server:
        return {tp: (await server.for_update("consumed", (group, *tp))).next_offset for tp in wanted}


async def move_fence(conn: Connection, group: str, ends: Mapping[tuple[str, int], tuple[int, str]]) -> None:
    async with here(conn).statement() as server:
        for tp, (offset, last) in ends.items():
            kept = await server.for_update("consumed", (group, *tp))
            if kept is not None:
                server.put("consumed", (group, *tp), kept._replace(next_offset=offset, last_id=last))


async def positions(conn: Connection, group: str) -> dict[tuple[str, int], tuple[int, datetime | None]]:
    async with here(conn).statement() as server:
        return {(t, p): (kept.next_offset, kept.read_until) for (its, t, p), kept in server.scan("consumed") if its == group}


async def marks(conn: Connection, group: str) -> dict[tuple[str, int], tuple[int, str]]:
    async with here(conn).statement() as server:
        return {(t, p): (kept.next_offset, kept.last_id) for (its, t, p), kept in server.scan("consumed") if its == group and kept.last_id}


async def save_read_until(conn: Connection, group: str, until: Mapping[tuple[str, int], datetime]) -> None:
    async with here(conn).statement() as server:
        for tp, moment in sorted(until.items()):
            key = (group, *tp)
            if not await server.insert("consumed", key, Kept(read_until=moment)):
                kept = await server.for_update("consumed", key)
                server.put("consumed", key, kept._replace(read_until=max(kept.read_until or moment, moment)))


async def read_until(conn: Connection, group: str, topics: Sequence[str]) -> datetime:
    async with here(conn).statement() as server:
        rows = {(t, p): kept.read_until or NEVER for (its, t, p), kept in server.scan("consumed") if its == group and t in topics}
    return min(rows.values(), default=NEVER) if {t for t, _ in rows} == set(topics) else NEVER


async def forget_partition(conn: Connection, group: str, topic: str, partition: int, *, beyond: int, last_id: str | None = None) -> None:
    async with here(conn).statement() as server:
        kept = await server.for_update("consumed", (group, topic, partition))
        if kept is not None and (kept.next_offset > beyond or (last_id is not None and kept.last_id == last_id)):
            server.put("consumed", (group, topic, partition), Kept())

"""Records no code can read."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from contracts.hr import PersonNamed
from services.chassis.envelope import Record
from services.chassis.remains import Invalid
from services.chassis.service import Connection
from services.chassis.tables.letters import headers_text
from tests.simulator.memory.database import Key, MemoryConnection
from tests.simulator.memory.tables.here import here


class Letter(NamedTuple):
    """A row of the table `dead_letter`: (topic, partition, offset, headers) →."""

    record: Record | None
    why: Invalid
    died_at: datetime
    is_settled: bool = False


async def bury(conn: Connection, dead: Sequence[tuple[Record, Invalid]], moment: datetime) -> None:
    if not dead:
        return
    async with here(conn).statement() as server:
        for r, why in dead:
            await server.insert("dead_letter", (r.topic, r.partition, r.offset, headers_text(r.headers)), Letter(r, why, moment))


async def any_open(conn: Connection) -> bool:
    async with here(conn).statement() as server:
        return any(not row.is_settled for _, row in server.scan("dead_letter"))


async def outrun(conn: Connection, told: Iterable[tuple[UUID, int, int]], moment: datetime) -> None:
    async with here(conn).statement() as server:
        for fact, *order in told:
            await _settle(server, fact, (order[0], order[1]))


async def outrun_by_reference(conn: Connection, facts: Collection[UUID], moment: datetime) -> None:
    async with here(conn).statement() as server:
        for (fact, epoch, revision), _ in server.scan("reference"):
            if fact in facts:
                await _settle(server, fact, (epoch, revision))
        for key, row in _open(server):
            held, fact = server.get("directory", (row.why.subject,)), row.why.fact
            if fact in facts and fact is not None and key[0] == PersonNamed.topic and held is not None:
                await _settle(server, fact, held.order)


async def erase_letters(conn: Connection, persons: Sequence[UUID], moment: datetime) -> None:
    async with here(conn).statement() as server:
        for key, row in _open(server):
            if key[0] == PersonNamed.topic and row.why.subject in persons and await server.for_update("dead_letter", key):
                server.put("dead_letter", key, row._replace(record=None, is_settled=True))


async def _settle(server: MemoryConnection, fact: UUID, order: tuple[int, int]) -> None:
    for key, row in _open(server):
        if row.why.fact == fact and (row.why.epoch, row.why.number) <= order and await server.for_update("dead_letter", key):
            server.put("dead_letter", key, row._replace(record=None, is_settled=True))


def _open(server: MemoryConnection) -> list[tuple[Key, Letter]]:
    return [(key, row) for key, row in server.scan("dead_letter") if not row.is_settled]

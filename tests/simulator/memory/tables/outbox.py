"""What waits to be published."""

from collections.abc import Sequence

from services.chassis.envelope import Outgoing
from services.chassis.service import Connection
from services.chassis.tables.outbox import RELAY_LOCK, Unsent
from tests.simulator.memory.tables.here import here


async def put(conn: Connection, records: Sequence[Outgoing]) -> None:
    async with here(conn).statement() as server:
        for record in records:
            number = server.database.next_number("outbox")
            row = Unsent(number, record.topic, record.key, record.headers_json(), record.body)
            server.put("outbox", (number,), (row, server.database.clock.read()))


async def unsent(conn: Connection, limit: int) -> list[Unsent]:
    async with here(conn).statement() as server:
        return [row for _, (row, _) in sorted(server.scan("outbox"), key=lambda row: row[0])[:limit]]


async def sent(conn: Connection, numbers: Sequence[int]) -> None:
    async with here(conn).statement() as server:
        for number in numbers:
            if await server.for_update("outbox", (number,)) is not None:
                server.put("outbox", (number,), None)


async def take_relay(conn: Connection) -> bool:
    async with here(conn).statement() as server:
        return server.attempt_lasting(RELAY_LOCK)

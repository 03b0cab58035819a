"""When something was last heard."""

from collections.abc import Mapping
from datetime import date

from services.chassis.service import Connection
from services.chassis.tables.heard import Heard
from tests.simulator.memory.tables.here import here


async def note_heard(conn: Connection, days: Mapping[Heard, date]) -> None:
    async with here(conn).statement() as server:
        for place, day in sorted(days.items()):
            if not await server.insert("heard", place, day) and await server.for_update("heard", place) < day:
                server.put("heard", place, day)

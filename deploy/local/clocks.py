"""One offset in every service's database, moved while none of them has a transaction under way."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import asyncpg

from services.chassis import clock
from services.chassis.tables import consumed


async def read(databases: Mapping[str, str]) -> datetime:
    """What time it is in these databases (UTC)."""
    conn = await asyncpg.connect(next(iter(databases.values())))
    try:
        return await clock.moment(conn)
    finally:
        await conn.close()


async def move(databases: Mapping[str, str], by: timedelta) -> None:
    """Move the clock by so much in all of them at once; backwards only before anything has happened."""
    async with AsyncExitStack() as held:
        connections = []
        for service in sorted(databases):
            conn = await asyncpg.connect(databases[service])
            held.push_async_callback(conn.close)
            await held.enter_async_context(conn.transaction())
            await clock.hold(conn)
            connections.append(conn)
        ahead = await clock.ahead(connections[0])
        for conn in connections:
            await clock.move(conn, ahead + by)
            if by < timedelta():
                await consumed.forget_read_until(conn)


async def begin_at(databases: Mapping[str, str], moment: datetime) -> None:
    """A new stack begins at a moment, also one long ago: before anybody works with the clock of the machine."""
    await move(databases, moment - await read(databases))

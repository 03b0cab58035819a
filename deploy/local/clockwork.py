"""The clock of a local stack: one offset in every service's database, moved while none of them has a transaction under way."""

from contextlib import AsyncExitStack
from datetime import datetime, timedelta

import asyncpg

from deploy.local.failures import StackFailed
from deploy.local.stack import Stack
from services.chassis import clock
from services.chassis.tables import consumed


async def read_clock(stack: Stack) -> datetime:
    """What time it is in the stack (UTC)."""
    conn = await asyncpg.connect(next(iter(stack.state.databases.values())))
    try:
        return await clock.moment(conn)
    finally:
        await conn.close()


async def set_clock(stack: Stack, moment: datetime) -> None:
    """Make it `moment` in all services at once. Raises `StackFailed` for a moment that has passed: what was done then stays done."""
    now = await read_clock(stack)
    if moment < now:
        message = f"the clock of the stack shows {now:%Y-%m-%d %H:%M} UTC; it goes forward only"
        raise StackFailed(message)
    await move_clock(stack, moment - now)


async def move_clock(stack: Stack, by: timedelta) -> None:
    """Move the clock by so much in all services at once; backwards only before anything has happened."""
    async with AsyncExitStack() as held:
        connections = []
        for service in sorted(stack.state.databases):
            conn = await asyncpg.connect(stack.database(service))
            held.push_async_callback(conn.close)
            await held.enter_async_context(conn.transaction())
            await clock.hold(conn)
            connections.append(conn)
        ahead = await clock.ahead(connections[0])
        for conn in connections:
            await clock.move(conn, ahead + by)
            if by < timedelta():
                await consumed.forget_read_until(conn)

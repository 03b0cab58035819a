"""The clock of a local stack that runs."""

from datetime import datetime, timedelta

from deploy.local import clocks
from deploy.local.failures import StackFailed
from deploy.local.stack import Stack


async def read_clock(stack: Stack) -> datetime:
    """What time it is in the stack (UTC)."""
    return await clocks.read(stack.state.databases)


async def set_clock(stack: Stack, moment: datetime) -> None:
    """Make it `moment` in all services at once. Raises `StackFailed` for a moment that has passed: what was done then stays done."""
    now = await read_clock(stack)
    if moment < now:
        message = f"the clock of the stack shows {now:%Y-%m-%d %H:%M} UTC; it goes forward only"
        raise StackFailed(message)
    await move_clock(stack, moment - now)


async def move_clock(stack: Stack, by: timedelta) -> None:
    """Move the clock by so much in all services at once; backwards only before anything has happened."""
    await clocks.move(stack.state.databases, by)

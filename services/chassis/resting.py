"""How a loop rests between two looks: the poll is the truth, a signal only makes it sooner."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from services.chassis.failures import end_if_told
from services.chassis.inlet import TRANSIENT
from services.chassis.logs import Word, warn


async def rest(signal: asyncio.Event, seconds: float) -> None:
    """Until the signal comes, or so many seconds; it may come again afterwards. Who calls looks at once when this returns."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):  # `wait_for` forgets that it was cancelled where the signal comes at the same moment
            await signal.wait()
    signal.clear()


async def look_again(look: Callable[[], Awaitable[None]], seconds: float, reason: str) -> None:
    """Look again and again, so many seconds apart, until cancelled; what passes by itself is logged under `reason`."""
    while True:
        try:
            await look()
        except TRANSIENT as problem:
            end_if_told()
            warn(Word.LOOP_RETRIED, error=type(problem).__name__, reason=reason)
        await asyncio.sleep(seconds)

"""How a loop rests between two looks: the poll is the truth, a signal only makes it sooner."""

import asyncio
from contextlib import suppress


async def rest(signal: asyncio.Event, seconds: float) -> None:
    """Until the signal comes, or so many seconds; it may come again afterwards. Who calls looks at once when this returns."""
    with suppress(TimeoutError):
        await asyncio.wait_for(signal.wait(), seconds)
    signal.clear()

"""Reads on while what was read is taken."""

import asyncio
from collections.abc import AsyncGenerator, Iterator

from services.intake.reading.result import ReadRow


async def ahead(batches: Iterator[list[ReadRow]]) -> AsyncGenerator[list[ReadRow], None]:
    """The batches; the next one is read while this one is taken, and the database is waited for."""
    coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
    try:
        while (rows := await coming) is not None:
            coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
            yield rows
    finally:
        await asyncio.wait([coming])

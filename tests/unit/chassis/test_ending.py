"""A loop that is told to end ends, whatever its connection raises meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import asyncpg
import pytest

from services.chassis.outbox import Relay
from services.chassis.wake import Wake
from services.reporting.publish import keep_published
from services.retention.silence import watch

Loop = Callable[[Any], Coroutine[Any, Any, None]]


class BrokenPool:
    """Its connections are gone: who leaves one is told so, also who leaves because it was cancelled."""

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[None]:
        try:
            await asyncio.sleep(3_600)
            yield
        finally:
            raise asyncpg.InterfaceError("the connection is closed")


async def relay(runtime: Any) -> None:
    await Relay(runtime).run()


async def wake(runtime: Any) -> None:
    await Wake(runtime).run()


@pytest.mark.parametrize("loop", [relay, wake, watch, keep_published])
async def test_a_loop_ends_though_its_connection_hides_that_it_was_told_to(loop: Loop) -> None:
    runtime = SimpleNamespace(pool=BrokenPool(), rules={"730": SimpleNamespace(digest="")}, read_on=asyncio.Event())
    task = asyncio.create_task(loop(runtime))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    task.cancel()
    done, _ = await asyncio.wait([task], timeout=1)

    assert done
    assert task.cancelled()

"""Until when a service has read everything, on a real PostgreSQL: never a moment that has not come."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, date, datetime

import pytest

from services.chassis.reading import Partition, Reading
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.tables.consumed import NEVER, read_until
from tests.kit.records import set_day
from tests.kit.toy import TOY

LATER, EARLIER = date(2026, 11, 22), date(2025, 1, 2)


class Broker:
    """Topics of one partition where nothing was ever said; something may happen while it is asked."""

    def __init__(self, meanwhile: Callable[[], Awaitable[None]]) -> None:
        self._meanwhile = meanwhile

    async def end_offsets(self, partitions: list[Partition]) -> Mapping[Partition, int]:
        await self._meanwhile()
        return dict.fromkeys(partitions, 0)

    def seek(self, partition: Partition, offset: int) -> None:
        """Nothing to read."""

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        return {0} if topic else None


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(TOY, settings) as opened:
        await set_day(opened, LATER)
        yield opened


async def noted(runtime: Runtime, meanwhile: Callable[[], Awaitable[None]]) -> datetime:
    """Until when everything is read, after it was noted once."""

    async def nothing() -> None:
        return

    await Reading(runtime, lambda: Broker(nothing)).go_on({(topic, 0) for topic in runtime.topics})
    reading = Reading(runtime, lambda: Broker(meanwhile))
    reading.assigned = {(topic, 0) for topic in runtime.topics}
    await reading.note_read_until()
    async with runtime.pool.acquire() as conn:
        return await read_until(conn, runtime.group, sorted(runtime.topics))


async def test_what_is_read_to_its_end_is_read_until_the_moment_before_the_question(runtime: Runtime) -> None:
    asked: list[datetime] = []

    async def note() -> None:
        asked.append(await runtime.now())

    until = await noted(runtime, note)

    assert datetime(2026, 11, 22, tzinfo=UTC) < until <= asked[0]


async def test_a_clock_that_is_moved_back_meanwhile_leaves_nothing_read_until_a_day_to_come(runtime: Runtime) -> None:
    async def move_back() -> None:
        await set_day(runtime, EARLIER)

    assert await noted(runtime, move_back) == NEVER

"""Where a service reads on and until when it has read everything, on a real PostgreSQL: no gap, never a moment that has not come."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.chassis.envelope import Partition
from services.chassis.reading import Reading
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.tables import consumed
from services.chassis.tables.consumed import NEVER
from tests.kit.builders import an_id, hired, noon
from tests.kit.records import Sent, sent, set_day
from tests.kit.story import revision
from tests.kit.toy import TOY

LATER, EARLIER = date(2026, 11, 22), date(2025, 1, 2)


class Broker:
    """Topics of one partition where nothing was ever said; something may happen while it is asked."""

    def __init__(self, meanwhile: Callable[[], Awaitable[None]]) -> None:
        self._meanwhile = meanwhile

    async def end_offsets(self, partitions: list[Partition]) -> Mapping[Partition, int]:
        await self._meanwhile()
        return dict.fromkeys(partitions, 0)

    async def beginning_offsets(self, partitions: list[Partition]) -> Mapping[Partition, int]:
        return dict.fromkeys(partitions, 0)

    def highwater(self, partition: Partition) -> int | None:
        return 0 if partition[0] else None

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
    return await _read_until(runtime)


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


HERE = ("hr.employment.v1", 0)


class Shelf(Broker):
    """One partition with records, and where a consumer of it stands."""

    def __init__(self) -> None:
        self.records: list[Sent] = []
        self.position = 0

    def put(self, *people: str) -> None:
        """Hires of these, one record each."""
        for person in people:
            record = sent(revision(hired(EARLIER, person=person), noon(EARLIER), fact=an_id(f"hire of {person}")))
            self.records.append(replace(record, topic=HERE[0], partition=HERE[1], offset=len(self.records)))

    def make_anew(self, *people: str) -> None:
        """The topic was deleted and made again, with these on it."""
        self.records = []
        self.put(*people)

    async def end_offsets(self, partitions: list[Partition]) -> Mapping[Partition, int]:
        return {tp: len(self.records) if tp == HERE else 0 for tp in partitions}

    def highwater(self, partition: Partition) -> int | None:
        return 0 if partition[0] else None

    def seek(self, partition: Partition, offset: int) -> None:
        self.position = offset if partition == HERE else self.position

    def fetch(self) -> list[Sent]:
        """What comes next; a position beyond the end begins anew, as the client does it."""
        first = self.position if self.position <= len(self.records) else 0
        self.position = len(self.records)
        return self.records[first:]


async def read_on(reading: Reading, shelf: Shelf) -> None:
    """As the bus does it, until there is nothing more."""
    while records := shelf.fetch():
        await reading.take(records)
        await reading.note_read_until()


@pytest.fixture
async def shelf(runtime: Runtime) -> Shelf:
    """Three hires were heard by a worker that is gone."""
    shelf = Shelf()
    shelf.put("anna", "bo", "carl")
    await begin(runtime, shelf)
    assert await heard(runtime) == {"anna", "bo", "carl"}
    return shelf


async def begin(runtime: Runtime, shelf: Shelf) -> Reading:
    """A worker begins and reads all there is."""
    reading = Reading(runtime, lambda: shelf)
    await reading.go_on({(topic, 0) for topic in runtime.topics})
    await read_on(reading, shelf)
    return reading


async def heard(runtime: Runtime) -> set[str]:
    names = {an_id(name): name for name in ("anna", "bo", "carl", "dora", "erik", "fie", "gerda")}
    return {names[row["id"]] for row in await runtime.pool.fetch("SELECT id FROM subject WHERE kind = 'person'")}


async def test_who_begins_again_takes_nothing_twice_and_what_is_new(runtime: Runtime, shelf: Shelf) -> None:
    shelf.put("dora")
    taken = runtime.metrics.taken()
    await begin(runtime, shelf)

    assert await heard(runtime) == {"anna", "bo", "carl", "dora"}
    assert sum(runtime.metrics.taken().values()) == sum(taken.values()) + 1


async def test_a_topic_made_anew_with_more_than_it_had_is_read_from_its_start(runtime: Runtime, shelf: Shelf) -> None:
    shelf.make_anew("dora", "anna", "erik", "bo", "carl", "fie")
    await begin(runtime, shelf)

    assert await heard(runtime) == {"anna", "bo", "carl", "dora", "erik", "fie"}


async def test_a_topic_made_anew_with_as_much_as_it_had_is_not_taken_for_read(runtime: Runtime, shelf: Shelf) -> None:
    shelf.make_anew("dora", "erik", "fie")
    reading = Reading(runtime, lambda: shelf)
    await reading.go_on({(topic, 0) for topic in runtime.topics})
    before = await _read_until(runtime)
    await reading.note_read_until()

    assert await _read_until(runtime) == before
    await read_on(reading, shelf)
    assert await heard(runtime) == {"anna", "bo", "carl", "dora", "erik", "fie"}


async def test_a_topic_made_anew_while_it_is_read_is_read_from_its_start(runtime: Runtime, shelf: Shelf) -> None:
    reading = await begin(runtime, shelf)
    shelf.make_anew("dora", "erik")
    await read_on(reading, shelf)
    shelf.put("fie", "gerda")
    await read_on(reading, shelf)

    assert await heard(runtime) == {"anna", "bo", "carl", "dora", "erik", "fie", "gerda"}


async def test_a_fence_that_another_moved_back_leaves_no_gap(runtime: Runtime, shelf: Shelf) -> None:
    """The other saw that the topic was made anew; this one only sees it go on where it was."""
    reading = await begin(runtime, shelf)
    shelf.make_anew("dora", "erik", "fie", "gerda")
    await runtime.pool.execute("UPDATE consumed SET next_offset = 0, last_id = NULL WHERE topic = $1", HERE[0])
    await read_on(reading, shelf)

    assert await heard(runtime) == {"anna", "bo", "carl", "dora", "erik", "fie", "gerda"}


async def _read_until(runtime: Runtime) -> datetime:
    async with runtime.pool.acquire() as conn:
        return (await consumed.begin(conn, runtime.readers))[1]

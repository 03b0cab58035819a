"""Where a service goes on reading, in memory: the cases the simulator found, each told once more in plain steps."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

import asyncpg
import pytest
from aiokafka.errors import KafkaConnectionError

from services.chassis.outbox import Relay
from services.chassis.reading import Reading
from services.chassis.runtime import Runtime
from services.chassis.service import Connection
from services.chassis.subject import Subject
from services.chassis.wake import Wake
from tests.kit.builders import an_id, hired, noon
from tests.kit.story import revision
from tests.simulator.memory.client import MemoryConsumer, MemoryGroup, MemorySender
from tests.simulator.memory.clock import MemoryClock
from tests.simulator.memory.database import MemoryDatabase
from tests.simulator.memory.log import Logged, MemoryLog
from tests.simulator.memory.tables import MemoryTables
from tests.simulator.process import SETTINGS
from tests.simulator.service import VERSIONS
from tests.simulator.speaking import spoken
from tests.simulator.story import Named, Told
from tests.simulator.world import HEARD, START

DAY = date(2026, 3, 2)
DIRECTORY, EMPLOYMENT = ("hr.directory.v1", 0), ("hr.employment.v1", 0)


@dataclass
class Worker:
    """One worker over a database and a bus of one partition per topic."""

    database: MemoryDatabase
    log: MemoryLog
    runtime: Runtime
    reading: Reading
    consumer: MemoryConsumer

    def tell(self, step: Told | Named) -> Logged:
        return self.log.append(*spoken(step, START))

    async def take(self) -> bool:
        """Take what comes next."""
        return await self.reading.take([r for batch in (await self.consumer.getmany()).values() for r in batch])

    def fence(self, partition: tuple[str, int]) -> int:
        return int(self.database.rows["consumed"][self.runtime.group, *partition].next_offset)


def join(database: MemoryDatabase, log: MemoryLog, version: int = 1) -> Worker:
    runtime = Runtime(VERSIONS[version], SETTINGS, cast("asyncpg.Pool", database.pool()), MemoryTables())
    consumer = MemoryConsumer(MemoryGroup(log), runtime.topics)
    return Worker(database, log, runtime, Reading(runtime, lambda: consumer), consumer)


async def assigned(worker: Worker) -> None:
    for _ in range(9):
        await asyncio.sleep(0)
    assert worker.consumer.assignment()


async def new_worker() -> Worker:
    """With its partitions, and nothing read yet."""
    clock = MemoryClock(START)
    database, log = MemoryDatabase(clock), MemoryLog(clock)
    for topic in (*HEARD, "onboarding.v1"):
        log.create(topic, 1)
    worker = join(database, log)
    await worker.consumer.start()
    await assigned(worker)
    return worker


@pytest.fixture
async def worker() -> Worker:
    return await new_worker()


def job(revision: int, *, day: int = 0, person: int = 1) -> Told:
    return Told(person, person, revision, day, 1, stands=True, ends=False, known_days=0)


async def test_nothing_is_taken_before_the_fence_was_seen_and_all_is_taken_then(worker: Worker) -> None:
    """aiokafka only logs what a listener raises, and reads on from wherever the group had committed."""
    worker.tell(Named(1, 1))
    worker.database.away = True
    with pytest.raises(ConnectionRefusedError):
        await worker.reading.go_on(worker.consumer.assignment())
    worker.database.away = False
    assert not await worker.take()
    worker.tell(Named(2, 1))
    assert not await worker.take()

    await worker.reading.note_read_until()
    assert await worker.take()
    assert worker.fence(DIRECTORY) == 2
    assert len(worker.database.rows["directory"]) == 2


async def test_an_assignment_that_was_overtaken_places_nothing(worker: Worker) -> None:
    worker.tell(Named(1, 1))
    first = asyncio.create_task(worker.reading.go_on({EMPLOYMENT}))
    await asyncio.sleep(0)
    await worker.reading.go_on(worker.consumer.assignment())
    await first

    assert worker.reading.assigned == worker.consumer.assignment()
    assert await worker.take()


async def test_a_fence_that_grows_while_the_broker_is_asked_is_no_recreated_topic(worker: Worker) -> None:
    """A worker that was frozen between its questions must not set the fence of the others back."""
    frozen, other = join(worker.database, worker.log), worker
    await other.reading.go_on(other.consumer.assignment())
    await frozen.consumer.start()
    ends = frozen.consumer.end_offsets

    async def slowly(partitions: list[tuple[str, int]]) -> object:
        answer = await ends(partitions)
        other.tell(Named(1, 1))
        await other.take()
        return answer

    frozen.consumer.end_offsets = slowly  # type: ignore[method-assign,assignment]
    await assigned(frozen)
    await frozen.reading.go_on(frozen.consumer.assignment())

    assert other.fence(DIRECTORY) == 1


async def test_a_fence_that_grows_between_two_questions_about_it_is_no_recreated_topic(worker: Worker) -> None:
    """The id of a later record at the place of an earlier one looks like another topic: all of it would be read anew."""
    await worker.reading.go_on(worker.consumer.assignment())
    worker.tell(Named(1, 1))
    await worker.take()
    newcomer = join(worker.database, worker.log)
    await newcomer.consumer.start()
    await assigned(newcomer)
    positions = newcomer.runtime.tables.positions

    async def slowly(conn: Connection, group: str) -> dict[tuple[str, int], tuple[int, datetime | None]]:
        answer = await positions(conn, group)
        worker.tell(Named(2, 1))
        await worker.take()
        return answer

    newcomer.runtime.tables.positions = slowly
    await newcomer.reading.go_on(newcomer.consumer.assignment())
    newcomer.runtime.tables.positions = positions
    worker.tell(Named(3, 1))
    await newcomer.take()
    await newcomer.reading.note_read_until()

    assert newcomer.fence(DIRECTORY) == 3


async def test_what_lies_between_the_fence_and_a_batch_is_asked_for_once_more(worker: Worker) -> None:
    await worker.reading.go_on(worker.consumer.assignment())
    for number in range(4):
        worker.tell(Named(number, 1))
    worker.consumer.seek(DIRECTORY, 2)

    assert not await worker.take(), "two records are missing"
    assert await worker.take()
    assert worker.fence(DIRECTORY) == 4
    assert len(worker.database.rows["directory"]) == 4


async def test_a_good_record_is_no_dead_letter_because_the_client_was_confused(worker: Worker) -> None:
    """So asyncpg calls a connection that the server ended in the middle of something."""
    await worker.reading.go_on(worker.consumer.assignment())
    worker.tell(Named(1, 1))
    fence, failures = worker.runtime.tables.fence, [asyncpg.InternalClientError("cannot switch to state 11")]

    async def confused(conn: Connection, group: str, partitions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
        if failures:
            raise failures.pop()
        return await fence(conn, group, partitions)

    worker.runtime.tables.fence = confused
    assert await worker.take()
    assert worker.database.rows["dead_letter"] == {}
    assert worker.fence(DIRECTORY) == 1


async def test_a_hole_in_the_log_holds_up_nobody(worker: Worker) -> None:
    """Compaction and retention leave holes: what is missing twice is not there."""
    await worker.reading.go_on(worker.consumer.assignment())
    records = [worker.tell(Named(number, 1)) for number in range(4)]

    assert not await worker.reading.take(records[2:])
    assert await worker.reading.take(records[2:])
    assert worker.fence(DIRECTORY) == 4


@pytest.mark.parametrize(
    ("numbers", "left"), [((1, None, 2), ["Name 2"]), ((1, 2, None), []), ((None, 1), ["Name 1"]), ((2, None, 1), ["Name 1"])]
)
async def test_names_and_their_erasure_in_one_batch_hold_in_the_order_in_which_they_were_told(
    worker: Worker, numbers: tuple[int | None, ...], left: list[str]
) -> None:
    await worker.reading.go_on(worker.consumer.assignment())
    for number in numbers:
        worker.tell(Named(1, number))
    assert await worker.reading.take(worker.log.records(DIRECTORY[0]))

    assert list((await worker.runtime.names([an_id("person 1")])).values()) == left


async def test_what_an_older_worker_derives_after_newer_code_came_is_found_and_derived_again(worker: Worker) -> None:
    newer = join(worker.database, worker.log, version=2)
    waking = asyncio.create_task(Wake(newer.runtime, underived_seconds=0.0).run())
    await asyncio.sleep(0.1)
    older = worker
    await older.reading.go_on(older.consumer.assignment())
    older.tell(job(1))
    assert await older.take()

    await asyncio.sleep(1)
    waking.cancel()
    assert {held.derived_with for held in worker.database.rows["subject"].values()} == {2}


async def test_a_relay_whose_connection_is_gone_ends_when_it_is_told_to(worker: Worker) -> None:
    relay = Relay(worker.runtime, lambda _kafka, _name: MemorySender(worker.log))
    relaying = asyncio.create_task(relay.run())
    await asyncio.sleep(0.05)
    worker.database.cut("")
    relaying.cancel()
    await asyncio.wait({relaying}, timeout=1)

    assert relaying.cancelled()


async def test_a_relay_starts_under_its_name_anew_now_and_then(worker: Worker) -> None:
    """Kafka forgets a name after a week without a start: nobody who took over would shut the earlier one out."""
    started: list[str] = []

    again = asyncio.Event()

    def sender(_kafka: str, name: str) -> MemorySender:
        if started:
            again.set()
        started.append(name)
        return MemorySender(worker.log)

    person = Subject("person", an_id("person"), "730")
    await worker.runtime.record({person: [revision(hired(DAY), noon(DAY), fact=an_id("fact"))]})
    relaying = asyncio.create_task(Relay(worker.runtime, sender, renew_seconds=0.01).run())
    await asyncio.wait_for(again.wait(), 5)
    relaying.cancel()

    assert set(started) == {"toy-relay"}
    assert len(worker.log.records("onboarding.v1")) == 1


async def test_a_relay_goes_on_when_the_broker_comes_back(worker: Worker) -> None:
    worker.log.away = True
    with pytest.raises(KafkaConnectionError):
        await MemorySender(worker.log).start()
    person = Subject("person", an_id("person"), "730")
    await worker.runtime.record({person: [revision(hired(DAY), noon(DAY), fact=an_id("fact"))]})
    relaying = asyncio.create_task(Relay(worker.runtime, lambda _kafka, _name: MemorySender(worker.log)).run())
    await asyncio.sleep(0.05)
    worker.log.away = False
    await asyncio.sleep(1.5)
    relaying.cancel()

    assert len(worker.log.records("onboarding.v1")) == 1
    assert worker.database.rows["outbox"] == {}

"""Where a service goes on reading, in memory: the cases the simulator found, each told once more in plain steps."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

import asyncpg
import pytest

from services.chassis.service import Connection
from services.chassis.tables.consumed import Readers
from services.chassis.wake import Wake
from tests.kit.builders import an_id
from tests.simulator.story import Named
from tests.simulator.worker import DIRECTORY, EMPLOYMENT, Worker, assigned, job, join, new_worker


@pytest.fixture
async def worker() -> Worker:
    return await new_worker()


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

    async def slowly(conn: Connection, readers: Readers) -> dict[tuple[str, int], tuple[int, datetime | None]]:
        answer = await positions(conn, readers)
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


async def test_a_good_record_is_no_dead_letter_because_the_client_was_confused(worker: Worker) -> None:
    """So asyncpg calls a connection that the server ended in the middle of something."""
    await worker.reading.go_on(worker.consumer.assignment())
    worker.tell(Named(1, 1))
    fence, failures = worker.runtime.tables.fence, [asyncpg.InternalClientError("cannot switch to state 11")]

    async def confused(conn: Connection, readers: Readers, partitions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
        if failures:
            raise failures.pop()
        return await fence(conn, readers, partitions)

    worker.runtime.tables.fence = confused
    assert await worker.take()
    assert worker.database.rows["dead_letter"] == {}
    assert worker.fence(DIRECTORY) == 1


async def test_what_was_read_of_a_topic_made_anew_is_not_forgotten_by_who_saw_it_empty(worker: Worker) -> None:
    """It forgets what others have read since, who do not read it again: the topic would stand still."""
    late, other = join(worker.database, worker.log), worker
    await other.reading.go_on(other.consumer.assignment())
    other.tell(Named(1, 1))
    await other.take()
    other.log.create(DIRECTORY[0], 1)
    await late.consumer.start()
    await assigned(late)
    begins = late.consumer.beginning_offsets

    async def slowly(partitions: list[tuple[str, int]]) -> object:
        await other.reading.go_on({DIRECTORY})
        other.tell(Named(1, 1))
        await other.take()
        return await begins(partitions)

    late.consumer.beginning_offsets = slowly  # type: ignore[method-assign,assignment]
    await late.reading.go_on(late.consumer.assignment())

    assert other.fence(DIRECTORY) == 1


async def test_what_a_batch_of_a_deleted_topic_leaves_is_no_fence_in_the_one_made_anew(worker: Worker) -> None:
    """Such a batch may become durable late, when others read the new topic already: the records in its place were never read."""
    zombie, other = join(worker.database, worker.log), worker
    await other.reading.go_on(other.consumer.assignment())
    old = [other.tell(Named(number, 1)) for number in (1, 2, 3)]
    other.log.create(DIRECTORY[0], 1)
    await other.reading.go_on(other.consumer.assignment())
    for number in (3, 2, 1):
        other.tell(Named(number, 1))
    assert await zombie.reading.take(old[:1])

    assert not await other.take(), "what lies before the fence is not what was read there"
    await other.reading.note_read_until()
    await other.take()
    await other.reading.note_read_until()
    await other.take()
    assert other.fence(DIRECTORY) == 3
    assert len(other.database.rows["directory"]) == 3


async def moved_by_another(other: Worker) -> datetime:
    """The topic is made anew and full again, and a late batch of the deleted one has moved its fence to the end; until when it was read."""
    zombie = join(other.database, other.log)
    await other.reading.go_on(other.consumer.assignment())
    old = [other.tell(Named(number, 1)) for number in (1, 2)]
    other.log.create(DIRECTORY[0], 1)
    await other.reading.go_on(other.consumer.assignment())
    await other.reading.note_read_until()
    before = other.read_until(DIRECTORY)
    for number in (2, 1):
        other.tell(Named(number, 1))
    other.database.clock.jump(timedelta(hours=1))
    assert await zombie.reading.take(old)
    assert other.fence(DIRECTORY) == 2
    return before


async def test_nothing_is_read_until_now_by_a_fence_that_only_a_batch_of_a_deleted_topic_has_moved(worker: Worker) -> None:
    """Its reader has not come there: what lies before such a fence is not read, and what waits for it must wait on."""
    before = await moved_by_another(worker)

    await worker.reading.note_read_until()
    assert worker.read_until(DIRECTORY) == before


async def test_nothing_is_read_until_now_by_who_is_placed_anew_while_it_is_noted(worker: Worker) -> None:
    """It has just seen that its fence is none: what lies before it is read from the start."""
    before = await moved_by_another(worker)
    await worker.reading.go_on(worker.consumer.assignment())
    positions = worker.runtime.tables.positions

    async def slowly(conn: Connection, readers: Readers) -> dict[tuple[str, int], tuple[int, datetime | None]]:
        answer = await positions(conn, readers)
        assert not await worker.take(), "the record before the fence is another one"
        return answer

    worker.runtime.tables.positions = slowly
    await worker.reading.note_read_until()
    assert worker.read_until(DIRECTORY) == before


async def test_a_topic_made_anew_is_known_although_the_last_that_was_read_was_a_tombstone(worker: Worker) -> None:
    """A tombstone has no id, only a key."""
    await worker.reading.go_on(worker.consumer.assignment())
    for step in (Named(1, 1), Named(2, None)):
        worker.tell(step)
    await worker.take()
    worker.log.create(DIRECTORY[0], 1)
    for step in (Named(2, None), Named(3, 1), Named(1, 1)):
        worker.tell(step)
    await worker.reading.go_on(worker.consumer.assignment())
    await worker.take()
    await worker.reading.note_read_until()
    await worker.take()

    assert {str(person) for (person,) in worker.database.rows["directory"]} == {str(an_id("person 1")), str(an_id("person 3"))}


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

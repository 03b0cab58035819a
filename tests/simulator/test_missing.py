"""What is missing between the fence and a batch: it is asked for, and only a hole in the log itself is passed."""

import pytest

from tests.simulator.story import Closed, Named
from tests.simulator.worker import DIRECTORY, EMPLOYMENT, ORGANISATION, Worker, assigned, job, join, new_worker


@pytest.fixture
async def worker() -> Worker:
    return await new_worker()


async def test_what_lies_between_the_fence_and_a_batch_is_asked_for_once_more(worker: Worker) -> None:
    await worker.reading.go_on(worker.consumer.assignment())
    for number in range(4):
        worker.tell(Named(number, 1))
    worker.consumer.seek(DIRECTORY, 2)

    assert not await worker.take(), "two records are missing"
    assert await worker.take()
    assert worker.fence(DIRECTORY) == 4
    assert len(worker.database.rows["directory"]) == 4


async def test_what_came_with_a_batch_in_which_something_is_missing_is_asked_for_as_well(worker: Worker) -> None:
    """The organisation is read alone, and first: where it misses something, nobody has tried the rest, and more may never come."""
    await worker.reading.go_on(worker.consumer.assignment())
    for step in (Closed(1, 1, stands=True), Closed(1, 2, stands=True), job(1)):
        worker.tell(step)
    worker.consumer.seek(ORGANISATION, 1)

    assert not await worker.take(), "a closing day is missing"
    assert await worker.take()
    assert (worker.fence(ORGANISATION), worker.fence(EMPLOYMENT)) == (2, 1)


async def test_a_hole_in_the_log_holds_up_nobody(worker: Worker) -> None:
    """Compaction and retention leave holes: what is missing twice is not there."""
    await worker.reading.go_on(worker.consumer.assignment())
    records = [worker.tell(Named(number, 1)) for number in range(4)]

    assert not await worker.reading.take(records[2:])
    assert await worker.reading.take(records[2:])
    assert worker.fence(DIRECTORY) == 4


async def test_a_hole_is_where_the_same_record_comes_first_twice_in_a_row(worker: Worker) -> None:
    await worker.reading.go_on(worker.consumer.assignment())
    names, jobs = [worker.tell(Named(number, 1)) for number in range(4)], [worker.tell(job(number)) for number in (1, 2)]

    assert not await worker.reading.take(names[2:])
    assert not await worker.reading.take(names[1:]), "something else is missing"
    assert not await worker.reading.take([*names, jobs[1]]), "what was missing has come, but a job is missing"
    assert not await worker.reading.take(names[1:]), "and is missing again"
    assert not worker.database.rows["directory"]


@pytest.mark.parametrize("is_reassigned", [False, True])
async def test_what_was_missing_once_is_no_hole_of_the_topic_made_anew(worker: Worker, *, is_reassigned: bool) -> None:
    """Its first fence is 0 again, and may be told in the same order: what came first in the old one comes first in the new one."""
    reader = join(worker.database, worker.log) if is_reassigned else worker
    await reader.consumer.start()
    for each in (worker, reader):
        await assigned(each)
        await each.reading.go_on({DIRECTORY})
    names = [worker.tell(Named(number, 1)) for number in range(4)]
    assert not await worker.reading.take(names[2:])
    assert await reader.reading.take(names)
    worker.log.create(DIRECTORY[0], 1)
    await worker.reading.go_on({DIRECTORY})
    names = [worker.tell(Named(number, 1)) for number in range(4)]

    assert not await worker.reading.take(names[2:]), "two records are missing"
    assert await worker.reading.take(names)


async def test_a_late_batch_of_a_deleted_topic_hides_nothing_that_is_missing_of_the_new_one(worker: Worker) -> None:
    """It moves the fence over the first record of the new topic, just when that is lost on its way (found by seed 969276862)."""
    late = join(worker.database, worker.log)
    await late.consumer.start()
    await assigned(late)
    await late.reading.go_on({DIRECTORY})
    old = worker.tell(Named(0, 1))
    worker.log.create(DIRECTORY[0], 1)
    await worker.reading.go_on({DIRECTORY})
    new = [worker.tell(Named(number, 1)) for number in (1, 2)]
    assert await late.reading.take([old])
    assert worker.fence(DIRECTORY) == 1

    assert not await worker.reading.take(new[1:]), "it begins at the fence, and not where it was asked to begin"
    while not await worker.take():
        await worker.reading.note_read_until()
    assert len(worker.database.rows["directory"]) == 3


async def test_the_record_before_the_fence_is_asked_for_until_it_was_seen(worker: Worker) -> None:
    """It tells a topic that was made anew; where it is lost on its way, what comes after it is not taken (found by seed 282399844)."""
    await worker.reading.go_on({DIRECTORY})
    assert await worker.reading.take([worker.tell(Named(number, 1)) for number in (1, 2)])
    worker.log.create(DIRECTORY[0], 1)
    new = [worker.tell(Named(number, 1)) for number in (3, 4, 5)]
    await worker.reading.go_on({DIRECTORY})

    assert not await worker.reading.take(new[2:]), "it begins at the fence, and not at the record before it"
    while not await worker.take():
        await worker.reading.note_read_until()
    assert len(worker.database.rows["directory"]) == 5


async def test_a_record_before_the_fence_that_is_no_more_holds_up_nobody(worker: Worker) -> None:
    await worker.reading.go_on({DIRECTORY})
    assert await worker.reading.take([worker.tell(Named(number, 1)) for number in (1, 2)])
    more = [worker.tell(Named(3, 1))]
    await worker.reading.go_on({DIRECTORY})

    assert not await worker.reading.take(more), "the one before it is missing"
    assert await worker.reading.take(more), "and is not there"
    assert worker.fence(DIRECTORY) == 3
    await worker.reading.note_read_until()
    assert worker.read_until(DIRECTORY) is not None

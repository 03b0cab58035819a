"""Dead letters on a real PostgreSQL: the subject goes on and is doubtful; a redrive or a higher revision settles it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import permutations

import asyncpg
import pytest

from services.chassis import health
from services.chassis.dead_letters import drop, redrive
from services.chassis.inlet import Inlet
from services.chassis.reference import Reference
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Changed, Connection
from services.chassis.settings import Settings
from services.chassis.subject import History, Situation
from services.chassis.tables import letters, wakes
from services.chassis.tables.letters import Letter
from services.chassis.wake import Wake
from tests.kit.builders import an_id, end_registered, hired, noon
from tests.kit.records import OFFSETS, Sent, read_everything, sent
from tests.kit.story import revision
from tests.kit.toy import TOY

START = date(2026, 3, 2)


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(TOY, settings) as opened:
        await read_everything(opened)
        yield opened


def hire(number: int = 1, person: str = "person") -> Sent:
    """A revision of somebody's hire."""
    event = hired(START + timedelta(days=number), person=person)
    return sent(revision(event, noon(START), fact=an_id(f"hire of {person}"), number=number))


def poisoned(record: Sent) -> Sent:
    """The record with a body no code can read."""
    return replace(record, value=b'{"municipality": 730}')


async def all_letters(runtime: Runtime) -> list[Letter]:
    async with runtime.pool.acquire() as conn:
        return await letters.letters(conn, settled=True)


async def standing(runtime: Runtime, person: str = "person") -> list[tuple[int, bool]]:
    rows = await runtime.pool.fetch(
        "SELECT revision, stands FROM statement WHERE to_kind IS NULL AND id = $1 AND type LIKE 'toy.bell%'", an_id(person)
    )
    return [(row["revision"], row["stands"]) for row in rows]


async def doubtful(runtime: Runtime) -> frozenset[str]:
    people = {an_id(name): name for name in ("person", "other")}
    async with runtime.pool.acquire() as conn:
        return frozenset(people[found] for found in await letters.doubtful(conn, list(people)))


async def test_the_subject_goes_on_and_is_doubtful_until_the_letter_is_read(runtime: Runtime) -> None:
    await Inlet(runtime).take([hire(), hire(person="other"), poisoned(hire(2))])

    (letter,) = await all_letters(runtime)
    assert (letter.topic, letter.partition, letter.attempts, letter.settled) == ("hr.employment.v1", 0, 1, None)
    assert (letter.type, letter.municipality, letter.subject) == ("hr.hired.v1", "730", an_id("person"))
    assert (letter.fact, letter.epoch, letter.revision) == (an_id("hire of person"), 0, 2)
    assert letter.reason.startswith("the body does not fit its schema: ")
    assert await standing(runtime) == [(1, True)], "the subject goes on"
    assert await doubtful(runtime) == {"person"}
    assert (await health.status(runtime, None))["doubtful"] == 1


async def test_a_redrive_with_code_that_reads_it_has_the_effect_it_would_have_had(settings: Settings, runtime: Runtime) -> None:
    """The raw record is kept whole: what an older code could not read, today's does, with the same id."""
    record = hire()
    deaf = replace(runtime.ear, municipalities=frozenset())
    seeing, runtime.ear = runtime.ear, deaf
    await Inlet(runtime).take([record])
    assert [letter.reason for letter in await all_letters(runtime)] == ["no rules for this municipality"]

    (letter,) = await all_letters(runtime)
    still = await redrive(runtime, letter.id, "operator")
    assert still is not None
    assert still.reason == "no rules for this municipality"
    assert [(found.attempts, found.settled) for found in await all_letters(runtime)] == [(2, None)]

    runtime.ear = seeing
    done = await redrive(runtime, letter.id, "operator")
    assert done is not None
    assert done.is_read
    assert await standing(runtime) == [(1, True)]
    (settled,) = await all_letters(runtime)
    assert (settled.settled, settled.settled_by) == ("read", "operator")
    assert await runtime.pool.fetchval("SELECT count(*) FROM dead_letter WHERE body IS NOT NULL OR headers IS NOT NULL") == 0
    assert await redrive(runtime, letter.id, "operator") is None, "once"

    await Inlet(runtime).take([replace(record, offset=next(OFFSETS))])
    assert await standing(runtime) == [(1, True)], "the same id: read again from the bus it is a duplicate"


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_a_higher_revision_settles_it_whatever_comes_first(runtime: Runtime, order: Sequence[int]) -> None:
    records = [hire(1), poisoned(hire(2)), hire(3)]
    for at in order:
        await Inlet(runtime).take([replace(records[at], offset=next(OFFSETS))])

    assert [letter.settled for letter in await all_letters(runtime)] == ["outrun"]
    assert await doubtful(runtime) == frozenset()


async def test_a_higher_revision_in_the_same_batch_settles_it_and_another_fact_does_not(runtime: Runtime) -> None:
    end = revision(end_registered(START + timedelta(days=90)), noon(START), number=5)
    await Inlet(runtime).take([poisoned(hire(2)), sent(end), poisoned(hire(4)), hire(3)])

    assert [(letter.revision, letter.settled) for letter in await all_letters(runtime)] == [(2, "outrun"), (4, None)]
    assert await doubtful(runtime) == {"person"}


async def test_a_dropped_letter_leaves_a_line_without_its_content(runtime: Runtime) -> None:
    await Inlet(runtime).take([poisoned(hire())])
    (letter,) = await all_letters(runtime)

    assert await drop(runtime, letter.id, "operator", "a test record of the supplier")
    assert not await drop(runtime, letter.id, "operator", "again")
    (line,) = await all_letters(runtime)
    assert (line.settled, line.settled_by, line.why) == ("dropped", "operator", "a test record of the supplier")
    assert line.settled_at is not None
    row = await runtime.pool.fetchrow("SELECT key, headers, body FROM dead_letter")
    assert row is not None
    assert not any(row.values())
    assert await doubtful(runtime) == frozenset()


def fragile(history: History, reference: Reference, now: datetime) -> Situation:
    """Code with a defect that one history brings to light."""
    if history.subject.id == an_id("person"):
        raise ZeroDivisionError
    return TOY.subjects[0].derive(history, reference, now)


async def test_a_broken_subject_is_derived_by_the_same_version_of_mended_code_after_a_restart(settings: Settings) -> None:
    """A defect is mended without a new code version: a restart alone derives what was broken."""
    defect = replace(TOY, subjects=(replace(TOY.subjects[0], derive=fragile), TOY.subjects[1]))
    async with open_runtime(TOY, settings) as well:
        await read_everything(well)
        await Inlet(well).take([hire(1)])
    async with open_runtime(defect, settings) as broken:
        await Inlet(broken).take([hire(2)])
        assert await Wake(broken).once() == 0, "it waits for its next try"
        assert await standing(broken) == [(1, True)]
    async with open_runtime(TOY, settings) as mended:
        await Wake(mended)._underived()
        await Wake(mended).once()
        assert await standing(mended) == [(2, True)]
        async with mended.pool.acquire() as conn:
            assert await wakes.broken(conn) == []


async def tries(runtime: Runtime) -> tuple[int, timedelta | None]:
    """How many derives of the person have raised in a row, and how long the next one waits from now on, in whole minutes."""
    row = await runtime.pool.fetchrow("SELECT tries, wake_at - forbliv_moment() AS pause FROM subject WHERE id = $1", an_id("person"))
    assert row is not None
    return row["tries"], row["pause"] and timedelta(minutes=round(row["pause"] / timedelta(minutes=1)))


async def derives_at_once(runtime: Runtime) -> None:
    """As the command asks for it."""
    async with runtime.pool.acquire() as conn:
        await wakes.wake_broken(conn)
    await Wake(runtime).once()


async def test_the_pause_of_a_broken_subject_grows_through_restarts_until_it_is_derived(settings: Settings) -> None:
    defect = replace(TOY, subjects=(replace(TOY.subjects[0], derive=fragile), TOY.subjects[1]))
    async with open_runtime(defect, settings) as first:
        await read_everything(first)
        await Inlet(first).take([hire(1)])
        assert await tries(first) == (1, timedelta(minutes=1))
        await derives_at_once(first)
        assert await tries(first) == (2, timedelta(minutes=2))
    async with open_runtime(defect, settings) as second:
        await derives_at_once(second)
        assert await tries(second) == (3, timedelta(minutes=4))
        await Inlet(second).take([hire(2)])
        assert await tries(second) == (4, timedelta(minutes=8)), "what is heard is a try too"
    async with open_runtime(TOY, settings) as mended:
        await derives_at_once(mended)
        assert (await tries(mended))[0] == 0
        assert await standing(mended) == [(1, True)]


async def test_only_a_start_wakes_what_is_broken_before_its_time(settings: Settings) -> None:
    """A look for what older code derived comes every five minutes: it must not undo the pause."""
    defect = replace(TOY, subjects=(replace(TOY.subjects[0], derive=fragile), TOY.subjects[1]))
    async with open_runtime(defect, settings) as runtime:
        await read_everything(runtime)
        await Inlet(runtime).take([hire()])
        wake, woken = Wake(runtime), []
        for _ in range(4):
            await wake._underived()
            woken.append(await wake.once())
        assert woken == [1, 1, 0, 0]
        assert await tries(runtime) == (3, timedelta(minutes=4))


async def test_a_broken_subject_is_derived_again_by_command(settings: Settings) -> None:
    defect = replace(TOY, subjects=(replace(TOY.subjects[0], derive=fragile), TOY.subjects[1]))
    async with open_runtime(defect, settings) as runtime:
        await read_everything(runtime)
        await Inlet(runtime).take([hire(), hire(person="other")])
        async with runtime.pool.acquire() as conn:
            (found,) = await wakes.broken(conn, "730")
            assert (found.kind, found.id, found.municipality) == ("person", an_id("person"), "730")
            assert "ZeroDivisionError at test_dead_letters.py" in found.problem
            assert await wakes.broken(conn, "707") == []
            assert await wakes.wake_broken(conn, "person", an_id("other")) == 0
            assert await wakes.wake_broken(conn, "person", an_id("person")) == 1
        assert await Wake(runtime).once() == 1
        async with runtime.pool.acquire() as conn:
            assert len(await wakes.broken(conn)) == 1, "it raised again, and waits"


async def test_a_woken_subject_whose_rows_no_table_takes_is_broken_and_starves_nobody(settings: Settings) -> None:
    """A derive may give what a column refuses: at a wake-up there is no record to blame, so the subject stands alone."""

    async def save(_conn: Connection, changed: Sequence[Changed]) -> None:
        if any(change.subject.id == an_id("person") for change in changed):
            raise asyncpg.StringDataRightTruncationError("too long")

    async with open_runtime(TOY, settings) as well:
        await read_everything(well)
        await Inlet(well).take([hire(), *(hire(person=f"colleague {n}") for n in range(5))])
    async with open_runtime(replace(TOY, save_rows=save, code_version=2), settings) as refusing:
        await Wake(refusing)._underived()
        assert await Wake(refusing).once() >= 6
        async with refusing.pool.acquire() as conn:
            (found,) = await wakes.broken(conn)
        assert found.id == an_id("person")
        assert "StringDataRightTruncationError at test_dead_letters.py" in found.problem
        assert await refusing.pool.fetchval("SELECT count(*) FROM subject WHERE kind = 'person' AND derived_with = 2") == 5
        assert await Wake(refusing).once() == 0, "it waits for its next try"
        assert await tries(refusing) == (1, timedelta(minutes=1))
        await derives_at_once(refusing)
        assert await tries(refusing) == (2, timedelta(minutes=2))
    async with open_runtime(replace(TOY, code_version=2), settings) as mended:
        await Wake(mended)._underived()
        await Wake(mended).once()
        async with mended.pool.acquire() as conn:
            assert await wakes.broken(conn) == []

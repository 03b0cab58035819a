"""A letter that can be read and that our tables or our code refuse: a redrive says so, counts it, and the letters behind it are tried."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date

import asyncpg
import pytest

from services.chassis.dead_letters import Redriven, drop, redrive
from services.chassis.inlet import Inlet
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Changed, Connection, SaveRows
from services.chassis.settings import Settings
from tests.integration.test_bus import until
from tests.integration.test_dead_letters import all_letters, standing
from tests.kit.builders import an_id, hired, noon
from tests.kit.records import Sent, read_everything, sent
from tests.kit.story import revision
from tests.kit.toy import TOY

START = date(2026, 3, 2)
REFUSALS = (
    asyncpg.NumericValueOutOfRangeError("1 in 20"),
    asyncpg.CheckViolationError("a rule of the table"),
    ValueError("a value of code of ours"),
    KeyError("a field"),
)


def refusing(problem: Exception) -> SaveRows:
    """Rows that no table takes of one person, and of all others every one."""

    async def save(_conn: Connection, changed: Sequence[Changed]) -> None:
        if any(change.subject.id == an_id("poison") for change in changed):
            raise problem

    return save


def hire(person: str) -> Sent:
    return sent(revision(hired(START, person=person), noon(START), fact=an_id(f"hire of {person}")))


@pytest.fixture(params=REFUSALS, ids=lambda problem: type(problem).__name__)
async def refuses(settings: Settings, request: pytest.FixtureRequest) -> AsyncIterator[Runtime]:
    """A service that refuses one person, whose hire is a letter for that."""
    async with open_runtime(replace(TOY, save_rows=refusing(request.param)), settings) as opened:
        await read_everything(opened)
        await Inlet(opened).take([hire("poison"), hire("other")])
        yield opened


async def test_it_is_counted_with_its_reason_until_code_takes_it(refuses: Runtime, settings: Settings) -> None:
    (letter,) = await all_letters(refuses)
    for attempt in (2, 3):
        done = await redrive(refuses, letter.id, "operator")
        assert done is not None
        assert (done.is_read, done.number) == (False, letter.id)
        assert (done.reason or "").startswith("nobody here can take it: ")
        assert [(x.attempts, x.reason, x.settled) for x in await all_letters(refuses)] == [(attempt, done.reason, None)]
    assert await standing(refuses, "poison") == [], "nothing of it is half done"

    async with open_runtime(TOY, settings) as mended:
        assert await redrive(mended, letter.id, "operator") == Redriven(letter.id, None)
        assert await standing(mended, "poison") == [(1, True)]
    assert [(x.settled, x.settled_by) for x in await all_letters(refuses)] == [("read", "operator")]


async def test_one_that_somebody_gives_up_meanwhile_stays_given_up(settings: Settings) -> None:
    async with open_runtime(TOY, settings) as other, open_runtime(TOY, settings) as runtime:
        dropping: list[asyncio.Task[bool]] = []

        async def drop_waits() -> bool:
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            return bool(await other.pool.fetchval(waiting))

        async def save(_conn: Connection, _changed: Sequence[Changed]) -> None:
            dropping.append(asyncio.create_task(drop(other, letter.id, "another", "sent by mistake")))
            await until(drop_waits)
            raise KeyError("a field")

        await read_everything(runtime)
        await Inlet(runtime).take([replace(hire("poison"), value=b"{")])
        (letter,) = await all_letters(runtime)
        await runtime.pool.execute("UPDATE dead_letter SET body = $1", hire("poison").value)
        runtime.reconciler.service = replace(TOY, save_rows=save)

        assert await redrive(runtime, letter.id, "operator") is None
        assert await dropping[0]
        assert [(x.settled, x.why, x.attempts) for x in await all_letters(runtime)] == [("dropped", "sent by mistake", 1)]

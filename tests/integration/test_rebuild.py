"""A rebuild makes all bookings again from the histories, says what was otherwise, and leaves nothing half done."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import date

import pytest

from services.chassis.rebuild import BooksNothing, Rebuild
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Booked, Connection, Differs
from services.chassis.settings import Settings
from services.onboarding.app import SERVICE as ONBOARDING
from services.reporting.app import SERVICE
from services.reporting.contributions import Cell
from services.reporting.publish import pending
from services.reporting.store import ledger
from tests.integration.test_figures import GO_LIVE, LATER, leaving, staff, units
from tests.kit.builders import MUNICIPALITY, noon
from tests.kit.records import set_day, take

LEAVERS = ("north 1", "north 2", "south 3")


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(SERVICE, settings) as opened:
        await set_day(opened, LATER)
        left = [leaving(person, person.split()[0], date(2025, 3, 31), LATER) for person in LEAVERS]
        await take(opened, [*units(), *staff("north", 20), *staff("south", 12), *left])
        yield opened


async def cells(runtime: Runtime, known_on: date | None = None) -> Mapping[Cell, int]:
    async with runtime.pool.acquire() as conn:
        return await ledger.cells(conn, MUNICIPALITY, known_on)


async def execute(runtime: Runtime, *statements: str) -> None:
    async with runtime.pool.acquire() as conn:
        for statement in statements:
            await conn.execute(statement)


async def test_what_is_right_stays_as_it_is(runtime: Runtime) -> None:
    today, before_the_ends = await cells(runtime), await cells(runtime, GO_LIVE)

    found = await Rebuild(runtime).run()

    assert (found.subjects, found.revisions, found.broken, found.corrected, found.differences) == (32, 35, 0, 0, [])
    assert (await cells(runtime), await cells(runtime, GO_LIVE)) == (today, before_the_ends)
    assert before_the_ends != today


async def test_a_ledger_that_was_tampered_with_is_put_right_and_published(runtime: Runtime) -> None:
    right = await cells(runtime), await cells(runtime, GO_LIVE)
    place = "SELECT municipality, known_on, measure, unit, org_month, period, split FROM ledger ORDER BY ctid LIMIT 1"
    async with runtime.pool.acquire() as conn:
        (wrong,) = [tuple(map(str, row)) for row in await conn.fetch(place)]
    await execute(
        runtime,
        "UPDATE ledger SET amount = amount + 1 WHERE ctid = (SELECT min(ctid) FROM ledger)",
        "DELETE FROM balance",
        "UPDATE publication SET published = changes",
    )

    found = await Rebuild(runtime).run()

    assert [differs.place for differs in found.differences] == [wrong]
    assert (await cells(runtime), await cells(runtime, GO_LIVE)) == right
    async with runtime.pool.acquire() as conn:
        assert await pending(conn, noon(GO_LIVE))


async def test_what_is_kept_of_a_person_is_put_right_with_it_and_goes_on_from_there(runtime: Runtime) -> None:
    right = await cells(runtime)
    await execute(runtime, "UPDATE subject SET booked = NULL", "TRUNCATE ledger, balance")

    found = await Rebuild(runtime).run()

    assert found.corrected == 32
    assert await cells(runtime) == right
    await take(runtime, [leaving("north 5", "north", date(2025, 3, 31), LATER)])
    grown = await cells(runtime)
    assert (await Rebuild(runtime).run()).differences == []
    assert await cells(runtime) == grown != right


async def test_a_trial_says_what_would_be_otherwise_and_changes_nothing(runtime: Runtime) -> None:
    await execute(runtime, "UPDATE ledger SET amount = amount + 1 WHERE ctid = (SELECT min(ctid) FROM ledger)")
    before = await cells(runtime, LATER)

    found = await Rebuild(runtime).run(trial=True)

    assert [differs.was - differs.now for differs in found.differences] == [1]
    assert await cells(runtime, LATER) == before


async def test_one_that_is_cut_short_leaves_everything_as_it_was(runtime: Runtime) -> None:
    right = await cells(runtime)

    async def cut_short(conn: Connection, batches: AsyncIterator[Booked]) -> list[Differs]:
        await ledger.rebook(conn, batches)
        raise ConnectionError

    before, runtime.service = runtime.service, replace(SERVICE, rebook=cut_short)
    with pytest.raises(ConnectionError):
        await Rebuild(runtime).run()
    runtime.service = before

    assert await cells(runtime) == right
    assert (await Rebuild(runtime).run()).differences == []


async def test_who_books_nothing_has_nothing_to_rebuild(settings: Settings) -> None:
    async with open_runtime(ONBOARDING, settings) as runtime:
        with pytest.raises(BooksNothing):
            Rebuild(runtime)

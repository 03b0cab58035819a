"""Figures on a real PostgreSQL: booked in the transaction of the events, published when all is read, printed days kept."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from contracts.base import Event
from contracts.hr import EmploymentEndRegistered
from contracts.words import ReasonClass
from services.chassis.dead_letters import drop
from services.chassis.inlet import Inlet
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import Revision
from services.reporting import answers
from services.reporting.answers import Answer, Question
from services.reporting.app import SERVICE
from services.reporting.indicators.figures import Status
from services.reporting.publish import Publisher, keep_published, pending
from services.reporting.store.values import Value
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, hired, noon, unit_changed
from tests.kit.records import sent, set_day, take
from tests.kit.story import revision

GO_LIVE = date(2025, 1, 2)
EARLIER = date(2024, 1, 10)
LATER = date(2025, 2, 10)


def told(event: Event, known: date) -> Revision[Event]:
    return revision(event, noon(known))


def units() -> list[Revision[Event]]:
    named = (unit_changed("top"), unit_changed("north", "top"), unit_changed("south", "top"))
    return [told(unit, date(2020, 1, 1)) for unit in named]


def staff(unit: str, count: int, known: date = EARLIER) -> list[Revision[Event]]:
    return [told(hired(date(2020, 1, 1), person=f"{unit} {n}", unit=unit, registered=known), known) for n in range(count)]


def leaving(person: str, unit: str, last: date, known: date) -> Revision[EmploymentEndRegistered]:
    return revision(end_registered(last, person=person, unit=unit, registered=known), noon(known))


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(SERVICE, settings) as opened:
        await set_day(opened, GO_LIVE)
        await take(opened, [*units(), *staff("north", 20), *staff("south", 12)])
        yield opened


async def ask(runtime: Runtime, indicator: str, unit: str | None = "top", **more: object) -> Answer:
    named = None if unit is None else [str(an_id(unit))]
    question = Question(MUNICIPALITY, answers.definition_of(indicator), named, **more)  # type: ignore[arg-type]
    async with runtime.pool.acquire() as conn:
        return await answers.answer(conn, question, await runtime.snapshot(MUNICIPALITY), date(2025, 12, 31))


async def value(runtime: Runtime, indicator: str, period: str, unit: str | None = "top", **more: object) -> Value:
    (found,) = [v for v in (await ask(runtime, indicator, unit, **more)).values if v.figure.key.period == period]
    return found


async def unpublished(runtime: Runtime) -> int:
    async with runtime.pool.acquire() as conn:
        return await pending(conn, noon(GO_LIVE))


async def test_what_is_booked_is_published_once_and_then_nothing_is_pending(runtime: Runtime) -> None:
    assert await unpublished(runtime) == 1

    assert await Publisher(runtime).publish(MUNICIPALITY, GO_LIVE)

    assert await unpublished(runtime) == 0
    assert not await Publisher(runtime).publish(MUNICIPALITY, GO_LIVE)
    assert (await value(runtime, "headcount", "2024-12")).figure.value == 32
    assert (await value(runtime, "headcount", "2024-12", "north")).figure.value == 20
    assert (await value(runtime, "headcount", "2024-12", None)).figure.key.unit == str(an_id("top"))


async def test_the_ledger_comes_to_the_balance(runtime: Runtime) -> None:
    await take(runtime, [leaving("north 1", "north", date(2024, 11, 30), GO_LIVE)])
    differs = """
        SELECT count(*) FROM (SELECT measure, unit, org_month, period, split, sum(amount) AS n FROM ledger GROUP BY 1, 2, 3, 4, 5) l
        FULL JOIN balance b USING (measure, unit, org_month, period, split) WHERE b.amount IS DISTINCT FROM l.n
    """
    assert await runtime.pool.fetchval(differs) == 0
    assert await runtime.pool.fetchval("SELECT count(*) FROM balance WHERE amount <> 0") > 0


async def test_the_same_events_again_book_nothing(runtime: Runtime) -> None:
    before = await runtime.pool.fetchval("SELECT count(*) FROM ledger")
    await take(runtime, [*units(), *staff("north", 20)])

    assert await runtime.pool.fetchval("SELECT count(*) FROM ledger") == before


async def test_a_late_fact_restates_and_the_printed_value_stays_readable(runtime: Runtime) -> None:
    await Publisher(runtime).publish(MUNICIPALITY, GO_LIVE)
    await set_day(runtime, LATER)
    await take(runtime, [leaving("north 1", "north", date(2024, 11, 30), LATER)])
    await Publisher(runtime).publish(MUNICIPALITY, LATER)

    now = await value(runtime, "headcount", "2024-12")
    then = await value(runtime, "headcount", "2024-12", as_known_on=GO_LIVE)
    between = await value(runtime, "headcount", "2024-12", as_known_on=GO_LIVE + timedelta(days=9))

    assert (now.figure.value, now.restated, now.cause, now.known_from) == (Decimal(31), True, "late-facts", LATER)
    assert (then.figure.value, then.restated, then.known_to) == (Decimal(32), False, LATER)
    assert (between.figure.value, between.computed_at) == (Decimal(32), None), "never printed: from the ledger"


async def test_values_of_one_day_replace_each_other(runtime: Runtime) -> None:
    await Publisher(runtime).publish(MUNICIPALITY, GO_LIVE)
    await take(runtime, staff("south", 15, GO_LIVE)[12:])
    await Publisher(runtime).publish(MUNICIPALITY, GO_LIVE)

    found = await value(runtime, "headcount", "2024-12", "south")
    assert (found.figure.value, found.restated) == (Decimal(15), False)
    assert await runtime.pool.fetchval("SELECT count(*) FROM published WHERE known_to IS NOT NULL") == 0


async def test_what_was_hidden_on_an_earlier_day_stays_hidden(runtime: Runtime) -> None:
    await take(runtime, [told(unit_changed("small", "top"), GO_LIVE), *staff("small", 3, GO_LIVE)])
    await Publisher(runtime).publish(MUNICIPALITY, GO_LIVE)
    await set_day(runtime, LATER)
    await take(runtime, staff("small", 9, LATER)[3:])
    await Publisher(runtime).publish(MUNICIPALITY, LATER)

    assert (await value(runtime, "headcount", "2024-12", "small")).figure.status is Status.HIDDEN
    assert (await value(runtime, "headcount", "2025-01", "small")).figure.value == 9
    assert (await value(runtime, "headcount", "2024-12")).figure.value == 41


async def leavers(runtime: Runtime, count: int, known: date, first: int = 0) -> Sequence[Revision[Event]]:
    return [leaving(f"north {n}", "north", date(2024, 10, 31), known) for n in range(first, first + count)]


async def test_a_figure_about_reasons_waits_for_the_next_quarter(runtime: Runtime) -> None:
    retired = [
        revision(end_registered(date(2024, 11, 30), person=f"north {n}", unit="north", reason_class=ReasonClass.RETIREMENT), noon(GO_LIVE))
        for n in range(10, 16)
    ]
    await take(runtime, [*await leavers(runtime, 6, GO_LIVE), *retired])
    await Publisher(runtime).publish(MUNICIPALITY, GO_LIVE)
    await set_day(runtime, LATER)
    await take(runtime, await leavers(runtime, 2, LATER, first=6))
    await Publisher(runtime).publish(MUNICIPALITY, LATER)

    async def own_request() -> tuple[object, ...]:
        found = await ask(runtime, "leavers-by-kind", by="kind")
        (kept,) = [v for v in found.values if (v.figure.key.period, v.figure.key.split) == ("2024", "kind=own-request")]
        return kept.figure.numerator, kept.restated, kept.cause, found.known_on

    assert await own_request() == (6, False, None, GO_LIVE)
    assert (await value(runtime, "percent-terminated", "2024")).figure.numerator == 14, "what tells no reasons does not wait"

    await set_day(runtime, date(2025, 4, 1))
    await Publisher(runtime).publish(MUNICIPALITY, date(2025, 4, 1))

    assert await own_request() == (8, True, None, date(2025, 4, 1))


async def test_the_loop_publishes_what_is_read(runtime: Runtime) -> None:
    import asyncio

    loop = asyncio.create_task(keep_published(runtime))
    from tests.kit.records import read_everything

    for _ in range(100):
        await asyncio.sleep(0.1)
        await read_everything(runtime)
        if not await unpublished(runtime):
            break
    loop.cancel()

    assert not await unpublished(runtime)


async def test_figures_are_preliminary_from_the_unread_event_on_until_it_is_settled(runtime: Runtime) -> None:
    """Nothing is booked by a letter and its end: publication follows both all the same."""
    await Publisher(runtime).publish(MUNICIPALITY, GO_LIVE)
    assert (await value(runtime, "headcount", "2024-12")).figure.status is Status.OK
    hire = revision(hired(date(2020, 1, 1), person="north 1", unit="north"), noon(GO_LIVE), number=9)
    await Inlet(runtime).take([replace(sent(hire), value=b"{")])
    assert await unpublished(runtime) == 1
    assert await Publisher(runtime).publish(MUNICIPALITY, GO_LIVE)
    assert (await value(runtime, "headcount", "2024-12")).figure.status is Status.PRELIMINARY

    (number,) = [row["id"] for row in await runtime.pool.fetch("SELECT id FROM dead_letter")]
    assert await drop(runtime, number, "operator", "a test")
    assert await Publisher(runtime).publish(MUNICIPALITY, GO_LIVE)
    assert (await value(runtime, "headcount", "2024-12")).figure.status is Status.OK
    assert await unpublished(runtime) == 0

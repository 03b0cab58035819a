"""What reporting says on the bus, on a real PostgreSQL: a day's values once the day is over, and only what changed."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.base import Event
from contracts.reporting import IndicatorDefined, IndicatorValuePublished
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Undeclared
from services.chassis.settings import Settings
from services.chassis.subject import Revision
from services.reporting.app import SERVICE
from services.reporting.indicators.definition import DEFINITIONS
from services.reporting.publish import Publisher, pending
from services.reporting.say import say_published
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, hired, noon, unit_changed
from tests.kit.records import set_day, take
from tests.kit.story import revision

KNOWN, GO_LIVE, NEXT, LATER = date(2024, 1, 10), date(2025, 1, 2), date(2025, 1, 3), date(2025, 2, 10)
VALUE, DEFINED = IndicatorValuePublished.wire, IndicatorDefined.wire


def hires(unit: str, count: int, day: date, number: int = 1) -> list[Revision[Event]]:
    """As many people of a unit; told with number 1, taken back with 2, and so on in turn."""
    stands = number % 2 == 1
    told = {f"hire of {unit} {n}": hired(date(2020, 1, 1), person=f"{unit} {n}", unit=unit) for n in range(count)}
    return [revision(hire, noon(day), fact=an_id(name), number=number, stands=stands) for name, hire in told.items()]


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    """Two units, and nine people in one nobody told of; published on the day of the go-live."""
    async with open_runtime(SERVICE, settings) as opened:
        await set_day(opened, GO_LIVE)
        units = [unit_changed("top"), unit_changed("north", "top"), unit_changed("south", "top")]
        staff = [*hires("north", 20, KNOWN), *hires("south", 12, KNOWN), *hires("ghost", 9, KNOWN)]
        await take(opened, [*(revision(unit, noon(KNOWN)) for unit in units), *staff])
        await Publisher(opened).publish(MUNICIPALITY, GO_LIVE)
        yield opened


async def said(runtime: Runtime, wire: str = VALUE) -> list[dict[str, Any]]:
    """What waits in the outbox now, headers and body; the outbox is emptied, as the relay does."""
    rows = await runtime.pool.fetch("DELETE FROM outbox RETURNING seq, topic, key, headers, body")
    told = [
        {"topic": r["topic"], "key": r["key"], "headers": dict(json.loads(r["headers"])), "body": json.loads(r["body"])}
        for r in sorted(rows, key=lambda r: r["seq"])
    ]
    return [each for each in told if each["headers"]["ce_type"] == wire]


async def the_next_day(runtime: Runtime, day: date = NEXT) -> None:
    await set_day(runtime, day)
    assert await say_published(runtime, MUNICIPALITY, day)


async def standing(runtime: Runtime) -> int:
    found: int = await runtime.pool.fetchval("SELECT count(*) FROM published WHERE known_to IS NULL")
    return found


async def test_nothing_is_said_before_the_day_is_over_and_then_everything_once(runtime: Runtime) -> None:
    assert not await say_published(runtime, MUNICIPALITY, GO_LIVE)
    assert await said(runtime) == []
    await the_next_day(runtime)

    told = await said(runtime)

    assert len(told) == len({each["key"] for each in told}) == await standing(runtime) > 100
    assert {each["topic"] for each in told} == {"reporting.indicator-values.v1"}
    assert {(each["headers"]["ce_revision"], each["headers"]["ce_stands"]) for each in told} == {("1", "true")}
    assert {each["body"]["known_on"] for each in told} == {GO_LIVE.isoformat()}
    assert not await say_published(runtime, MUNICIPALITY, NEXT)


async def test_how_each_indicator_is_computed_is_said_once(runtime: Runtime) -> None:
    await the_next_day(runtime)
    told = await said(runtime, DEFINED)
    await Publisher(runtime).publish(MUNICIPALITY, LATER)
    await the_next_day(runtime, date(2025, 2, 11))

    assert [each["body"]["definition_id"] for each in told] == list(DEFINITIONS)
    assert {each["body"]["title_da"] for each in told} >= {"Antal ansatte", "Fratrædelsessamtaler"}
    assert await said(runtime, DEFINED) == []


@pytest.mark.parametrize("declared", [IndicatorValuePublished, IndicatorDefined])
async def test_what_is_not_declared_is_not_said(runtime: Runtime, declared: type[Event]) -> None:
    runtime.service = replace(SERVICE, says=(declared,))
    with pytest.raises(Undeclared):
        await the_next_day(runtime)

    assert await runtime.pool.fetchval("SELECT count(*) FROM outbox") == 0


async def test_only_what_changed_is_said_again_as_the_next_revision_under_its_key(runtime: Runtime) -> None:
    await the_next_day(runtime)
    before = {each["key"]: each for each in await said(runtime)}
    await set_day(runtime, LATER)
    left = end_registered(date(2024, 11, 30), person="north 1", unit="north")
    await take(runtime, [revision(left, noon(LATER))])
    await Publisher(runtime).publish(MUNICIPALITY, LATER)
    await the_next_day(runtime, date(2025, 2, 11))

    again = await said(runtime)

    headcount = {each["body"]["period"]: each for each in again if each["body"]["definition_id"] == "headcount" and _is_of("north", each)}
    assert headcount.keys() == {"2024-12", "2024", "2025-01"}
    assert (headcount["2024-12"]["body"]["value"], headcount["2024-12"]["body"]["restated"]) == ("19", True)
    assert headcount["2024-12"]["headers"]["ce_fact"] == before[headcount["2024-12"]["key"]]["headers"]["ce_fact"]
    assert {each["headers"]["ce_revision"] for each in again} == {"1", "2"}
    assert all((each["key"] in before) is (each["headers"]["ce_revision"] == "2") for each in again)
    assert {each["body"]["known_on"] for each in again} == {LATER.isoformat()}


def _is_of(unit: str, each: dict[str, Any]) -> bool:
    return bool(each["body"].get("unit_id") == str(an_id(unit)))


async def test_what_can_no_longer_be_told_is_taken_back_and_may_come_back(runtime: Runtime) -> None:
    await the_next_day(runtime)
    ghosts = {each["key"] for each in await said(runtime) if _is_of("ghost", each)}
    for number, day in ((2, date(2025, 1, 20)), (3, date(2025, 1, 22))):
        await set_day(runtime, day)
        await take(runtime, hires("ghost", 9, day, number))
        await Publisher(runtime).publish(MUNICIPALITY, day)

    await the_next_day(runtime, date(2025, 1, 21))
    gone = [each for each in await said(runtime) if each["key"] in ghosts]
    await the_next_day(runtime, date(2025, 1, 23))
    back = [each for each in await said(runtime) if each["key"] in ghosts]

    assert {each["key"] for each in gone} == {each["key"] for each in back} == ghosts
    assert {(each["headers"]["ce_stands"], each["headers"]["ce_revision"]) for each in gone} == {("false", "2")}
    assert {(each["headers"]["ce_stands"], each["headers"]["ce_revision"]) for each in back} == {("true", "3")}


async def test_a_day_that_is_over_and_unsaid_is_pending(runtime: Runtime) -> None:
    async with runtime.pool.acquire() as conn:
        today, next_day = await pending(conn, noon(GO_LIVE)), await pending(conn, noon(NEXT))
        await the_next_day(runtime)
        then = await pending(conn, noon(NEXT))

    assert (today, next_day, then) == (0, 1, 0)

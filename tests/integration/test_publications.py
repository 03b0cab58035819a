"""One publication after another on a real PostgreSQL: who remembers the last one writes what one who computes everything writes."""

from collections.abc import Collection, Sequence
from datetime import date

from contracts.base import Event
from contracts.words import ReasonClass
from deploy.local.stack import Stack
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import Revision
from services.reporting.app import SERVICE
from services.reporting.publish import Publisher
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, hired, noon, unit_changed
from tests.kit.databases import new_database
from tests.kit.records import set_day, take
from tests.kit.story import revision

PUBLISHED = """
SELECT definition_id, unit, split, period, status, value, n, numerator, denominator, beside, parameters,
 known_from, known_to, restated, cause
FROM published ORDER BY definition_id, unit, split, period, known_from
"""
HIDDEN = "SELECT table_name, cell, since FROM hidden_cell ORDER BY table_name, cell"
DAYS = "SELECT day, with_reasons FROM publication_day ORDER BY day"


def told(event: Event, known: date) -> Revision[Event]:
    return revision(event, noon(known))


def staff(unit: str, count: int, start: date, known: date) -> list[Revision[Event]]:
    return [told(hired(start, person=f"{unit} {n} {start}", unit=unit, registered=known), known) for n in range(count)]


def leaving(numbers: Sequence[int], last: date, known: date, reason: ReasonClass = ReasonClass.OWN_REQUEST) -> list[Revision[Event]]:
    start = date(2020, 1, 1)
    return [told(end_registered(last, person=f"north {n} {start}", unit="north", reason_class=reason), known) for n in numbers]


def by_mistake(known: date, number: int) -> list[Revision[Event]]:
    """Six hires long ago that are told (1), or taken back (2)."""
    hires = [hired(date(2024, 3, 1), person=f"nobody {n}", unit="south") for n in range(6)]
    return [revision(hire, noon(known), fact=an_id(f"mistake {n}"), number=number, stands=number == 1) for n, hire in enumerate(hires)]


def story() -> list[tuple[date, list[Revision[Event]]]]:
    """What becomes known on which day: late facts, a new reason, a unit that comes later, leavings that wait for their quarter."""
    old, live, may = date(2024, 1, 10), date(2025, 1, 2), date(2025, 5, 6)
    units = [told(unit_changed("top"), old), told(unit_changed("north", "top"), old), told(unit_changed("south", "top"), old)]
    return [
        (live, [*units, *staff("north", 40, date(2020, 1, 1), old), *staff("south", 12, date(2020, 1, 1), old)]),
        (live, leaving(range(6), date(2024, 11, 30), live)),
        (date(2025, 2, 10), leaving(range(6, 8), date(2024, 10, 31), date(2025, 2, 10))),
        (date(2025, 2, 20), staff("south", 3, date(2025, 2, 1), date(2025, 2, 20))),
        (date(2025, 4, 2), leaving(range(8, 14), date(2025, 3, 31), date(2025, 4, 2), ReasonClass.RETIREMENT)),
        (may, [told(unit_changed("small", "north"), may), *staff("small", 3, date(2025, 4, 1), may)]),
        (date(2025, 7, 1), staff("small", 6, date(2024, 6, 1), date(2025, 7, 1))),
        (date(2025, 7, 2), by_mistake(date(2025, 7, 2), 1)),
        (date(2025, 7, 3), by_mistake(date(2025, 7, 3), 2)),
    ]


async def play(settings: Settings, forgets_at: Collection[int] = ()) -> tuple[list[tuple[object, ...]], ...]:
    """The rows after the story; at these steps it is another process that publishes."""
    async with open_runtime(SERVICE, settings) as runtime:
        remembering = Publisher(runtime)
        for step, (day, heard) in enumerate(story()):
            await set_day(runtime, day)
            await take(runtime, heard)
            publisher = Publisher(runtime) if step in forgets_at else remembering
            assert await publisher.publish(MUNICIPALITY, day)
        return await _rows(runtime)


async def _rows(runtime: Runtime) -> tuple[list[tuple[object, ...]], ...]:
    published, hidden, days = [await runtime.pool.fetch(query) for query in (PUBLISHED, HIDDEN, DAYS)]
    return [tuple(row.values()) for row in published], [tuple(row.values()) for row in hidden], [tuple(row.values()) for row in days]


async def test_who_remembers_writes_what_one_who_computes_everything_writes(servers: Stack, settings: Settings) -> None:
    computed = await play(settings, forgets_at=range(len(story())))
    async with new_database(servers) as address:
        remembered = await play(settings.model_copy(update={"database_url": address}))
    async with new_database(servers) as address:
        in_turns = await play(settings.model_copy(update={"database_url": address}), forgets_at=[len(story()) - 2])

    assert remembered == computed
    assert in_turns == computed, "what another process published meanwhile is no part of what is remembered"
    assert len(computed[0]) > 400

"""Two wards over two years, with leavers, talks and a ward too small to show; published on Thursday 15 January 2026."""

from datetime import date
from uuid import UUID

from contracts.base import Event
from contracts.words import ReasonClass
from services.chassis.runtime import Runtime
from services.reporting.publish import Publisher
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, hired, leader_appointed, noon, unit_changed
from tests.kit.records import set_day, take
from tests.kit.story import revision

TODAY = date(2026, 1, 15)
STAFF = {"north": 32, "south": 18, "kitchen": 3, "office": 9}
LEAVERS = {
    ReasonClass.OWN_REQUEST: [date(2024, 5, 31), *[date(2025, m, 28) for m in (2, 3, 5, 8, 9, 11)]],
    ReasonClass.RETIREMENT: [date(2025, m, 28) for m in (1, 4, 6, 6, 10)],
}


async def fill(runtime: Runtime, today: date = TODAY) -> None:
    """Units, leaders, staff and leavers, known as they happened; everything published."""
    await set_day(runtime, today)
    units: list[Event] = [
        unit_changed("area", name="Omsorg og sundhed"),
        unit_changed("north", "area", name="Hjemmepleje Nord"),
        unit_changed("south", "area", name="Hjemmepleje Syd"),
        unit_changed("kitchen", "area", name="Køkkenet på Søvej"),
        unit_changed("office", "area", name="Administrationen"),
        leader_appointed("area", "chief"),
        leader_appointed("north", "leader"),
    ]
    await take(runtime, [revision(event, noon(date(2024, 1, 2))) for event in units])
    await take(runtime, [revision(event, noon(day)) for day, event in _staff()])
    await Publisher(runtime).publish(MUNICIPALITY, today)


def _staff() -> list[tuple[date, Event]]:
    known = date(2024, 1, 2)
    hires: list[tuple[date, Event]] = [
        (known, hired(date(2020, 3, 1), person=f"{unit} {n}", unit=unit)) for unit, count in STAFF.items() for n in range(count)
    ]
    ends = [(reason, last) for reason, days in LEAVERS.items() for last in days]
    left: list[tuple[date, Event]] = [
        (last, end_registered(last, person=f"north {n}", unit="north", reason_class=reason)) for n, (reason, last) in enumerate(ends)
    ]
    come = [(date(2025, m, 1), hired(date(2025, m, 1), person=f"new {m}", unit="north")) for m in range(2, 9)]
    return [*hires, *left, *come]


def unit(name: str) -> UUID:
    """The id of a unit of the story."""
    return an_id(name)

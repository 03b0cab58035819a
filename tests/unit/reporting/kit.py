"""For the figures' tests: a person from events, a ledger in memory, figures of a day."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from contracts.base import Event
from services.chassis.reference import Reference, Snapshot
from services.chassis.rules import Rules, parse
from services.chassis.subject import Booking, History, Revision, Subject
from services.reporting.contributions import Cell, derive
from services.reporting.indicators.events import event_figures
from services.reporting.indicators.figures import Figure, Solved, figures, last_month
from services.reporting.indicators.numbers import Numbers
from services.reporting.indicators.stocks import stock_figures
from services.reporting.indicators.tables import Draft
from services.reporting.months import parse as month
from tests.kit.builders import an_id, noon, unit_changed
from tests.kit.story import RULES, revision

RULES_OF_TESTS = parse(RULES)


def snapshot(*units: Event | Revision[Event], rules: Rules = RULES_OF_TESTS, known: date = date(2018, 1, 1)) -> Snapshot:
    """The reference of these organisation events, known on `known` unless they tell."""
    told = [unit if isinstance(unit, Revision) else revision(unit, noon(known)) for unit in units]
    return Snapshot(History(Subject("reference", UUID(int=0), rules.municipality), told), rules)


def tree(**parents: str | None) -> Snapshot:
    """Units by name with the name of the unit above."""
    return snapshot(*(unit_changed(name, parent) for name, parent in parents.items()))


ONE_UNIT = tree(top=None, unit="top", other="top")


def history(person: str, *events: Event | Revision[Event]) -> History:
    """The history of a person; an event is known from the day it was registered."""
    told = [e if isinstance(e, Revision) else revision(e, e.registered_at) for e in events]  # type: ignore[attr-defined]
    return History(Subject("person", an_id(person), "730"), told)


def booked(about: History, reference: Snapshot = ONE_UNIT, today: date = date(2026, 1, 15)) -> Mapping[Booking, int]:
    """What derive books for a person."""
    return derive(about, Reference(reference, today), noon(today)).booked


def balance(bookings: Iterable[Mapping[Booking, int]], known_on: date | None = None) -> dict[Cell, int]:
    """The sums of a ledger, as known on a day."""
    sums: dict[Cell, int] = {}
    for each in bookings:
        for (day, *cell), amount in each.items():
            if known_on is None or str(day) <= known_on.isoformat():
                key: Cell = tuple(cell)  # type: ignore[assignment]
                sums[key] = sums.get(key, 0) + amount
    return {cell: amount for cell, amount in sums.items() if amount}


def solve(
    people: Iterable[History],
    today: date,
    reference: Snapshot = ONE_UNIT,
    first: str = "2023-01",
    known_on: date | None = None,
) -> Solved:
    """All figures of these people on a day."""
    cells = balance((booked(person, reference) for person in people), known_on)
    return figures(cells, reference.organisation(), reference.rules, month(first), today)


def the(solved: Solved, definition: str, period: str, unit: str = "top", split: str = "") -> Figure:
    """One figure by its key."""
    found = [
        f
        for f in solved.figures
        if (f.key.definition_id, f.key.period, f.key.unit, f.key.split) == (definition, period, str(an_id(unit)), split)
    ]
    assert len(found) == 1, (definition, period, unit, split, len(found))
    return found[0]


def drafts(people: Iterable[History], today: date, reference: Snapshot = ONE_UNIT, first: str = "2023-01") -> list[Draft]:
    """All figures of these people on a day, exact and before disclosure."""
    numbers = Numbers(balance(booked(person, reference) for person in people), reference.organisation())
    begin, end = month(first), last_month(today)
    return [*stock_figures(numbers, begin, end).figures, *event_figures(numbers, begin, end, begin, 5).figures]


def exact(found: Iterable[Draft], definition: str, period: str, unit: str = "top", split: str = "") -> Draft:
    """One draft by its key."""
    wanted = (definition, period, str(an_id(unit)), split)
    (draft,) = [d for d in found if (d.definition.id, d.period, d.unit, d.split) == wanted]
    return draft


def count(found: Iterable[Draft], definition: str, period: str, unit: str = "top", split: str = "") -> tuple[int | None, int]:
    """Numerator and denominator of one draft, as whole numbers."""
    draft = exact(found, definition, period, unit, split)
    assert draft.denominator is not None
    return draft.numerator, int(draft.denominator)

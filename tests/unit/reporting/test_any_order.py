"""The ledger: the same facts give the same sum per cell and known-on day, in whatever order, number and batches they came."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.base import Event
from contracts.words import UnitChange
from services.chassis.advance import advance, empty
from services.chassis.reference import Reference, Snapshot
from services.chassis.service import SubjectKind
from services.chassis.subject import Booking, History, Revision
from services.reporting.app import SERVICE
from services.reporting.contributions import contributions, derive
from services.reporting.contributions.fold import end_of
from services.reporting.contributions.sheet import TOP
from services.reporting.indicators.numbers import MonthTree, Numbers
from services.reporting.ledger import rows
from services.reporting.months import last_day, parse, plus, text
from services.reporting.rules import ReportingRules
from tests.kit.builders import an_id, hired, noon, unit_changed
from tests.kit.story import revision
from tests.unit.reporting.kit import ONE_UNIT, balance, booked, history, snapshot
from tests.unit.reporting.people import DAYS, FIRST, people_of, revisions_of

PERSON = SubjectKind("person", derive=derive, hears=(Event,))
NOW = noon(date(2026, 1, 15))
LEAVES = ("a", "b", "c", "d")


def in_batches(about: History, batches: Sequence[Sequence[Revision[Event]]]) -> dict[Booking, int]:
    """What a ledger comes to when the events arrive so; the real step of the chassis."""
    state, ledger = empty(about.subject), dict[Booking, int]()
    for batch in batches:
        step = advance(SERVICE, PERSON, state, batch, ONE_UNIT, NOW)
        state = step.state
        for booking, amount in step.booked.items():
            ledger[booking] = ledger.get(booking, 0) + amount
    return {booking: amount for booking, amount in ledger.items() if amount}


@settings(max_examples=60, deadline=None)
@given(revisions_of(), st.integers(0, 2**32), st.integers(1, 4))
def test_any_order_number_and_split_into_batches(told: list[Revision[Event]], seed: int, size: int) -> None:
    random = Random(seed)
    shuffled = told + random.choices(told, k=3)
    random.shuffle(shuffled)
    about = history("P", *told)

    batches = [shuffled[n : n + size] for n in range(0, len(shuffled), size)]

    assert in_batches(about, batches) == in_batches(about, [told]) == booked(about)


@settings(max_examples=60, deadline=None)
@given(people_of(), DAYS)
def test_as_known_on_a_day_is_what_the_revisions_of_that_day_add(person: History, day: date) -> None:
    tree = Reference(ONE_UNIT, day)

    assert balance([booked(person)], day) == contributions(person.at(end_of(day)), tree, ReportingRules())


@settings(max_examples=40, deadline=None)
@given(people_of())
def test_what_is_cancelled_adds_nothing(person: History) -> None:
    last = max(revision.known_at for revision in person.revisions) + timedelta(days=1)
    undone = [Revision(r.fact, r.epoch, r.revision + 1, False, last, r.body, r.type) for r in person.latest(Event)]

    assert balance([booked(person.plus(undone))]) == {}


def moving_tree(moves: Sequence[tuple[date, date, str, str]]) -> Snapshot:
    """Two areas with two wards each, and wards that move (known on, effective on, ward, to area)."""
    start = [unit_changed("top"), unit_changed("x", "top"), unit_changed("y", "top")]
    start += [unit_changed(leaf, "x" if leaf in "ab" else "y") for leaf in LEAVES]
    told = [revision(unit, noon(date(2018, 1, 1))) for unit in start]
    for n, (known, effective, ward, area) in enumerate(moves):
        changed = unit_changed(ward, area, effective, UnitChange.MOVED, addresses=n)
        told.append(revision(changed, noon(known)))
    return snapshot(*told)


MOVES = st.lists(st.tuples(DAYS, DAYS, st.sampled_from(LEAVES), st.sampled_from(("x", "y", "top"))), max_size=3)


@settings(max_examples=60, deadline=None)
@given(people_of(st.sampled_from(LEAVES)), MOVES, DAYS)
def test_every_node_counts_a_person_once_in_every_tree(person: History, moves: list[tuple[date, date, str, str]], day: date) -> None:
    reference = moving_tree(moves)
    organisation = reference.organisation(end_of(day))
    numbers = Numbers(balance([booked(person, reference)], day), organisation)
    alone = contributions(person.at(end_of(day)), Reference(reference, day, end_of(day)), ReportingRules())
    units = {cell[1] for cell in alone} - {TOP}
    for step in range(30):
        month = plus(parse("2023-01"), step)
        tree = MonthTree(organisation, last_day(month), frozenset(units))
        here = {u for u, n in Numbers(alone, organisation).stock("at-month-end.p1", month).own.items() if n}
        brute = {node: 1 for unit in here for node in tree.above(unit)}
        counted = {node: n for node, n in numbers.stock("at-month-end.p1", month).total.items() if n}
        assert counted == brute, text(month)


def test_a_retroactive_reorganisation_is_booked_on_the_day_it_became_known() -> None:
    two_jobs = [hired(date(2024, 1, 1), person="P", employment=ward, unit=ward) for ward in ("a", "c")]
    reference = moving_tree([(date(2024, 6, 10), date(2024, 3, 1), "c", "x")])
    bookings = booked(history("P", *two_jobs), reference)

    meets = {
        day: {(cell[1], cell[3]): n for (d, *cell), n in bookings.items() if d == day and cell[0] == "at-month-end.p1.shared"}
        for day, *_ in bookings
    }
    x, top = str(an_id("x")), str(an_id("top"))
    assert meets == {"2024-01-01": {(top, "2024-01"): -1}, "2024-06-10": {(top, "2024-03"): 1, (x, "2024-03"): -1}}


def test_who_has_one_unit_reads_no_reference() -> None:
    reference = Reference(ONE_UNIT, date(2026, 1, 15))
    derive(history("P", hired(FIRST, person="P")), reference, NOW)

    assert not reference.reads


@pytest.mark.parametrize("amount", [1, -1])
def test_rows_of_a_batch_keep_their_days_and_cells(amount: int) -> None:
    cell = ("hires.p2", "u", "2024-01", "2024-01", "")
    booking: dict[tuple[str, Booking], int] = {("730", (day, *cell)): amount for day in ("2024-02-01", "2024-01-01")}

    assert set(rows(booking).decode().splitlines()) == {f"730\t2024-0{n}-01\thires.p2\tu\t2024-01\t2024-01\t\t{amount}" for n in (1, 2)}


def test_a_row_of_the_ledger_is_read_by_the_database_as_it_was_booked() -> None:
    """What COPY takes for a mark of its own is escaped; nothing of ours holds such a thing today."""
    booking: dict[tuple[str, Booking], int] = {("730", ("2024-01-01", "m\\", "a\tb", "c\nd", "e\rf", "")): -1}

    assert rows(booking) == b"730\t2024-01-01\tm\\\\\ta\\tb\tc\\nd\te\\rf\t\t-1\n"

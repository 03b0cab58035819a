"""What is hidden cannot be worked out: the examples of the catalogue, and an attack on everything that is shown."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from contracts.words import ReasonClass
from services.chassis.subject import History
from services.reporting.disclosure import OWN, Cell, Line, Table, hidden_cells, solvable
from services.reporting.indicators.figures import Figure, Status
from services.reporting.indicators.numbers import Numbers
from services.reporting.indicators.stocks import P1_AT, P2_AFTER
from services.reporting.months import Month, parse, text
from tests.kit.builders import an_id, end_registered, hired
from tests.unit.reporting.attack import Equation, solved, sum_of, told
from tests.unit.reporting.kit import balance, booked, history, solve, the, tree

Draw = Callable[[st.SearchStrategy[Any]], Any]
FEW = range(1, 5)
NO_SHRINKING = [Phase.explicit, Phase.reuse, Phase.generate]
"""For whole municipalities: looking for a smaller one takes minutes; the seed that is printed finds this one again."""


def one_line(*counts: int, floor: int = 5) -> str:
    """A parent and its children: each child as it is shown."""
    cells: dict[Cell, tuple[int, ...]] = {(f"child {n}",): (count,) for n, count in enumerate(counts)}
    table = Table({**cells, ("parent",): (sum(counts),)}, [Line(("parent",), tuple(cells))], is_tree=True)
    hidden = hidden_cells(table, floor)
    return " ".join("-" if cell in hidden else str(numbers[0]) for cell, numbers in cells.items()) + (
        " |-" if ("parent",) in hidden else ""
    )


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((12, 3, 9, 31), "12 - - 31"),  # C2: the small one, and the smallest other
        ((6, 14, 11, 3), "- 14 11 -"),  # B1, age-profile
        ((6, 4, 12), "- - 12"),  # B8, survey-score
        ((1, 2, 20, 30), "- - - 30"),  # two that hold 3 together: a third
        ((4, 1, 20), "- - 20"),  # 5 together suffice
        ((5, 5, 5), "5 5 5"),
        ((0, 7, 8), "0 7 8"),
        ((0, 3, 8, 9), "0 - - 9"),  # a zero is never chosen
        ((3, 7, 7), "- - 7"),  # equal: the lower name
        ((1, 1), "- - |-"),  # the sum is small itself
        ((3, 0), "- 0 |-"),
    ],
)
def test_one_parent_and_its_children(counts: Sequence[int], shown: str) -> None:
    assert one_line(*counts) == shown


def test_the_floor_is_a_parameter() -> None:
    assert one_line(8, 20, 30, floor=10) == "- - 30"


def test_what_was_hidden_stays_so_and_takes_another_with_it() -> None:
    cells: dict[Cell, tuple[int, ...]] = {("a",): (7,), ("b",): (8,), ("c",): (9,), ("p",): (24,)}
    table = Table(cells, [Line(("p",), (("a",), ("b",), ("c",)))], is_tree=True)

    assert hidden_cells(table, 5) == frozenset()
    assert hidden_cells(table, 5, [("c",), ("no longer there",)]) == {("c",), ("a",)}


def test_what_own_staff_know_of_themselves_protects_nobody() -> None:
    """Five at the month end, four after it: that they were five is known to them, so that the 3 need another cell that is hidden."""
    own = (OWN, "p")
    cells: dict[Cell, tuple[int, ...]] = {("a",): (11, 11), ("b",): (3, 3), own: (5, 4), ("p",): (19, 18)}
    table = Table(cells, [Line(("p",), (("a",), ("b",), own))], is_tree=True)

    assert hidden_cells(table, 5) == {("a",), ("b",), own}


def test_two_in_each_line_do_not_suffice_where_lines_cross() -> None:
    """Two squares of hidden cells, joined by one: every line has two and more, yet the one between follows."""
    square = [*product("ab", "xy"), *product("cd", "zw")]
    bridge = ("a", "z")
    cells: list[Cell] = [*product("abcd", "xyzw")]
    numbers: dict[Cell, tuple[int, ...]] = {**dict.fromkeys(cells, (9,)), bridge: (3,)}
    lines = [Line(None, tuple((row, column) for column in "xyzw")) for row in "abcd"]
    lines += [Line(None, tuple((row, column) for row in "abcd")) for column in "xyzw"]

    assert bridge in solvable({*square, bridge}, lines)
    assert bridge not in solvable(hidden_cells(Table(numbers, lines), 5, square), lines)


@st.composite
def tables(draw: Draw) -> tuple[Table, bool]:
    """A tree of units over three areas; alone, or crossed with words that add up and quarters that make a year."""
    is_tree = draw(st.booleans())
    words = ("",) if is_tree else tuple(f"k{n}" for n in range(draw(st.integers(1, 3))))
    quarters = ("q1",) if is_tree else tuple(f"q{n}" for n in range(1, 1 + draw(st.integers(1, 3))))
    units = {f"area {a}": [f"unit {a}{u}" for u in range(draw(st.integers(1, 3)))] for a in range(draw(st.integers(1, 3)))}
    small = st.sampled_from((0, 0, 1, 2, 3, 4, 5, 6, 9, 20))
    numbers: dict[Cell, tuple[int, ...]] = {}
    lines: list[Line] = []
    for word, quarter in product(words, quarters):
        top = 0
        for area, below in units.items():
            leaves = {(unit, word, quarter): draw(small) for unit in below}
            own = (OWN, area, word, quarter)
            numbers |= {cell: (count,) for cell, count in leaves.items()} | {own: (draw(st.sampled_from((0, 0, 2, 8))),)}
            total = sum(leaves.values()) + numbers[own][0]
            numbers[area, word, quarter] = (total,)
            top += total
            lines.append(Line((area, word, quarter), (*leaves, own)))
        numbers["top", word, quarter] = (top,)
        lines.append(Line(("top", word, quarter), tuple((area, word, quarter) for area in units)))
    names = ["top", *units, *(unit for below in units.values() for unit in below)]
    if not is_tree:
        lines += [Line(None, tuple((unit, word, quarter) for word in words)) for unit, quarter in product(names, quarters)]
        for unit, word in product(names, words):
            parts = tuple((unit, word, quarter) for quarter in quarters)
            numbers[unit, word, "year"] = (sum(numbers[part][0] for part in parts),)
            lines.append(Line((unit, word, "year"), parts))
    return Table(numbers, lines, is_tree=is_tree), is_tree


def attacked(table: Table, hidden: frozenset[Cell]) -> set[Cell]:
    """What follows from the shown cells and all lines; a sum without a parent is known to the attacker."""
    equations: list[Equation[Cell]] = [told(cell, numbers[0]) for cell, numbers in table.numbers.items() if cell not in hidden]
    for line in table.lines:
        known = 0 if line.parent is not None else sum(table.numbers[cell][0] for cell in line.children)
        equations.append(sum_of(line.parent, line.children, known))
    return set(solved(equations))


@settings(max_examples=150, deadline=None)
@given(tables())
def test_no_small_cell_can_be_solved_for(made: tuple[Table, bool]) -> None:
    table, _ = made
    small = {cell for cell, numbers in table.numbers.items() if numbers[0] in FEW}
    hidden = hidden_cells(table, 5)

    assert small <= hidden
    assert attacked(table, hidden) & small <= attacked(table, hidden | published(table))


def published(table: Table) -> frozenset[Cell]:
    """Every cell that could be hidden: what follows even without them follows from the sums that are known from elsewhere."""
    return frozenset(cell for cell in table.numbers if cell[0] != OWN)


@settings(max_examples=60, deadline=None)
@given(tables(), st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_the_question(made: tuple[Table, bool], random: Any) -> None:
    table, _ = made
    cells = list(table.numbers)
    random.shuffle(cells)

    assert hidden_cells(Table({cell: table.numbers[cell] for cell in cells}, table.lines, is_tree=table.is_tree), 5) == hidden_cells(
        table, 5
    )


WARDS = ("a1", "a2", "b1", "b2", "b3")
UNITS = tree(top=None, a="top", b="top", a1="a", a2="a", b1="b", b2="b", b3="b")
BELOW = {"top": ("a", "b"), "a": ("a1", "a2"), "b": ("b1", "b2", "b3")}


@st.composite
def municipality(draw: Draw) -> list[History]:
    """Few people in each of five wards (and some in the areas themselves), hired and leaving over two years."""
    people: list[History] = []
    for unit in (*WARDS, "a", "top"):
        for n in range(draw(st.sampled_from((0, 2, 4, 6, 12) if unit in WARDS else (0, 0, 3, 7)))):
            name = f"{unit} {n}"
            events: list[Any] = [
                hired(date(2020, 1, 1) + timedelta(days=draw(st.sampled_from((0, 1500, 1800, 2000)))), person=name, unit=unit)
            ]
            if draw(st.integers(0, 2)) == 0:
                last = date(2025, draw(st.integers(1, 12)), draw(st.sampled_from((15, 28))))
                events.append(
                    end_registered(
                        last, person=name, unit=unit, reason_class=draw(st.sampled_from((ReasonClass.OWN_REQUEST, ReasonClass.RETIREMENT)))
                    )
                )
            people.append(history(name, *events))
    return people


Unknown = tuple[str, ...]


def of_units(kind: str, period: str, own: Mapping[str, int]) -> list[Equation[Unknown]]:
    """Parent = children + own staff. That nobody sits in an area itself, or 5 and more do, is known to an attacker from inside."""
    found: list[Equation[Unknown]] = []
    for parent, children in BELOW.items():
        here = (kind, "own of " + parent, period)
        found.append(sum_of((kind, parent, period), [*((kind, child, period) for child in children), here]))
        if own.get(str(an_id(parent)), 0) not in FEW:
            found.append(told(here, own.get(str(an_id(parent)), 0)))
    return found


def stock_equations(figures: Sequence[Figure], numbers: Numbers) -> list[Equation[Unknown]]:
    """Everybody is monthly paid here, so P1 and P2 are one unknown; a mean of thirteen months tells their sum."""
    names = {str(an_id(unit)): unit for unit in (*BELOW, *WARDS)}
    found: list[Equation[Unknown]] = []
    for month in range(parse("2024-01"), parse("2026-01")):
        for kind, stock in (("head", numbers.stock(P1_AT, Month(month))), ("base", numbers.stock(P2_AFTER, Month(month)))):
            found += of_units(kind, text(Month(month)), stock.own)
    for figure in figures:
        if figure.status is not Status.OK or figure.n is None or len(figure.key.period) != 7 or "Q" in figure.key.period:
            continue
        unit, end = names[figure.key.unit], parse(figure.key.period)
        if figure.key.definition_id == "headcount":
            found.append(told(("head", unit, text(end)), int(figure.n)))
        elif figure.key.definition_id == "turnover-cohort-12m":
            found.append(told(("base", unit, text(Month(end - 12))), int(figure.n)))
        elif figure.key.definition_id == "turnover-leavers-over-average-headcount":
            window = {("head", unit, text(Month(month))): 1 for month in range(end - 12, end + 1)}
            found.append((window, round(figure.n * 13)))  # type: ignore[arg-type]  # a whole number is a fraction
    return found


@settings(max_examples=12, deadline=None, phases=NO_SHRINKING)
@given(municipality())
def test_no_small_headcount_follows_from_all_published_tables(people: list[History]) -> None:
    found = solve(people, date(2025, 12, 31), UNITS, first="2024-01")
    numbers = Numbers(balance(booked(person, UNITS) for person in people), UNITS.organisation())

    follows = solved(stock_equations(found.figures, numbers))

    assert not {unknown: number for unknown, number in follows.items() if number in FEW}


def _insider(unit: str, kind: str, own: Mapping[str, Mapping[str, int]]) -> int:
    """What somebody inside knows of the leavers of the area itself: the reasons only where none of them is that of few."""
    counts = {each: of.get(unit, 0) for each, of in own.items()}
    whole, here = sum(counts.values()), counts[kind]
    tells = any(count in FEW for count in counts.values()) or (whole - here) in FEW or any(0 < count == whole for count in counts.values())
    return 1 if tells else here


@settings(max_examples=12, deadline=None, phases=NO_SHRINKING)
@given(municipality())
def test_no_small_number_of_a_reason_follows_from_all_published_tables(people: list[History]) -> None:
    found = solve(people, date(2025, 12, 31), UNITS, first="2025-01")
    numbers = Numbers(balance(booked(person, UNITS) for person in people), UNITS.organisation())
    names = {str(an_id(unit)): unit for unit in (*BELOW, *WARDS)}
    kinds = numbers.splits("leavers.p2")
    periods = {"2025": (1, 12), **{f"2025-Q{q}": (3 * q - 2, 3 * q) for q in range(1, 5)}}
    equations: list[Equation[Unknown]] = []
    for period, (first, last) in periods.items():
        own = {kind: numbers.events("leavers.p2", parse(f"2025-{first:02d}"), parse(f"2025-{last:02d}"), kind).own for kind in kinds}
        for kind in kinds:
            equations += of_units(kind, period, {unit: _insider(unit, kind, own) for unit in map(str, map(an_id, BELOW))})
    for period, (first, last) in periods.items():
        everybody = numbers.events("leavers.p2", parse(f"2025-{first:02d}"), parse(f"2025-{last:02d}"))
        equations += [sum_of(None, [(kind, u, period) for kind in kinds], everybody.total.get(str(an_id(u)), 0)) for u in names.values()]
        equations += [sum_of(None, [(kind, f"own of {u}", period) for kind in kinds], everybody.own.get(str(an_id(u)), 0)) for u in BELOW]
    equations += [sum_of((str(kind), u, "2025"), [(kind, u, f"2025-Q{q}") for q in range(1, 5)]) for kind in kinds for u in names.values()]
    shown = [f for f in found.figures if f.key.definition_id == "leavers-by-kind" and f.numerator is not None]
    printed: list[Equation[Unknown]] = [
        told((f.key.split.removeprefix("kind="), names[f.key.unit], f.key.period), int(f.numerator or 0)) for f in shown
    ]

    follows, anyway = solved([*equations, *printed]), solved(equations)

    assert not {unknown: number for unknown, number in follows.items() if number in FEW and unknown not in anyway}


def test_an_only_child_is_not_shown_beside_its_parent() -> None:
    people = [history(f"P{n}", hired(date(2024, 1, 1), person=f"P{n}", unit="alone")) for n in range(9)]
    found = solve(people, date(2025, 12, 31), tree(top=None, alone="top"))

    assert the(found, "headcount", "2025-12").value == 9
    assert the(found, "headcount", "2025-12", "alone").status is Status.HIDDEN


def test_where_all_left_for_one_reason_no_reason_is_shown() -> None:
    people = [
        history(f"P{n}", hired(date(2020, 1, 1), person=f"P{n}"), end_registered(date(2025, 5, 31), person=f"P{n}", reason_class=reason))
        for n, reason in enumerate([ReasonClass.OWN_REQUEST] * 8)
    ] + [
        history(f"Q{n}", hired(date(2020, 1, 1), person=f"Q{n}"), end_registered(date(2024, 5, 31), person=f"Q{n}", reason_class=reason))
        for n, reason in enumerate([ReasonClass.OWN_REQUEST] * 6 + [ReasonClass.RETIREMENT] * 7)
    ]
    found = solve(people, date(2025, 12, 31))

    kinds = [the(found, "leavers-by-kind", "2025", split=f"kind={kind}").status for kind in ("own-request", "retirement")]
    before = [the(found, "leavers-by-kind", "2024", split=f"kind={kind}").numerator for kind in ("own-request", "retirement")]
    assert kinds == [Status.HIDDEN, Status.HIDDEN]
    assert [int(number or 0) for number in before] == [6, 7]


def test_nothing_is_in_a_hidden_figure() -> None:
    people = [history(f"P{n}", hired(date(2024, 1, 1), person=f"P{n}")) for n in range(3)]
    hidden = [f for f in solve(people, date(2025, 12, 31)).figures if f.status is Status.HIDDEN]

    assert hidden
    assert {(f.value, f.n, f.numerator, f.denominator, f.beside) for f in hidden} == {(None, None, None, None, ())}

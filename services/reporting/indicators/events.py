"""`leavers-by-kind`, `talk-timeliness`, `resignations-kept` and `exit-coverage`: figures of what happened in quarters and years."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from contracts.words import ExitLevel
from services.reporting.contributions.duties import (
    EITHER,
    EXIT_ACCEPTED,
    EXIT_HELD,
    EXIT_OFFERED,
    RESIGNATIONS,
    RESIGNATIONS_KEPT,
    RESIGNATIONS_WITHDRAWN,
    TALKS_DECLINED,
    TALKS_DUE,
    TALKS_IN_TIME,
    TALKS_LATE,
    TALKS_MISSED,
)
from services.reporting.disclosure import Cell
from services.reporting.indicators.definition import (
    EXIT_COVERAGE,
    LEAVERS_BY_KIND,
    TALK_TIMELINESS,
    Definition,
)
from services.reporting.indicators.definition import (
    RESIGNATIONS_KEPT as KEPT,
)
from services.reporting.indicators.grids import ALL, Grid
from services.reporting.indicators.numbers import Numbers
from services.reporting.indicators.spans import Span, whole_spans
from services.reporting.indicators.stocks import P1_LEFT, P2_LEFT
from services.reporting.indicators.tables import Draft, Drafts, rate
from services.reporting.months import Month

BESIDE_TALKS = {"late": TALKS_LATE, "missed": TALKS_MISSED, "declined": TALKS_DECLINED}
TABLES = ("kinds", "talks", "kept", "exits")
"""The tables of a calendar year."""
LEVELS = (ExitLevel.LEADER, ExitLevel.EMPLOYEE)
"""The levels of an exit talk that are shown apart."""


def event_figures(numbers: Numbers, first: Month, last: Month, live: Month, floor: int, years: Collection[int] | None = None) -> Drafts:
    """The figures of whole quarters and years between two months; duties only from the month `live` on, when they were first owed.

    With `years` only those of these calendar years: the same as among all of them.
    """
    drafts = Drafts((), {})
    for year, spans in whole_spans(first, last).items():
        drafts += _kinds(numbers, spans, floor) if years is None or year in years else Drafts((), {})
    for year, spans in whole_spans(max(first, live), last).items():
        if years is not None and year not in years:
            continue
        for part in (_talks(numbers, spans, floor), _kept(numbers, spans, floor), _exits(numbers, spans, floor)):
            drafts += part
    return drafts


def _kinds(numbers: Numbers, spans: Sequence[Span], floor: int) -> Drafts:
    """Each reason's share of the leavers; no reason is shown where the rest, or the whole, would be (B5)."""
    words = numbers.splits(P2_LEFT)
    rolls = {(word, s.name): [numbers.events(P2_LEFT, s.begin, s.end, word)] for word in words for s in spans}
    grid = Grid(f"kinds/{spans[0].year}", numbers, spans, rolls, floor)
    table = grid.table(words_add_up=True)
    counts = {cell: number[0] for cell, number in table.numbers.items()}
    secret = frozenset(_telling(grid, counts, floor))
    figures = [
        _draft(LEAVERS_BY_KIND, grid, span, node, f"kind={word}", grid.count(word, span, node), whole, (node, word, span.name))
        for span in spans
        for node in grid.nodes[span.name]
        for whole in [sum(grid.count(word, span, node) for word in words)]
        for word in words
    ]
    return Drafts(figures, {grid.name: replace(table, secret=table.secret | secret)})


def _telling(grid: Grid, counts: Mapping[Cell, int], floor: int) -> Iterator[Cell]:
    """Cells that tell of few though they are not few: the rest is, the whole is, or everybody is of one kind (A6, C2.1)."""
    for cell, count in counts.items():
        around = grid.around(cell)
        whole = sum(counts[other] for other in around)
        if 0 < whole < floor or any(0 < counts[other] == whole for other in around) or 0 < whole - count < floor:
            yield cell


def _talks(numbers: Numbers, spans: Sequence[Span], floor: int) -> Drafts:
    kinds = numbers.splits(TALKS_DUE)
    rolls = {(word, s.name): [numbers.events(TALKS_DUE, s.begin, s.end, word or None)] for word in (ALL, *kinds) for s in spans}
    grid = Grid(f"talks/{spans[0].year}", numbers, spans, rolls, floor)
    figures: list[Draft] = []
    for span in spans:
        for word in grid.words:
            held = numbers.events(TALKS_IN_TIME, span.begin, span.end, word or None).total
            beside = {name: numbers.events(m, span.begin, span.end, word or None).total for name, m in BESIDE_TALKS.items()}
            for node in grid.nodes[span.name]:
                due = grid.count(word, span, node)
                split = f"kind={word}" if word else ""
                others = {name: counts.get(node, 0) for name, counts in beside.items()}
                figures.append(_draft(TALK_TIMELINESS, grid, span, node, split, held.get(node, 0), due, (node, word, span.name), others))
    return Drafts(figures, {grid.name: grid.table(words_add_up=True)})


def _kept(numbers: Numbers, spans: Sequence[Span], floor: int) -> Drafts:
    """Kept: withdrawn after a talk; beside it all that were withdrawn."""
    measures = (RESIGNATIONS, RESIGNATIONS_KEPT, RESIGNATIONS_WITHDRAWN)
    rolls = {(ALL, s.name): [numbers.events(m, s.begin, s.end) for m in measures] for s in spans}
    grid = Grid(f"kept/{spans[0].year}", numbers, spans, rolls, floor)
    table = grid.table(words_add_up=False)
    secret = frozenset(cell for cell, (whole, *parts) in table.numbers.items() if any(0 < whole - part < floor for part in parts))
    figures: list[Draft] = []
    for span in spans:
        for node in grid.nodes[span.name]:
            settled, kept, withdrawn = (grid.count(ALL, span, node, place) for place in range(3))
            for split, count in (("", kept), ("step=kept", kept), ("step=withdrawn", withdrawn)):
                figures.append(_draft(KEPT, grid, span, node, split, count, settled, (node, ALL, span.name)))
    return Drafts(figures, {grid.name: replace(table, secret=table.secret | secret)})


def _exits(numbers: Numbers, spans: Sequence[Span], floor: int) -> Drafts:
    """Four values, of which each has its own denominator; the levels apart, and a person with a talk at either."""
    levels = [level.value for level in LEVELS if level in numbers.splits(EXIT_OFFERED)]
    rolls = {
        (level, s.name): [
            numbers.events(P1_LEFT, s.begin, s.end),
            numbers.events(EXIT_OFFERED, s.begin, s.end, level),
            numbers.events(EXIT_ACCEPTED, s.begin, s.end, level),
        ]
        for level in (EITHER, *levels)
        for s in spans
    }
    grid = Grid(f"exits/{spans[0].year}", numbers, spans, rolls, floor)
    figures: list[Draft] = []
    for span in spans:
        for level in grid.words:
            held = numbers.events(EXIT_HELD, span.begin, span.end, level).total
            for node in grid.nodes[span.name]:
                left, offered, accepted = (grid.count(level, span, node, place) for place in range(3))
                steps = _steps(left, offered, accepted, held.get(node, 0))
                for split, (count, whole) in _exit_splits(level, steps):
                    figures.append(_draft(EXIT_COVERAGE, grid, span, node, split, count, whole, (node, level, span.name)))
    return Drafts(figures, {grid.name: grid.table(words_add_up=False)})


def _steps(left: int, offered: int, accepted: int, held: int) -> dict[str, tuple[int, int]]:
    return {"offered": (offered, left), "accepted": (accepted, offered), "held": (held, accepted), "reached": (held, left)}


def _exit_splits(level: str, steps: Mapping[str, tuple[int, int]]) -> Iterator[tuple[str, tuple[int, int]]]:
    if level == EITHER:
        yield "", steps["reached"]
    prefix = "" if level == EITHER else f"level={level},"
    for step, counts in steps.items():
        yield f"{prefix}step={step}", counts


def _draft(
    definition: Definition,
    grid: Grid,
    span: Span,
    node: str,
    split: str,
    numerator: int,
    denominator: int,
    cell: Cell,
    beside: Mapping[str, int] | None = None,
) -> Draft:
    return Draft(
        definition=definition,
        unit=node,
        is_top=node == grid.nodes[span.name][0],
        split=split,
        period=span.name,
        first=span.first,
        last=span.last,
        numerator=numerator,
        denominator=Fraction(denominator),
        value=rate(numerator, denominator),
        rests_on=((grid.name, cell),),
        beside=beside or {},
        is_only_child=node in grid.alone[span.name],
    )

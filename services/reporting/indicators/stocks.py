"""`headcount`, the two turnover rates and `percent-terminated`: figures that rest on how many are employed at month ends."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from services.reporting.contributions.employment import Population
from services.reporting.contributions.persons import AFTER_MONTH_END, AT_MONTH_END, COHORT_LOST, LEAVERS, WINDOW, measure
from services.reporting.disclosure import Table
from services.reporting.indicators.definition import (
    HEADCOUNT,
    PERCENT_TERMINATED,
    TURNOVER_AVERAGE,
    TURNOVER_COHORT,
    Definition,
)
from services.reporting.indicators.numbers import Numbers, Roll
from services.reporting.indicators.tables import Draft, Drafts, Rests, only_children, over_units, rate
from services.reporting.months import Month, first_day, last_day, text

P1_AT, P2_AT = measure(AT_MONTH_END, Population.P1), measure(AT_MONTH_END, Population.P2)
P2_AFTER = measure(AFTER_MONTH_END, Population.P2)
P2_LOST = measure(COHORT_LOST, Population.P2)
P1_LEFT, P2_LEFT = measure(LEAVERS, Population.P1), measure(LEAVERS, Population.P2)
DECEMBER = 11
MONTHLY = (HEADCOUNT, TURNOVER_AVERAGE, TURNOVER_COHORT, PERCENT_TERMINATED)
"""What is computed here: figures of single months, and of the years that end with one."""


@dataclass(frozen=True, slots=True)
class _Month:
    """One month with its nodes; all stocks of a month are hidden together, since one nearly gives the other away."""

    month: Month
    nodes: tuple[str, ...]
    alone: frozenset[str]

    @property
    def table(self) -> str:
        return table_name(self.month)

    @property
    def ends_a_year(self) -> bool:
        return self.month % 12 == DECEMBER

    def rests(self, node: str) -> tuple[Rests, ...]:
        return ((self.table, (node,)),)


def table_name(month: Month) -> str:
    """The name of the table of a month."""
    return f"stock/{text(month)}"


def months_of(since: Month, first: Month, last: Month) -> range:
    """The months whose tables are looked at for figures from `since` on: a window reaches twelve months back."""
    return range(max(first, since - WINDOW), last + 1) if since <= last else range(0)


def stock_figures(numbers: Numbers, first: Month, last: Month, since: Month | None = None) -> Drafts:
    """The figures at month ends up to `last`, and the tables they rest on. `first` is the first month there are figures of.

    With `since` only the figures from that month on: the same as among all of them.
    """
    since = first if since is None else since
    months = {Month(month): _month(numbers, Month(month)) for month in months_of(since, first, last)}
    tables = {each.table: _table(numbers, each) for each in months.values()}
    figures: list[Draft] = []
    for each in (each for month, each in months.items() if month >= since):
        start = Month(each.month - WINDOW)
        ripe = start >= first
        for node in each.nodes:
            figures += _both_periods(_headcount(numbers, each, node), each)
            figures += _both_periods(_average(numbers, each, node, tables) if ripe else _unripe(TURNOVER_AVERAGE, each, node), each)
            figures += [_percent_terminated(numbers, each, node)] if each.ends_a_year and each.month - DECEMBER >= first else []
        base = months[start] if ripe else each
        for node in base.nodes:
            cohort = _cohort(numbers, each, base, node) if ripe else _unripe(TURNOVER_COHORT, each, node)
            figures += _both_periods(cohort, each)
    return Drafts(figures, tables, frozenset(each.table for month, each in months.items() if month < since))


def _month(numbers: Numbers, month: Month) -> _Month:
    tree = numbers.tree(month)
    used = {unit for roll in _rolls(numbers, month) for unit in roll.own}
    nodes = tree.nodes(used)
    return _Month(month, nodes, only_children(tree, nodes))


def _rolls(numbers: Numbers, month: Month) -> list[Roll]:
    rolls = [numbers.stock(name, month) for name in (P1_AT, P2_AT, P2_AFTER)]
    if month % 12 == DECEMBER:  # who was here in the year: the denominator of percent-terminated
        rolls.append(rolls[0] + _left(numbers, P1_LEFT, month))
    return rolls


def _left(numbers: Numbers, name: str, end: Month) -> Roll:
    return numbers.events(name, Month(end - WINDOW + 1), end)


def _table(numbers: Numbers, each: _Month) -> Table:
    cells, lines = over_units(numbers.tree(each.month), each.nodes, _rolls(numbers, each.month), lambda node: (node,))
    return Table(cells, lines, is_tree=True)


def _headcount(numbers: Numbers, each: _Month, node: str) -> Draft:
    count = numbers.stock(P1_AT, each.month).total.get(node, 0)
    return _draft(HEADCOUNT, each, node, last_day(each.month), count, None, each.rests(node))


def _average(numbers: Numbers, each: _Month, node: str, tables: Container[str]) -> Draft:
    """Leavers of twelve months over the mean of the thirteen month ends; hidden where one of these is."""
    window = [Month(month) for month in range(each.month - WINDOW, each.month + 1)]
    mean = Fraction(sum(numbers.stock(P2_AT, month).total.get(node, 0) for month in window), len(window))
    left = _left(numbers, P2_LEFT, each.month).total.get(node, 0)
    rests = tuple((name, (node,)) for name in map(table_name, window) if name in tables)
    return _draft(TURNOVER_AVERAGE, each, node, first_day(Month(each.month - WINDOW + 1)), left, mean, rests)


def _cohort(numbers: Numbers, each: _Month, base: _Month, node: str) -> Draft:
    """Of those employed after W0 the share whose last day lies in the twelve months after it; unit and tree of W0."""
    employed = numbers.stock(P2_AFTER, base.month).total.get(node, 0)
    lost = numbers.stock(P2_LOST, each.month, WINDOW).total.get(node, 0)
    alone = node in base.alone
    first = first_day(Month(base.month + 1))
    return _draft(TURNOVER_COHORT, each, node, first, lost, Fraction(employed), base.rests(node), top=base.nodes[0], alone=alone)


def _percent_terminated(numbers: Numbers, each: _Month, node: str) -> Draft:
    left = _left(numbers, P1_LEFT, each.month).total.get(node, 0)
    stayed = numbers.stock(P1_AT, each.month).total.get(node, 0)
    first = first_day(Month(each.month - DECEMBER))
    draft = _draft(PERCENT_TERMINATED, each, node, first, left, Fraction(stayed + left), each.rests(node))
    return _for_year(draft)


def _unripe(definition: Definition, each: _Month, node: str) -> Draft:
    first = first_day(Month(each.month - WINDOW + 1))
    return _draft(definition, each, node, first, 0, Fraction(0), (), ripe=False)


def _draft(
    definition: Definition,
    each: _Month,
    node: str,
    first: date,
    numerator: int,
    denominator: Fraction | None,
    rests: tuple[Rests, ...],
    *,
    top: str | None = None,
    alone: bool | None = None,
    ripe: bool = True,
) -> Draft:
    return Draft(
        definition=definition,
        unit=node,
        is_top=node == (each.nodes[0] if top is None else top),
        split="",
        period=text(each.month),
        first=first,
        last=last_day(each.month),
        numerator=numerator,
        denominator=denominator,
        value=Fraction(numerator) if denominator is None else rate(numerator, denominator),
        rests_on=rests,
        is_ripe=ripe,
        is_only_child=node in each.alone if alone is None else alone,
    )


def _for_year(draft: Draft) -> Draft:
    return replace(draft, period=draft.period[:4])


def _both_periods(draft: Draft, each: _Month) -> Iterator[Draft]:
    """The month, and the year where the month ends it."""
    yield draft
    if each.ends_a_year:
        yield _for_year(draft)

"""Cells rolled up: how many in every node of the tree, each month in the tree it belongs to."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import accumulate
from typing import TypeAlias
from uuid import UUID

from services.chassis.organisation import Organisation
from services.reporting.contributions import SHARED, TOP, Cell
from services.reporting.months import Month, last_day, parse

Counts: TypeAlias = Mapping[str, int]
"""Node → persons (or cases); a node that is not named counts nobody."""
NOBODY: Counts = {}


@dataclass(frozen=True, slots=True)
class Roll:
    """One number over the nodes: `total` of everything below, `own` of the node alone."""

    total: Counts
    own: Counts

    def __add__(self, other: "Roll") -> "Roll":
        """Both together."""
        return Roll(_sum((self.total, other.total)), _sum((self.own, other.own)))


EMPTY = Roll(NOBODY, NOBODY)


def _sum(counts: Iterable[Counts]) -> Counts:
    found: dict[str, int] = {}
    for each in counts:
        for node, amount in each.items():
            found[node] = found.get(node, 0) + amount
    return found


class MonthTree:
    """The unit tree on the last day of a month; units that only the cells know stand beside the root."""

    def __init__(self, organisation: Organisation, on: date, counted: frozenset[str]) -> None:
        """Look at `organisation` on one day; `counted` are the units of the cells."""
        self._organisation = organisation
        self._on = on
        living = {str(unit) for unit in organisation.units() if organisation.unit(unit, on) is not None}
        self._paths = {unit: tuple(map(str, organisation.path(UUID(unit), on))) for unit in living | counted - {TOP}}
        self.living = living
        roots = {path[0] for path in self._paths.values() if path[-1] in living}
        self._single = next(iter(roots)) if len(roots) == 1 else None

    def above(self, unit: str) -> tuple[str, ...]:
        """The unit and every node above it."""
        return (TOP, *self._paths.get(unit, ()))

    def nodes(self, used: Iterable[str]) -> tuple[str, ...]:
        """The nodes to show, from the top: those that are, and those that something is counted in."""
        found = {node for unit in {*self.living, *used} for node in self.above(unit)}
        stray = any(self._single not in self.above(unit) for unit in used if unit != TOP)
        if self._single is not None and not stray:
            found.discard(TOP)
        return tuple(sorted(found, key=lambda node: (len(self.above(node)), node)))

    def parent(self, node: str) -> str | None:
        """The node above; the top has none."""
        above = self.above(node)
        return above[-2] if len(above) > 1 else None


class Numbers:
    """The cells of one municipality as they are read: by measure, month and split, in nodes."""

    def __init__(self, cells: Mapping[Cell, int], organisation: Organisation) -> None:
        """Take the sums of a ledger (cell → amount) and the organisation as known with them."""
        self._organisation = organisation
        self._counted = frozenset(cell[1] for cell in cells)
        self._by_measure: dict[str, list[tuple[Cell, int]]] = {}
        for cell, amount in cells.items():
            self._by_measure.setdefault(cell[0], []).append((cell, amount))
        self.tree = cache(self._tree)
        self.stock = cache(self._stock)
        self.events = cache(self._events)
        self._happened = cache(self._events_of_month)

    def splits(self, *measures: str) -> tuple[str, ...]:
        """The words by which the measures are split anywhere, sorted."""
        return tuple(sorted({cell[4] for measure in measures for cell, _ in self._by_measure.get(measure, ())}))

    def _tree(self, month: Month) -> MonthTree:
        """The tree at a month's end."""
        return MonthTree(self._organisation, last_day(month), self._counted)

    def _stock(self, measure: str, month: Month, shift: int = 0) -> Roll:
        """A stock in a month: the sum of all changes up to it, in the tree of `shift` months before."""
        own = self._standing(measure, month)
        shared = self._standing(measure + SHARED, month)
        return Roll(_upwards(self.tree(Month(month - shift)), (own, shared)), own)

    def _standing(self, measure: str, month: Month) -> Counts:
        sums = {unit: sums[n - 1] for unit, (at, sums) in self._levels.get(measure, {}).items() if (n := bisect_right(at, month))}
        return {unit: amount for unit, amount in sums.items() if amount}

    @cached_property
    def _levels(self) -> dict[str, dict[str, tuple[list[Month], list[int]]]]:
        """Of each stock and unit the months of change and the level from each on."""
        found: dict[str, dict[str, tuple[list[Month], list[int]]]] = {}
        for measure, cells in self._by_measure.items():
            changes: dict[str, list[tuple[Month, int]]] = {}
            for (_, unit, _, period, _), amount in cells:
                changes.setdefault(unit, []).append((parse(period), amount))
            for unit, changed in changes.items():
                changed.sort()
                levels = list(accumulate(amount for _, amount in changed))
                found.setdefault(measure, {})[unit] = ([month for month, _ in changed], levels)
        return found

    def _events(self, measure: str, first: Month, last: Month, split: str | None = None) -> Roll:
        """What happened from one month to another, both included; each in the tree of the month it belongs to."""
        rolls = [self._happened(measure, Month(month), split) for month in range(first, last + 1)]
        return Roll(_sum(roll.total for roll in rolls), _sum(roll.own for roll in rolls))

    def _events_of_month(self, measure: str, month: Month, split: str | None) -> Roll:
        total: list[Counts] = []
        own: list[Counts] = []
        for name, is_own in ((measure, True), (measure + SHARED, False)):
            for unit, org_month, of, amount in self._dated.get((name, month), ()):
                if split in (None, of):
                    total.append(dict.fromkeys(self.tree(org_month).above(unit), amount))
                    own += [{unit: amount}] if is_own else []
        return Roll(_sum(total), _sum(own))

    @cached_property
    def _dated(self) -> dict[tuple[str, Month], list[tuple[str, Month, str, int]]]:
        """Of each measure that tells its tree, what stands in each month: unit, month of the tree, split, amount."""
        found: dict[tuple[str, Month], list[tuple[str, Month, str, int]]] = {}
        for measure, cells in self._by_measure.items():
            for (_, unit, org_month, period, split), amount in cells:
                if org_month:
                    found.setdefault((measure, parse(period)), []).append((unit, parse(org_month), split, amount))
        return found


def _upwards(tree: MonthTree, parts: Iterable[Counts]) -> Counts:
    found: dict[str, int] = {}
    for counts in parts:
        for unit, amount in counts.items():
            for node in tree.above(unit):
                found[node] = found.get(node, 0) + amount
    return found

"""The sheet on which one person's contributions are added up: a person counts once in every node of the unit tree."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Protocol, TypeAlias
from uuid import UUID

from services.reporting.contributions.employment import Units
from services.reporting.months import Month, last_day, month_of, text

Cell: TypeAlias = tuple[str, str, str, str, str]
"""(measure, unit, org_month, period, split): months as `YYYY-MM`; org_month names the tree the cell is rolled up in ("" : of the
month that is asked for); split one word or ""."""
Node: TypeAlias = tuple[str, str]
"""(ending of the measure's name, unit)."""
SHARED = ".shared"
TOP = ""
"""The node above all roots: where the jobs of a person meet whose units have no unit above them in common."""


class Tree(Protocol):
    """The unit tree over time, as known at one moment."""

    def path(self, unit: UUID, on: date) -> tuple[UUID, ...]:
        """From the root to the unit on a day."""

    def path_changes(self, unit: UUID, on: date) -> date | None:
        """The first day after `on` from which the path may be another."""


def nodes(units: Units, on: date, tree: Tree) -> tuple[Node, ...]:
    """Where a person in these units is counted: +1 in each unit, −1 where two neighbours in tree order meet.

    Then the sum over any node's subtree is 1 where the person is in it, else 0.
    """
    if len(units) < 2:
        return tuple(("", str(unit)) for unit in units)
    paths = sorted(tree.path(unit, on) for unit in units)
    meets = (_meeting(left, right) for left, right in pairwise(paths))
    return (*(("", str(path[-1])) for path in paths), *((SHARED, meet) for meet in meets))


def _meeting(left: Sequence[UUID], right: Sequence[UUID]) -> str:
    common = [str(a) for a, b in zip(left, right, strict=False) if a == b]
    return common[-1] if common else TOP


class Sheet:
    """Cells of one person and their amounts, as one organisation knows them."""

    def __init__(self, tree: Tree) -> None:
        """Begin empty."""
        self.amounts: dict[Cell, int] = {}
        self._tree = tree

    def add(self, cell: Cell, amount: int) -> None:
        """Add to one cell; a cell that comes to nothing is dropped."""
        total = self.amounts.get(cell, 0) + amount
        if total:
            self.amounts[cell] = total
        else:
            self.amounts.pop(cell, None)

    def event(self, measure: str, units: Units, on: date, split: str = "", amount: int = 1) -> None:
        """Something that happened once on a day, to a person in these units; in the tree at the end of that month."""
        month = text(month_of(on))
        for ending, unit in nodes(units, last_day(month_of(on)), self._tree):
            self.add((measure + ending, unit, month, month, split), -amount if ending else amount)

    def stock(self, measure: str, steps: Iterable[tuple[Month, Units]], shift: int = 0) -> None:
        """A state over months: +1 in the first month it holds, −1 in the first it does not; booked `shift` months on.

        `steps` tell the units from a month on, ascending; the tree is that of the month itself, before the shift.
        """
        before: tuple[Node, ...] = ()
        for month, units in self._in_every_tree(list(steps)):
            now = nodes(units, last_day(month), self._tree)
            period = text(Month(month + shift))
            for held, sign in ((now, 1), (before, -1)):
                for ending, unit in held:
                    self.add((measure + ending, unit, "", period, ""), -sign if ending else sign)
            before = now

    def _in_every_tree(self, steps: list[tuple[Month, Units]]) -> Iterable[tuple[Month, Units]]:
        for n, (month, units) in enumerate(steps):
            yield month, units
            if len(units) > 1:
                until = steps[n + 1][0] if n + 1 < len(steps) else None
                yield from ((m, units) for m in self._reorganised(units, month, until))

    def _reorganised(self, units: Units, since: Month, until: Month | None) -> Iterable[Month]:
        """The months after `since` and before `until` whose tree may be another for these units."""
        change = self._next_change(units, last_day(since))
        while change is not None and (until is None or month_of(change) < until):
            yield month_of(change)
            change = self._next_change(units, last_day(month_of(change)))

    def _next_change(self, units: Units, on: date) -> date | None:
        changes = (self._tree.path_changes(unit, on) for unit in units)
        return min((change for change in changes if change is not None), default=None)


def steps(days: Iterable[date], units_on: Callable[[date], Units]) -> list[tuple[Month, Units]]:
    """The states at month ends, where `units_on` can only change on `days`: the first month end not before each of them."""
    found: list[tuple[Month, Units]] = []
    for month in sorted({month_of(day) for day in days}):
        units = units_on(last_day(month))
        if not found or found[-1][1] != units:
            found.append((month, units))
    return found


def between(states: Sequence[tuple[Month, Units]], first: Month, last: Month) -> list[tuple[Month, Units]]:
    """The same states seen from month `first` to `last` only, both included; nothing before and after."""
    entering = [units for month, units in states if month <= first]
    inside = [(month, units) for month, units in states if first < month <= last]
    return [(first, entering[-1] if entering else frozenset()), *inside, (Month(last + 1), frozenset())]

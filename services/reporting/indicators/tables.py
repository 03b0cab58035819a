"""Tables for disclosure, laid over the unit tree, words and periods; and the drafts of figures that rest on their cells."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from services.reporting.disclosure import OWN, Cell, Line, Numbers, Table
from services.reporting.indicators.definition import Definition
from services.reporting.indicators.numbers import MonthTree, Roll

Rests: TypeAlias = tuple[str, Cell]
"""A cell of a named table: a figure is hidden where one of the cells it rests on is."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A figure before disclosure, exact. `split` is `word=value`, several joined by a comma; `beside` what stands next to it."""

    definition: Definition
    unit: str
    is_top: bool
    split: str
    period: str
    first: date
    last: date
    numerator: int | None
    denominator: Fraction | None
    value: Fraction | None
    rests_on: tuple[Rests, ...]
    beside: Mapping[str, int] = field(default_factory=dict)
    is_ripe: bool = True
    is_only_child: bool = False


@dataclass(frozen=True, slots=True)
class Drafts:
    """Figures of a municipality before disclosure, and the tables they rest on; `lent`: tables of which no figure is here."""

    figures: Sequence[Draft]
    tables: Mapping[str, Table]
    lent: frozenset[str] = frozenset()

    def __add__(self, other: "Drafts") -> "Drafts":
        """Both together."""
        return Drafts((*self.figures, *other.figures), {**self.tables, **other.tables}, self.lent | other.lent)


def rate(numerator: int, denominator: Fraction | int) -> Fraction | None:
    """Percent, exact; none where there is no denominator."""
    return Fraction(100 * numerator) / Fraction(denominator) if denominator else None


def children_of(tree: MonthTree, nodes: Iterable[str]) -> dict[str, list[str]]:
    """Of each node that has any its children, in order."""
    shown = dict.fromkeys(nodes)
    found: dict[str, list[str]] = {}
    for node in shown:
        parent = tree.parent(node)
        if parent is not None and parent in shown:
            found.setdefault(parent, []).append(node)
    return found


def only_children(tree: MonthTree, nodes: Iterable[str]) -> frozenset[str]:
    """Nodes that stand alone under theirs: only the parent is shown (C2.2)."""
    return frozenset(children[0] for children in children_of(tree, nodes).values() if len(children) == 1)


def over_units(
    tree: MonthTree, nodes: Sequence[str], rolls: Sequence[Roll], name: Callable[[str], Cell]
) -> tuple[dict[Cell, Numbers], list[Line]]:
    """The cells and lines of one tree: each node is its children and its own staff."""
    numbers: dict[Cell, Numbers] = {name(node): tuple(roll.total.get(node, 0) for roll in rolls) for node in nodes}
    lines: list[Line] = []
    for parent, children in children_of(tree, nodes).items():
        own = (OWN, *name(parent))
        numbers[own] = tuple(roll.own.get(parent, 0) for roll in rolls)
        lines.append(Line(name(parent), (*map(name, children), own)))
    return numbers, lines

"""Tables of what happened in quarters and years: units × words × periods of one calendar year, with every line between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.reporting.disclosure import OWN, Cell, Line, Table, is_small
from services.reporting.disclosure import Numbers as CellNumbers
from services.reporting.indicators.numbers import Numbers, Roll
from services.reporting.indicators.spans import Span
from services.reporting.indicators.tables import children_of, only_children, over_units

ALL = ""
"""The word that stands for all words together."""


@dataclass(frozen=True)
class Grid:
    """The rolls of one calendar year. `rolls`: (word, period) → its protected numbers; the same words in every period."""

    name: str
    numbers: Numbers
    spans: Sequence[Span]
    rolls: Mapping[tuple[str, str], Sequence[Roll]]
    floor: int
    nodes: Mapping[str, tuple[str, ...]] = field(init=False)
    alone: Mapping[str, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        """Find the nodes of each period, those that are at its end and those in which something happened; and the only children."""
        found: dict[str, tuple[str, ...]] = {}
        for span in self.spans:
            used = {unit for word in self.words for roll in self.rolls[word, span.name] for unit in roll.own}
            found[span.name] = self.numbers.tree(span.end).nodes(used)
        alone = {span.name: only_children(self.numbers.tree(span.end), found[span.name]) for span in self.spans}
        object.__setattr__(self, "nodes", found)
        object.__setattr__(self, "alone", alone)

    @property
    def words(self) -> tuple[str, ...]:
        """The words, that of all together first."""
        return tuple(sorted({word for word, _ in self.rolls}))

    def count(self, word: str, span: Span, node: str, place: int = 0) -> int:
        """One number of one cell."""
        return self.rolls[word, span.name][place].total.get(node, 0)

    def table(self, *, words_add_up: bool) -> Table:
        """All cells and lines; `words_add_up`: the words are parts of the whole, known from elsewhere where it is no word itself.

        Where a unit's own staff (or talks) of one word are few, nothing is taken as known of its other words either.
        """
        cells: dict[Cell, CellNumbers] = {}
        lines: list[Line] = []
        for word in self.words:
            for span in self.spans:
                found, within = over_units(
                    self.numbers.tree(span.end),
                    self.nodes[span.name],
                    self.rolls[word, span.name],
                    lambda node, word=word, span=span: (node, word, span.name),  # type: ignore[misc]  # bound now, not later
                )
                cells |= found
                lines += within
        if words_add_up:
            lines += self._over_words()
        few = (cell for cell, numbers in cells.items() if cell[0] == OWN and is_small(numbers, self.floor))
        secret = frozenset(other for cell in few for other in self.around(cell))
        return Table(cells, [*lines, *self._over_periods(cells)], secret)

    def _over_words(self) -> list[Line]:
        parts = [word for word in self.words if word != ALL]
        has_whole = ALL in self.words
        return [
            Line((*node, ALL, span.name) if has_whole else None, tuple((*node, word, span.name) for word in parts))
            for span in self.spans
            for node in self._with_own(span)
        ]

    def _with_own(self, span: Span) -> Sequence[Cell]:
        """The first words of all cells of a period: each node, and the own staff of those that have units below."""
        nodes = self.nodes[span.name]
        return [*((node,) for node in nodes), *((OWN, node) for node in children_of(self.numbers.tree(span.end), nodes))]

    def _over_periods(self, cells: Mapping[Cell, CellNumbers]) -> list[Line]:
        """The year is its quarters; a unit that was not there in one adds nothing to it."""
        years = [span for span in self.spans if span.is_year]
        within = [span for span in self.spans if not span.is_year]
        lines: list[Line] = []
        for span in years:
            for node in self.nodes[span.name]:
                for word in self.words:
                    parts = [(node, word, quarter.name) for quarter in within]
                    lines.append(Line((node, word, span.name), tuple(cell for cell in parts if cell in cells)))
        return [line for line in lines if line.children]

    def around(self, cell: Cell) -> Sequence[Cell]:
        """The cells of all words beside one, of the same unit and period, staff of its own among them."""
        return [(*cell[:-2], word, cell[-1]) for word in self.words]

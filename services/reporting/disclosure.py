"""What may not be shown, solved once per table for every way out (indicators, A6 and C2). Pure; knows cells and sums, no indicator.

A table is a set of cells with numbers and of lines: this cell is the sum of those. What is small is hidden; then of each line that
would give a hidden cell away one more; then exact linear algebra proves that no small cell follows from what is shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Cell: TypeAlias = tuple[str, ...]
Numbers: TypeAlias = tuple[int, ...]
"""The protected numbers of a cell: they are hidden together."""
PRIME = 2**61 - 1
OWN = "own"
"""First word of a cell that nobody publishes, but that parent less children gives: the staff of a unit above others."""


@dataclass(frozen=True, slots=True)
class Line:
    """`parent` is the sum of `children`; without a parent the sum is known from elsewhere."""

    parent: Cell | None
    children: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What is published together. `secret`: cells hidden whatever their size. `is_tree`: lines form one tree, so that two
    hidden cells in each line are proof enough.
    """

    numbers: Mapping[Cell, Numbers]
    lines: Sequence[Line]
    secret: frozenset[Cell] = field(default_factory=frozenset)
    is_tree: bool = False


def is_small(numbers: Iterable[int], floor: int) -> bool:
    """Whether one of the numbers is of 1 to `floor` − 1 persons; 0 is not small."""
    return any(0 < number < floor for number in numbers)


def hidden_cells(table: Table, floor: int, stuck: Iterable[Cell] = ()) -> frozenset[Cell]:
    """The cells that may not be shown; `stuck` were hidden before and stay so. The same for the same input, in any order of it."""
    secret = table.secret | {cell for cell, numbers in table.numbers.items() if is_small(numbers, floor)}
    hidden = set(secret) | {cell for cell in stuck if cell in table.numbers}
    _complete(table, floor, hidden)
    while not table.is_tree and (given_away := solvable(hidden, table.lines) & secret):
        more = _one_more(table, min(given_away), hidden)
        if more is None:
            break
        hidden.add(more)
        _complete(table, floor, hidden)
    return frozenset(hidden)


def _complete(table: Table, floor: int, hidden: set[Cell]) -> None:
    """C2.2: at least two hidden per line, together not small; repeated until nothing changes."""
    changed = True
    while changed:
        changed = False
        for line in table.lines:
            while (more := _lacking(table, line, floor, hidden)) is not None:
                hidden.add(more)
                changed = True


def _lacking(table: Table, line: Line, floor: int, hidden: set[Cell]) -> Cell | None:
    """The cell a line must hide as well, if any: each protected number is looked at by itself."""
    here = [cell for cell in (line.parent, *line.children) if cell in hidden]
    for place in range(len(table.numbers[here[0]])) if here else ():
        unknown = {cell for cell in here if not _is_known_inside(table, cell, place, floor)}
        if unknown and (more := _lacking_at(place, table, line, floor, hidden, unknown)) is not None:
            return more
    return None


def _is_known_inside(table: Table, cell: Cell, place: int, floor: int) -> bool:
    """Nobody publishes a unit's own staff; those of them know how many they are, where they are none or not few."""
    return cell[0] == OWN and cell not in table.secret and not is_small((table.numbers[cell][place],), floor)


def _lacking_at(place: int, table: Table, line: Line, floor: int, hidden: set[Cell], unknown: set[Cell]) -> Cell | None:
    shown, is_sum_open = _shown(table, line, hidden), line.parent in unknown
    if len(unknown) < 2:
        if shown:
            return shown[0]
        return line.parent if not is_sum_open and line.parent is not None and line.parent[0] != OWN else None
    if not is_sum_open and 0 < sum(table.numbers[cell][place] for cell in unknown) < floor:
        helping = [cell for cell in shown if table.numbers[cell][place]]
        return min(helping, key=lambda cell: (table.numbers[cell][place], cell), default=None)
    return None


def _shown(table: Table, line: Line, hidden: set[Cell]) -> list[Cell]:
    """The shown cells of a line, the one to hide first at the front: smallest that is not 0, then lowest name, then the zeros."""
    shown = [cell for cell in line.children if cell not in hidden and cell[0] != OWN]
    return sorted(shown, key=lambda cell: (not any(table.numbers[cell]), table.numbers[cell], cell))


def _one_more(table: Table, cell: Cell, hidden: set[Cell]) -> Cell | None:
    """What to hide when two in each line do not suffice: the nearest shown cell, from line to line along the hidden ones."""
    seen, edge = {cell}, {cell}
    while edge:
        lines = [line for line in table.lines if line.parent in edge or not edge.isdisjoint(line.children)]
        for line in lines:
            if shown := _shown(table, line, hidden):
                return shown[0]
        for line in lines:
            if line.parent is not None and line.parent not in hidden and line.parent[0] != OWN:
                return line.parent
        edge = {other for line in lines for other in (line.parent, *line.children) if other is not None and other in hidden} - seen
        seen |= edge
    return None


def solvable(hidden: Iterable[Cell], lines: Iterable[Line]) -> set[Cell]:
    """The hidden cells whose number follows from all that is shown: those that stand alone in the reduced equations.

    Exact: a cell is determined if and only if its unit vector lies in the row space of the lines restricted to hidden cells.
    """
    place = {cell: n for n, cell in enumerate(sorted(hidden))}
    rows: dict[int, dict[int, int]] = {}
    for line in lines:
        row = {place[cell]: 1 for cell in line.children if cell in place}
        if line.parent in place:
            row[place[line.parent]] = PRIME - 1
        _reduce_into(rows, row)
    cells = list(place)
    return {cells[pivot] for pivot, row in rows.items() if len(row) == 1}


def _reduce_into(rows: dict[int, dict[int, int]], row: dict[int, int]) -> None:
    """Add one equation to a fully reduced set (modulo a large prime; the entries are 1 and −1, so nothing is lost)."""
    for pivot in [p for p in row if p in rows]:
        _subtract(row, rows[pivot], row[pivot])
    if not row:
        return
    pivot = min(row)
    inverse = pow(row[pivot], -1, PRIME)
    row = {column: value * inverse % PRIME for column, value in row.items()}
    for other in rows.values():
        if pivot in other:
            _subtract(other, row, other[pivot])
    rows[pivot] = row


def _subtract(row: dict[int, int], other: Mapping[int, int], times: int) -> None:
    for column, value in other.items():
        left = (row.get(column, 0) - value * times) % PRIME
        if left:
            row[column] = left
        else:
            row.pop(column, None)

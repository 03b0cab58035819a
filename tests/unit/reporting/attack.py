"""An attacker who sees everything that is shown, and can add and subtract. Shares no code with the disclosure it attacks."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TypeAlias, TypeVar

V = TypeVar("V", bound=Hashable)
Equation: TypeAlias = tuple[Mapping[V, int], Fraction]
"""Σ factor × unknown = number."""


def solved(equations: Iterable[Equation[V]]) -> dict[V, Fraction]:
    """Every unknown whose number follows from the equations: what is told put in, then Gauss and Jordan, with fractions."""
    found: dict[V, Fraction] = {}
    left = [({unknown: Fraction(factor) for unknown, factor in factors.items() if factor}, Fraction(right)) for factors, right in equations]
    progress = True
    while progress:
        left = [_put_in(row, right, found) for row, right in left]
        new = {next(iter(row)): right / next(iter(row.values())) for row, right in left if len(row) == 1}
        progress = bool(new)
        found |= new
    return found | _eliminated([(row, right) for row, right in left if row])


def _put_in(row: dict[V, Fraction], right: Fraction, found: Mapping[V, Fraction]) -> tuple[dict[V, Fraction], Fraction]:
    known = [unknown for unknown in row if unknown in found]
    right -= sum((row[unknown] * found[unknown] for unknown in known), Fraction(0))
    row = {unknown: factor for unknown, factor in row.items() if unknown not in found}
    assert row or right == 0, "what is shown contradicts itself"
    return row, right


def _eliminated(equations: Iterable[tuple[dict[V, Fraction], Fraction]]) -> dict[V, Fraction]:
    rows: dict[V, tuple[dict[V, Fraction], Fraction]] = {}
    for equation in equations:
        row, right = equation
        for known in [unknown for unknown in row if unknown in rows]:
            row, right = _without(row, right, *rows[known])
        assert row or right == 0, "what is shown contradicts itself"
        if row:
            pivot, scale = next(iter(row.items()))
            made = ({unknown: factor / scale for unknown, factor in row.items()}, right / scale)
            rows = {held: _without(*other, *made) if pivot in other[0] else other for held, other in rows.items()}
            rows[pivot] = made
    return {pivot: right for pivot, (row, right) in rows.items() if len(row) == 1}


def _without(
    row: dict[V, Fraction], right: Fraction, other: dict[V, Fraction], other_right: Fraction
) -> tuple[dict[V, Fraction], Fraction]:
    """Without the first unknown of the other row, whose factor is 1."""
    times = row[next(iter(other))]
    left = {unknown: row.get(unknown, Fraction(0)) - times * other.get(unknown, Fraction(0)) for unknown in {**row, **other}}
    return {unknown: factor for unknown, factor in left.items() if factor}, right - times * other_right


def sum_of(parent: V | None, parts: Sequence[V], number: int = 0) -> Equation[V]:
    """parts − parent = number (0, or the known sum where there is no parent)."""
    factors = dict.fromkeys(parts, 1) | ({} if parent is None else {parent: -1})
    return factors, Fraction(number)


def told(unknown: V, number: Fraction | int, factor: int = 1) -> Equation[V]:
    """What is shown."""
    return {unknown: factor}, Fraction(number)

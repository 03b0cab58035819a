"""Our published figures beside the oracle's: equal to the last of 6 decimals, or named; and what the oracle alone knows, named too."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from deploy.local.oracle import Figure
from deploy.local.play.words import Key

SIX = Decimal("0.000001")
ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Ours:
    """A published figure: what it is about (indicator, unit code, split, period) and what it says."""

    indicator: str
    unit: str
    split: str
    period: str
    status: str
    value: Decimal | None
    numerator: Decimal | None
    is_top: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """Where we and the oracle disagree."""

    indicator: str
    unit: str
    split: str
    period: str
    ours: str
    oracle: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many figures were equal, had nothing to divide by on both sides, or were hidden; all that differ, also those never published.

    `at_least`: how many figures of each indicator must have been told and equal, so that hiding all of them is no success.
    """

    equal: Mapping[str, int]
    empty: Mapping[str, int]
    hidden: Mapping[str, int]
    missing: Mapping[str, int]
    differences: tuple[Difference, ...]
    at_least: Mapping[str, int] = field(default_factory=dict)

    @property
    def too_few(self) -> Mapping[str, int]:
        """The indicators of which less was compared than must be: how many figures were."""
        return {name: self.equal.get(name, 0) for name, least in self.at_least.items() if self.equal.get(name, 0) < least}

    @property
    def is_good(self) -> bool:
        """Nothing differs, and enough was compared."""
        return not self.differences and not self.too_few and sum(self.equal.values()) > 0


def six_decimals(value: Fraction) -> Decimal:
    """Rounded once, half away from zero (C4)."""
    exact = (Decimal(value.numerator) / Decimal(value.denominator)) if value.denominator != 1 else Decimal(value.numerator)
    return exact.quantize(SIX, ROUND_HALF_UP)


def compare(ours: Iterable[Ours], true: Mapping[Key, Figure], at_least: Mapping[str, int] | None = None) -> Comparison:
    """Every published figure beside the oracle's, and every figure of the oracle that must have been published.

    Hidden ones tell nothing; empty ones must have nothing to divide by.
    """
    counts: dict[str, dict[str, int]] = {"equal": {}, "empty": {}, "hidden": {}, "missing": {}}
    differences: list[Difference] = []
    seen: set[Key] = set()
    for figure in ours:
        key = (figure.indicator, figure.unit, figure.split, figure.period)
        seen.add(key)
        outcome = _outcome(figure, true.get(key))
        if outcome in counts:
            counts[outcome][figure.indicator] = counts[outcome].get(figure.indicator, 0) + 1
        else:
            differences.append(Difference(*key, _said(figure), outcome))
    differences += [Difference(*key, ABSENT, _told(figure)) for key, figure in _owed(true) if key not in seen]
    return Comparison(**counts, differences=tuple(differences), at_least=at_least or {})


def _owed(true: Mapping[Key, Figure]) -> Iterator[tuple[Key, Figure]]:
    """The figures that must have a row, be it a hidden one: all that count somebody, over whom or in whom.

    Not owed: of a unit in which nobody was then, which may not have been there at all; and a word of a split that nobody
    ever came under, such as a reason for which only the hourly paid left.
    """
    spoken = {(indicator, split) for (indicator, _, split, _), figure in true.items() if figure.numerator}
    for key, figure in true.items():
        indicator, _, split, _ = key
        if (figure.numerator or figure.denominator) and (indicator, split) in spoken:
            yield key, figure


def _outcome(figure: Ours, known: Figure | None) -> str:
    if figure.status == "hidden":
        return "hidden"
    if known is None:
        return "missing" if figure.value in {None, Decimal(0)} else "nothing"
    if known.value is None:
        return "empty" if figure.status == "empty" else "nothing to divide by"
    return "equal" if figure.value == six_decimals(known.value) else _told(known)


def _told(known: Figure) -> str:
    value = "nothing" if known.value is None else six_decimals(known.value)
    return f"{value} ({known.numerator} of {known.denominator})"


def _said(figure: Ours) -> str:
    return f"{figure.value} ({figure.numerator})" if figure.value is not None else figure.status

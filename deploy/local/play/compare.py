"""Our published figures beside the oracle's: equal to the last of 6 decimals, or named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from deploy.local.oracle import Figure
from deploy.local.play.words import Key

SIX = Decimal("0.000001")


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
    """How many figures were equal and how many hidden (not to be compared); all that differ."""

    equal: Mapping[str, int]
    hidden: Mapping[str, int]
    missing: Mapping[str, int]
    differences: tuple[Difference, ...]

    @property
    def is_good(self) -> bool:
        """Nothing differs, and something was compared."""
        return not self.differences and sum(self.equal.values()) > 0


def six_decimals(value: Fraction) -> Decimal:
    """Rounded once, half away from zero (C4)."""
    exact = (Decimal(value.numerator) / Decimal(value.denominator)) if value.denominator != 1 else Decimal(value.numerator)
    return exact.quantize(SIX, ROUND_HALF_UP)


def compare(ours: Iterable[Ours], true: Mapping[Key, Figure]) -> Comparison:
    """Every published figure that the oracle has too. Hidden ones tell nothing; empty ones must have nothing to divide by."""
    counts: dict[str, dict[str, int]] = {"equal": {}, "hidden": {}, "missing": {}}
    differences: list[Difference] = []
    for figure in ours:
        known = true.get((figure.indicator, figure.unit, figure.split, figure.period))
        outcome = _outcome(figure, known)
        if outcome in counts:
            counts[outcome][figure.indicator] = counts[outcome].get(figure.indicator, 0) + 1
        else:
            differences.append(Difference(figure.indicator, figure.unit, figure.split, figure.period, _said(figure), outcome))
    return Comparison(counts["equal"], counts["hidden"], counts["missing"], tuple(differences))


def _outcome(figure: Ours, known: Figure | None) -> str:
    if figure.status == "hidden":
        return "hidden"
    if known is None:
        return "missing" if figure.value in {None, Decimal(0)} else "nothing"
    if known.value is None:
        return "equal" if figure.status == "empty" else "nothing to divide by"
    right = figure.value == six_decimals(known.value)
    return "equal" if right else f"{six_decimals(known.value)} ({known.numerator} of {known.denominator})"


def _said(figure: Ours) -> str:
    return f"{figure.value} ({figure.numerator})" if figure.value is not None else figure.status

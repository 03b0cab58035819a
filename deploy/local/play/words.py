"""The oracle's figures under the names we publish them by."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from deploy.local.oracle import Figure

Key: TypeAlias = tuple[str, str, str, str]
"""Indicator, unit code, split, period."""
EITHER = "either"
MONTHLY = ("headcount", "turnover-cohort-12m", "turnover-leavers-over-average-headcount")
REASONS = {
    "Egen opsigelse": "own-request",
    "Afsked": "dismissal",
    "Pension": "retirement",
    "Tidsbegrænset udløb": "fixed-term-end",
    "Uddannelse afsluttet": "education-end",
    "Intern flytning": "internal-move",
    "Død": "death-or-emigration",
    "Ukendt": "unknown",
}
"""The source's reasons for leaving, as the catalogue calls them."""


def in_our_words(figures: Iterable[Figure]) -> Mapping[Key, Figure]:
    """Every figure we publish that the oracle tells: a year of a monthly figure is its December, all talks are the sum of their kinds."""
    found: dict[Key, Figure] = {}
    for figure in figures:
        for split in _splits(figure):
            found[figure.indicator, figure.unit, split, figure.period] = figure
            if figure.indicator in MONTHLY and figure.period.endswith("-12"):
                found[figure.indicator, figure.unit, split, figure.period[:4]] = figure
        if figure.indicator == "talk-timeliness":
            _add(found, figure)
    return found


def _splits(figure: Figure) -> Iterator[str]:
    match figure.indicator:
        case "headcount":
            yield from [""] if figure.split == "p1" else []
        case "leavers-by-kind":
            yield f"kind={REASONS[figure.split]}"
        case "talk-timeliness":
            yield f"kind={figure.split}"
        case "resignations-kept":
            yield from (f"step={figure.split}", *([""] if figure.split == "kept" else []))
        case "exit-coverage":
            step, level = figure.split.split(",")
            yield f"step={step}" if level == EITHER else f"level={level},step={step}"
            yield from [""] if figure.split == f"reached,{EITHER}" else []
        case _:
            yield ""


def _add(found: dict[Key, Figure], figure: Figure) -> None:
    key = (figure.indicator, figure.unit, "", figure.period)
    held = found.get(key)
    if held is None:
        found[key] = replace(figure, split="")
        return
    whole = (held.denominator or Fraction(0)) + (figure.denominator or Fraction(0))
    found[key] = replace(held, numerator=held.numerator + figure.numerator, denominator=whole, n=held.n + figure.n)

"""Which figures may have changed since the last publication: those whose cells did. Pure.

A figure of a month rests on cells of that month and before; one of a quarter or year on the cells of its calendar year, and on
which words there are at all. What else goes into figures is `around`: with another of these all figures are computed again.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

from services.reporting.contributions import Cell
from services.reporting.months import Month, parse


@dataclass(frozen=True, slots=True)
class Made:
    """From what the figures of a municipality were made: a digest of its cells per month, and by which words they are split."""

    around: Hashable
    last: Month
    cells: Mapping[Month, bytes]
    words: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Scope:
    """Figures to compute: of months from `since` on, and of the quarters and the whole of `years`."""

    since: Month
    years: frozenset[int]
    is_whole: bool = False

    def with_years_of(self, other: "Scope") -> "Scope":
        """Also the years of another scope."""
        return replace(self, years=self.years | other.years)


def whole(first: Month, last: Month) -> Scope:
    """All figures from one month to another."""
    return Scope(first, _years(first, last), is_whole=True)


def made_from(cells: Mapping[Cell, int], around: Hashable, last: Month) -> Made:
    """What is kept of a publication, to know what differs at the next."""
    by_period: dict[str, list[tuple[Cell, int]]] = {}
    for cell, amount in cells.items():
        by_period.setdefault(cell[3], []).append((cell, amount))
    digests = {parse(period): blake2b(repr(sorted(found)).encode(), digest_size=16).digest() for period, found in by_period.items()}
    return Made(around, last, digests, frozenset((cell[0], cell[4]) for cell in cells if cell[4]))


def scope(before: Made | None, now: Made, first: Month) -> Scope:
    """What must be computed again; whatever lies outside is as it was."""
    if before is None or before.around != now.around or before.last > now.last:
        return whole(first, now.last)
    differing = {month for month in before.cells.keys() | now.cells.keys() if before.cells.get(month) != now.cells.get(month)}
    changed = {month for month in differing if month <= now.last} | {Month(n) for n in range(before.last + 1, now.last + 1)}
    years = frozenset(month // 12 for month in changed if month >= first)
    return Scope(max(first, min(changed, default=Month(now.last + 1))), years if before.words == now.words else _years(first, now.last))


@dataclass(frozen=True, slots=True)
class Kept:
    """From what the last publication was made, and the last one at which values about reasons could change (C2.7)."""

    made: Made | None = None
    with_reasons: Made | None = None

    def scope(self, now: Made, first: Month, *, with_reasons: bool) -> Scope:
        """What the next publication must compute; values about reasons may have waited for it."""
        found = scope(self.made, now, first)
        return found.with_years_of(scope(self.with_reasons, now, first)) if with_reasons else found

    def after(self, now: Made, *, with_reasons: bool) -> "Kept":
        """What is kept once it is published."""
        return Kept(now, now if with_reasons else self.with_reasons)


def _years(first: Month, last: Month) -> frozenset[int]:
    return frozenset(range(first // 12, last // 12 + 1))

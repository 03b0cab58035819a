"""The geometry of a chart: numbers into coordinates of an SVG, gaps where nothing may be shown. Pure; the marks are in charts.html."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

WIDTH = 320
HEIGHT = 96
TOP = 12
BOTTOM = 18
BAR_SHARE = Decimal("0.7")
WIDEST_BAR = Decimal(32)


@dataclass(frozen=True, slots=True)
class Mark:
    """One value at its place. `x` is the middle; `width` that of a bar; `height` its own, from the foot."""

    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A place without a value, and why."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A line through `lines` (one per run without a gap) or bars of `marks`. Heights begin at 0, so that nothing looks larger.

    `foot` is where 0 stands, `top` where the highest value does.
    """

    width: int
    height: int
    foot: float
    top: float
    lines: tuple[str, ...]
    marks: tuple[Mark, ...]
    gaps: tuple[Gap, ...]
    highest: Decimal | None


def chart(values: Sequence[Decimal | None], texts: Sequence[str]) -> Chart:
    """The chart of values in order, with a text for each (`texts` tell period and value, for the titles)."""
    told = [value for value in values if value is not None]
    highest = max(told, default=None)
    scale = Decimal(HEIGHT - TOP - BOTTOM) / (highest or Decimal(1))
    step = Decimal(WIDTH) / max(len(values), 1)
    foot = HEIGHT - BOTTOM
    marks: list[Mark | None] = []
    gaps: list[Gap] = []
    for place, (value, text) in enumerate(zip(values, texts, strict=True)):
        x = step * place + step / 2
        if value is None:
            marks.append(None)
            gaps.append(Gap(_point(x), text))
        else:
            height = value * scale
            marks.append(Mark(_point(x), _point(foot - height), _point(min(step * BAR_SHARE, WIDEST_BAR)), _point(height), text))
    return Chart(WIDTH, HEIGHT, float(foot), float(TOP), _lines(marks), tuple(m for m in marks if m is not None), tuple(gaps), highest)


def _lines(marks: Sequence[Mark | None]) -> tuple[str, ...]:
    runs = (list(run) for is_told, run in groupby(marks, key=lambda mark: mark is not None) if is_told)
    return tuple(" ".join(f"{mark.x:g},{mark.y:g}" for mark in run if mark is not None) for run in runs)


def _point(exact: Decimal) -> float:
    return float(round(exact, 1))

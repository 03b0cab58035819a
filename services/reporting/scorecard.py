"""What the scorecard shows of an indicator: series over time, the last value, how it changed, in which words. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from services.reporting.charts import Chart, chart
from services.reporting.indicators.definition import Definition, Period
from services.reporting.indicators.figures import Status
from services.reporting.store.values import Value

SHOWN = {Period.MONTH: 60, Period.QUARTER: 20, Period.YEAR: 10}
"""So many periods are drawn at most."""
YEAR_BEFORE = {Period.MONTH: 12, Period.QUARTER: 4, Period.YEAR: 1}
READABLE = (Status.OK, Status.PRELIMINARY)


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a series: its name, and what is written for it."""

    period: str
    text: str
    value: Decimal | None
    n: Decimal | None
    numerator: Decimal | None
    beside: Mapping[str, int]
    status: Status
    restated: bool


@dataclass(frozen=True, slots=True)
class Series:
    """One indicator of one unit (and split) over time. `change`: against the same period a year before, where both are shown."""

    definition: Definition
    unit: str
    split: Mapping[str, str]
    points: tuple[Point, ...]
    chart: Chart
    change: Decimal | None

    @property
    def kind(self) -> Period:
        """The kind of its periods."""
        return period_kind(self.last.period)

    @property
    def last(self) -> Point:
        """The newest period."""
        return self.points[-1]


@dataclass(frozen=True, slots=True)
class Words:
    """How a page writes: the name of a period, a number, the words for a status."""

    period: Callable[[str], str]
    number: Callable[[Decimal, Definition], str]
    status: Callable[[Status], str]


def period_kind(period: str) -> Period:
    """Which kind of period a name is of."""
    return Period.YEAR if len(period) == 4 else Period.QUARTER if "Q" in period else Period.MONTH


def series(
    definition: Definition, values: Iterable[Value], splits: Callable[[str], Mapping[str, str]], words: Words, kind: Period
) -> list[Series]:
    """The values of one kind of period as series, one per unit and split, in the order given."""
    wanted = (value for value in values if period_kind(value.figure.key.period) is kind)
    found: list[Series] = []
    for (unit, split), group in groupby(wanted, key=lambda value: (value.figure.key.unit, value.figure.key.split)):
        points = tuple(_point(value, definition, words) for value in group)[-SHOWN[kind] :]
        drawn = chart([point.value for point in points], [f"{words.period(point.period)}: {point.text}" for point in points])
        found.append(Series(definition, unit, splits(split), points, drawn, _change(points, YEAR_BEFORE[kind])))
    return found


def _point(value: Value, definition: Definition, words: Words) -> Point:
    figure = value.figure
    shown = figure.value if figure.status in READABLE else None
    text = words.status(figure.status) if shown is None else words.number(shown, definition)
    beside = dict(figure.beside)
    return Point(figure.key.period, text, shown, figure.n, figure.numerator, beside, figure.status, value.restated)


def _change(points: Sequence[Point], back: int) -> Decimal | None:
    if len(points) <= back:
        return None
    now, before = points[-1].value, points[-1 - back].value
    return None if now is None or before is None else now - before


def card_kind(definition: Definition) -> Period:
    """The kind of period a card shows: the finest there is, but years where quarters would mostly be hidden (B5)."""
    if definition.is_sensitive:
        return Period.YEAR
    return next(kind for kind in (Period.MONTH, Period.QUARTER, Period.YEAR) if kind in definition.periods)

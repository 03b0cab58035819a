"""From cells to what may leave the service: drafts, disclosure, one rounding (indicators C1, C2, C4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor as round_down

from services.chassis.organisation import Organisation
from services.chassis.rules import Rules
from services.reporting.contributions import Cell as LedgerCell
from services.reporting.disclosure import Cell, hidden_cells, is_small
from services.reporting.indicators.definition import DEFINITIONS, Definition, Protection
from services.reporting.indicators.events import TABLES, event_figures
from services.reporting.indicators.numbers import Numbers
from services.reporting.indicators.stocks import months_of, stock_figures, table_name
from services.reporting.indicators.tables import Draft
from services.reporting.months import Month, last_day, month_of, parse
from services.reporting.rules import ReportingRules
from services.reporting.scope import Scope, whole

DECIMALS = 6
YEARS_BACK = 10


class Status(StrEnum):
    """Whether there is a value; none of these is 0."""

    OK = "ok"
    HIDDEN = "hidden"
    EMPTY = "empty"
    TOO_EARLY = "too-early"
    PRELIMINARY = "preliminary"


@dataclass(frozen=True, slots=True)
class Key:
    """Which figure: what stays the same while its value is restated."""

    definition_id: str
    definition_version: int
    population: str
    unit: str
    split: str
    period: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it may be shown; nothing in it where it is hidden. Numbers have at most 6 decimals.

    `first` and `last` bound the period, `last` is the day of the unit and its tree; `is_top` marks the whole municipality.
    """

    key: Key
    is_top: bool
    first: date
    last: date
    status: Status
    value: Decimal | None = None
    n: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    beside: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Solved:
    """Figures of a municipality, and the cells that were hidden to get there, by table."""

    figures: Sequence[Figure]
    hidden: Mapping[str, frozenset[Cell]] = field(default_factory=dict)


def first_month(rules: Rules, first_known: date, today: date) -> Month:
    """The first month shown: as the rules say, else that of the first fact known, at most ten years back."""
    told = rules.read(ReportingRules).figures_from
    if told is not None:
        return parse(told)
    return max(month_of(first_known), Month(month_of(today) - 12 * YEARS_BACK))


def last_month(today: date) -> Month:
    """The last month that is over, today being a day of it still."""
    return Month(month_of(today) - (0 if last_day(month_of(today)) == today else 1))


def figures(
    cells: Mapping[LedgerCell, int],
    organisation: Organisation,
    rules: Rules,
    first: Month,
    today: date,
    stuck: Mapping[str, Iterable[Cell]] | None = None,
    scope: Scope | None = None,
) -> Solved:
    """The figures that can be told on `today` from the sums of a ledger: all, or those of `scope`, which are the same among all.

    What was hidden before (`stuck`) stays so.
    """
    minimum = rules.read(ReportingRules).minimum_n
    numbers = Numbers(cells, organisation)
    last = last_month(today)
    wanted = scope or whole(first, last)
    live = Month(month_of(rules.live_from.replace(day=1)) + (rules.live_from.day > 1))
    drafts = stock_figures(numbers, first, last, wanted.since) + event_figures(numbers, first, last, live, minimum, wanted.years)
    hidden = {name: hidden_cells(table, minimum, (stuck or {}).get(name, ())) for name, table in drafts.tables.items()}
    shown = [_shown(draft, _is_hidden(draft, minimum, hidden)) for draft in drafts.figures]
    return Solved(shown, {name: cells for name, cells in hidden.items() if name not in drafts.lent})


def tables(scope: Scope, first: Month, last: Month) -> list[str]:
    """The names of the tables that the figures of a scope rest on."""
    months = [table_name(Month(month)) for month in months_of(scope.since, first, last)]
    return [*months, *(f"{kind}/{year}" for kind in TABLES for year in sorted(scope.years))]


def _is_hidden(draft: Draft, minimum: int, hidden: Mapping[str, frozenset[Cell]]) -> bool:
    counted = draft.numerator if draft.denominator is None else draft.denominator
    few = counted is not None and 0 < counted < minimum
    return few or draft.is_only_child or any(cell in hidden[table] for table, cell in draft.rests_on) or _tells_of_few(draft, minimum)


def _tells_of_few(draft: Draft, minimum: int) -> bool:
    """B5: numerator and rest have the same test."""
    if draft.definition.protection is Protection.A5 or draft.numerator is None or draft.denominator is None:
        return False
    return is_small((draft.numerator, int(draft.denominator) - draft.numerator), minimum)


def _shown(draft: Draft, is_hidden: bool) -> Figure:
    key = key_of(draft.definition, draft.unit, draft.split, draft.period)
    status = Status.HIDDEN if is_hidden else Status.EMPTY if draft.value is None else Status.OK
    if not draft.is_ripe:
        status = Status.TOO_EARLY
    if status in {Status.HIDDEN, Status.TOO_EARLY}:
        return Figure(key, draft.is_top, draft.first, draft.last, status)
    denominator = rounded(draft.denominator)
    numerator = rounded(None if draft.numerator is None else Fraction(draft.numerator))
    return Figure(
        key,
        draft.is_top,
        draft.first,
        draft.last,
        status,
        value=rounded(draft.value),
        n=numerator if denominator is None else denominator,
        numerator=numerator,
        denominator=denominator,
        beside=tuple(sorted(draft.beside.items())),
    )


def key_of(definition: Definition, unit: str, split: str, period: str) -> Key:
    """The key of a figure of a definition."""
    return Key(definition.id, definition.version, definition.population, unit, split, period)


def split_of(written: str) -> dict[str, str]:
    """The dimensions of a split with their words."""
    return dict(part.split("=", 1) for part in written.split(",") if part)


def org_as_of(figure: Figure) -> date:
    """Of which day the unit and its tree are: of the start of the window for O3, else of the end of the period."""
    return figure.first - timedelta(days=1) if DEFINITIONS[figure.key.definition_id].org == "O3" else figure.last


def rounded(exact: Fraction | None, decimals: int = DECIMALS) -> Decimal | None:
    """Rounded once, half away from zero (C4): 2.25 → 2.3, −2.25 → −2.3. Whole numbers stay whole."""
    if exact is None:
        return None
    scaled = round_down(abs(exact) * 10**decimals + Fraction(1, 2))
    found = Decimal(scaled if exact >= 0 else -scaled).scaleb(-decimals)
    return found.quantize(Decimal(1)) if exact.denominator == 1 else found

"""Five years of the invented municipality through the real derives, in memory: every figure equals the oracle's, before suppression."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import TypeAlias

import pytest

from deploy.local import oracle
from deploy.local.municipality import LIVE_FROM, invent, steps, write
from services.intake.domain.keys import unit_id
from services.reporting.contributions.fold import end_of
from services.reporting.indicators.events import event_figures
from services.reporting.indicators.numbers import Numbers
from services.reporting.indicators.stocks import stock_figures
from services.reporting.months import month_of
from services.reporting.months import parse as month
from tests.journeys.year import Year
from tests.unit.reporting.kit import balance

EMPLOYEES = 200
SEED = 3
FIRST = "2020-12"
REASONS = {
    "Egen opsigelse": "own-request",
    "Afsked": "dismissal",
    "Pension": "retirement",
    "Tidsbegrænset udløb": "fixed-term-end",
    "Uddannelse afsluttet": "education-end",
    "Død": "death-or-emigration",
    "Ukendt": "unknown",
}

Key: TypeAlias = tuple[str, str, str, str]
Amount: TypeAlias = tuple[int, Fraction | None]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    folder = tmp_path_factory.mktemp("fjordby")
    write(invent(SEED, EMPLOYEES), folder)
    played = Year(SEED, folder)
    played.play()
    return played


def computed(year: Year, known_on: date) -> dict[Key, Amount]:
    """The exact figures of reporting, as known at the end of a day."""
    cells = balance((state.booked for state in year.reporting.states.values()), known_on)
    numbers = Numbers(cells, year.reporting.snapshot.organisation(end_of(known_on)))
    first, last = month(FIRST), month_of(known_on)
    drafts = stock_figures(numbers, first, last) + event_figures(numbers, first, last, month_of(LIVE_FROM), 5)
    return {
        (d.definition.id, d.period, d.unit, d.split): (d.numerator or 0, d.denominator)
        for d in drafts.figures
        if d.is_ripe and not (d.definition.id in {"headcount", "turnover-cohort-12m"} and len(d.period) == 4)
    }


def true(year: Year, known_on: date) -> Iterator[tuple[Key, Amount]]:
    """The oracle's figures, in the words of reporting."""
    deliveries = oracle.read(year.folder, {"history": LIVE_FROM} | {name: day for day, name in steps()})
    for figure in oracle.figures(deliveries, year.log, known_on, date(2020, 12, 1)):
        if (figure.indicator, figure.split) != ("headcount", "p2"):
            key = (figure.indicator, figure.period, str(unit_id("999", figure.unit)), _split(figure))
            yield key, (figure.numerator, figure.denominator)


def _split(figure: oracle.Figure) -> str:
    match figure.indicator:
        case "leavers-by-kind":
            return f"kind={REASONS[figure.split]}"
        case "talk-timeliness":
            return f"kind={figure.split}"
        case "resignations-kept":
            return f"step={figure.split}"
        case "exit-coverage":
            step, level = figure.split.split(",")
            return f"step={step}" if level == "either" else f"level={level},step={step}"
        case _:
            return ""


@pytest.mark.parametrize(
    "known_on", [date(2021, 12, 31), date(2023, 3, 31), date(2024, 12, 31), date(2025, 3, 31), date(2025, 8, 31), date(2025, 12, 31)]
)
def test_every_figure_equals_the_oracles(year: Year, known_on: date) -> None:
    ours, theirs = computed(year, known_on), dict(true(year, known_on))

    wrong = {key: (amount, ours[key]) for key, amount in theirs.items() if key in ours and ours[key] != amount}
    absent = [key for key, (numerator, _) in theirs.items() if numerator and key not in ours]

    assert wrong == {}
    assert absent == []
    assert sum(key in ours for key in theirs) > 500


def test_the_year_had_talks_of_every_kind_and_outcome(year: Year) -> None:
    done = {(entry.kind, entry.action) for entry in year.log}

    assert {kind for kind, _ in done} == {"talk-2-weeks", "talk-3-months", "talk-6-12-months", "retention", "exit-leader", "exit-employee"}
    assert {action for _, action in done} >= {"held", "declined", "offered", "accepted"}

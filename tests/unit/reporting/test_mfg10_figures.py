"""The real data set MFG10 gives the published figures, in memory: contributions, sums, indicators, disclosure."""

import csv
import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contracts.words import OccupationGroup, ReasonClass
from services.chassis.reference import Snapshot
from services.chassis.rules import parse
from services.chassis.subject import History, Revision
from services.reporting.indicators.figures import Figure, Status, figures
from services.reporting.indicators.numbers import Numbers
from services.reporting.indicators.stocks import P1_AT, P1_LEFT
from services.reporting.months import parse as month
from tests.kit.builders import an_id, end_registered, hired, noon, unit_changed
from tests.kit.story import revision
from tests.unit.reporting.kit import balance, booked, history, snapshot

FOLDER = Path(os.environ.get("FORBLIV_MFG10", Path(__file__).parents[4] / "shared" / "data" / "mfg10"))
RULES = parse('municipality = "730"\nname = "MFG10"\nlive_from = 2016-01-01\n')
REASONS = {"Resignaton": ReasonClass.OWN_REQUEST, "Retirement": ReasonClass.RETIREMENT, "Layoff": ReasonClass.DISMISSAL}
TODAY = date(2015, 12, 31)
YEARS = range(2006, 2016)


def _day(written: str) -> date:
    return datetime.strptime(written.split(" ", maxsplit=1)[0], "%m/%d/%Y").date()  # noqa: DTZ007 - a day without a time


def _people(file: Path) -> Iterator[History]:
    persons: dict[str, list[dict[str, str]]] = {}
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            persons.setdefault(row["EmployeeID"], []).append(row)
    for person, rows in persons.items():
        seen = min(_day(row["recorddate_key"]) for row in rows)
        first = rows[0]
        block: dict[str, Any] = {"person": person, "unit": f"store {first['store_name']}"}
        start = hired(_day(first["orighiredate_key"]), **block, registered=seen, occupation_group=OccupationGroup.OTHER)
        told: list[Revision[Any]] = [revision(start, noon(seen))]
        for row in rows:
            if row["STATUS"] == "TERMINATED":
                reason = REASONS[row["termreason_desc"]]
                end = end_registered(_day(row["terminationdate_key"]), **block, reason_class=reason)
                told.append(revision(end, noon(_day(row["recorddate_key"]))))
        yield history(person, *told)


@dataclass(frozen=True)
class World:
    """All figures of the data set, its sums, and what is expected of them."""

    figures: dict[tuple[str, str, str, str], Figure]
    numbers: Numbers
    expected: Any

    def top(self, definition: str, period: str, split: str = "") -> Figure:
        return self.figures[definition, period, str(an_id("firm")), split]


@pytest.fixture(scope="module")
def world() -> World:
    file = FOLDER / "mfg10_yearly_snapshots.csv.gz"
    if not file.exists():
        assert not os.environ.get("CI"), f"the data set MFG10 must be at {file}"
        pytest.skip(f"the data set MFG10 is not at {file}")
    people = list(_people(file))
    units = [unit_changed("firm"), *(unit_changed(f"store {n}.0", "firm") for n in range(1, 47))]
    reference: Snapshot = snapshot(*units, rules=RULES)
    cells = balance(booked(person, reference) for person in people)
    solved = figures(cells, reference.organisation(), RULES, month("2006-01"), TODAY)
    by_key = {(f.key.definition_id, f.key.period, f.key.unit, f.key.split): f for f in solved.figures}
    expected = json.loads((FOLDER / "expected.json").read_text("utf-8"))
    return World(by_key, Numbers(cells, reference.organisation()), expected)


@pytest.mark.parametrize("year", YEARS)
def test_percent_terminated_is_the_published_one(world: World, year: int) -> None:
    published = world.expected["published_by_others"]["per_status_year"][str(year)]

    figure = world.top("percent-terminated", str(year))

    assert (figure.status, figure.numerator, figure.denominator) == (Status.OK, published["terminated"], published["total"])
    assert figure.value == Decimal(str(published["percent_terminated"]))


@pytest.mark.parametrize("year", YEARS)
def test_headcount_at_year_end_is_the_published_one(world: World, year: int) -> None:
    headcount = world.expected["computed_here"]["headcount_year_end"][str(year)]

    assert world.top("headcount", f"{year}-12").value == headcount
    assert world.top("headcount", str(year)).value == headcount


@pytest.mark.parametrize("year", YEARS)
def test_leavers_by_reason(world: World, year: int) -> None:
    for word, expected in world.expected["computed_here"]["leavers_per_year_by_reason"][str(year)].items():
        figure = world.top("leavers-by-kind", str(year), f"kind={REASONS[word].value}")

        assert (figure.status, figure.numerator) == (Status.OK, expected)


@pytest.mark.parametrize("store", ["35", "18", "13"])
def test_leavers_and_headcount_of_a_store(world: World, store: str) -> None:
    computed = world.expected["computed_here"]
    unit = str(an_id(f"store {store}.0"))
    for year in YEARS:
        left = world.numbers.events(P1_LEFT, month(f"{year}-01"), month(f"{year}-12")).total.get(unit, 0)
        employed = world.numbers.stock(P1_AT, month(f"{year}-12")).total.get(unit, 0)

        assert left == computed["leavers_per_year_by_store"][store][str(year)]
        assert employed == computed["headcount_year_end_by_store"][store][str(year)]


def test_the_rolling_twelve_months(world: World) -> None:
    rolling = world.expected["computed_here"]["rolling_12m"]
    assert rolling
    for period, expected in rolling.items():
        average = world.top("turnover-leavers-over-average-headcount", period)
        cohort = world.top("turnover-cohort-12m", period)

        assert average.value == Decimal(str(expected["turnover_r12_avg13"])), period
        assert cohort.value == Decimal(str(expected["afgangsrate_12m"])), period


def test_no_store_of_under_five_is_shown(world: World) -> None:
    shown = [f for f in world.figures.values() if f.key.definition_id == "headcount" and f.status is Status.OK]

    assert not [figure for figure in shown if figure.value in {1, 2, 3, 4}]
    assert [figure for figure in shown if not figure.is_top]

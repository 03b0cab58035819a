"""Published values over time, and how they are asked for and written."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from services.chassis.failures import NotFound, Refused
from services.chassis.rules import load
from services.reporting.answers import definition_of, number, period_bound
from services.reporting.charts import chart
from services.reporting.indicators.definition import DEFINITIONS, HEADCOUNT, LEAVERS_BY_KIND
from services.reporting.indicators.figures import Figure, Key, Status, first_month, last_month, rounded, split_of
from services.reporting.months import first_day, last_day, parse, text
from services.reporting.publish import parameters
from services.reporting.published import Cause, Published, begins_quarter, changes, preliminary
from services.reporting.rules import ReportingRules
from services.reporting.scorecard import card_kind
from tests.unit.reporting.kit import RULES_OF_TESTS

YESTERDAY, TODAY = date(2026, 1, 14), date(2026, 1, 15)
SETTINGS = dict.fromkeys(DEFINITIONS, "")


def figure(value: int, definition: str = "headcount", status: Status = Status.OK) -> Figure:
    key = Key(definition, 1, "P1", "unit", "", "2025-12")
    return Figure(key, is_top=True, first=TODAY, last=TODAY, status=status, value=Decimal(value))


def test_an_unchanged_value_is_not_written_again() -> None:
    old = figure(7)

    assert changes({old.key: Published(old, YESTERDAY)}, [old], TODAY, SETTINGS, with_reasons=True).new == ()


def test_another_value_restates_the_one_of_an_earlier_day() -> None:
    old, new = figure(7), figure(8)
    made = changes({old.key: Published(old, YESTERDAY)}, [new], TODAY, SETTINGS, with_reasons=False)

    assert made.new == (Published(new, TODAY, restated=True, cause=Cause.LATE_FACTS),)
    assert (made.ended, made.replaced) == ((old.key,), ())


def test_other_settings_make_another_value_and_no_restatement_of_an_equal_one() -> None:
    old = figure(7)
    made = changes({old.key: Published(old, YESTERDAY)}, [old], TODAY, SETTINGS | {"headcount": '{"minimum_n": 10}'}, with_reasons=True)

    assert made.new == (Published(old, TODAY, parameters='{"minimum_n": 10}'),)
    assert made.ended == (old.key,)


@pytest.mark.parametrize("restated", [False, True])
def test_another_value_of_the_same_day_takes_its_place(restated: bool) -> None:
    old, new = figure(7), figure(8)
    made = changes({old.key: Published(old, TODAY, restated)}, [new], TODAY, SETTINGS, with_reasons=False)

    assert (made.new[0].restated, made.ended, made.replaced) == (restated, (), (old.key,))


@pytest.mark.parametrize(("with_reasons", "written"), [(False, 0), (True, 1)])
def test_a_value_about_reasons_waits_and_tells_no_cause(with_reasons: bool, written: int) -> None:
    old, new = figure(7, "leavers-by-kind"), figure(8, "leavers-by-kind")
    made = changes({old.key: Published(old, YESTERDAY)}, [new], TODAY, SETTINGS, with_reasons=with_reasons)

    assert len(made.new) == len(made.ended) == written
    assert all(published.cause is None for published in made.new)


@pytest.mark.parametrize(("definition", "ended"), [("headcount", 1), ("leavers-by-kind", 0)])
def test_what_can_no_longer_be_told_ends(definition: str, ended: int) -> None:
    old = figure(7, definition)

    assert len(changes({old.key: Published(old, YESTERDAY)}, [], TODAY, SETTINGS, with_reasons=False).ended) == ended


@pytest.mark.parametrize(
    ("before", "begins"), [(None, True), (date(2025, 12, 31), True), (date(2026, 1, 1), False), (date(2025, 1, 20), True)]
)
def test_when_a_quarter_begins(before: date | None, begins: bool) -> None:
    assert begins_quarter(before, TODAY) is begins


def test_only_what_has_a_value_becomes_preliminary() -> None:
    hidden = replace(figure(0), status=Status.HIDDEN, value=None)

    assert [f.status for f in preliminary([figure(7), hidden])] == [Status.PRELIMINARY, Status.HIDDEN]


@pytest.mark.parametrize(
    ("exact", "decimals", "written"),
    [("2.25", 1, "2.3"), ("0.35", 1, "0.4"), ("-2.25", 1, "-2.3"), ("1/3", 6, "0.333333"), ("2/3", 6, "0.666667"), ("7", 6, "7")],
)
def test_half_goes_away_from_zero(exact: str, decimals: int, written: str) -> None:
    assert str(rounded(Fraction(exact), decimals)) == written


def test_nothing_stays_nothing() -> None:
    assert rounded(None) is None
    assert number(None) is None
    assert (number(Decimal("7.000")), number(Decimal("2.5"))) == (7, 2.5)


@pytest.mark.parametrize(
    ("today", "month"), [(date(2026, 1, 30), "2025-12"), (date(2026, 1, 31), "2026-01"), (date(2026, 2, 1), "2026-01")]
)
def test_the_last_month_shown_is_over_today(today: date, month: str) -> None:
    assert text(last_month(today)) == month


def test_the_first_month_shown() -> None:
    mfg10 = load(Path(__file__).parents[3] / "deploy" / "rules")["998"]

    assert text(first_month(mfg10, date(2015, 1, 1), TODAY)) == "2006-01"
    assert text(first_month(RULES_OF_TESTS, date(2022, 5, 9), TODAY)) == "2022-05"
    assert text(first_month(RULES_OF_TESTS, date(1999, 5, 9), TODAY)) == "2016-01"


@pytest.mark.parametrize("code", ["707", "730", "998", "999"])
def test_the_rules_of_every_municipality_can_be_read(code: str) -> None:
    assert load(Path(__file__).parents[3] / "deploy" / "rules")[code].read(ReportingRules).minimum_n >= 5


def test_the_population_travels_with_the_value() -> None:
    told = {name: json.loads(written) for name, written in parameters(RULES_OF_TESTS).items()}

    assert told["leavers-by-kind"]["monthly_paid_without"] == ["hourly", "pupil", "student", "youth"]
    assert told["headcount"] == {"minimum_n": 5, "interrupted_months": 3}


@pytest.mark.parametrize(("written", "first", "last"), [("2006", (2006, 1, 1), (2006, 12, 31)), ("2024-02", (2024, 2, 1), (2024, 2, 29))])
def test_a_period_is_a_year_or_a_month(written: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert (period_bound(written, end=False), period_bound(written, end=True)) == (date(*first), date(*last))


@pytest.mark.parametrize("written", ["", "26", "2026-13", "2026-1", "2026-01-01", "2026-", "soon", "0000"])
def test_what_is_no_period_is_refused(written: str) -> None:
    with pytest.raises(Refused):
        period_bound(written, end=True)


def test_an_unknown_indicator_is_not_found() -> None:
    assert definition_of("headcount") is HEADCOUNT
    with pytest.raises(NotFound):
        definition_of("happiness")


def test_splits_and_months_read_as_they_are_written() -> None:
    assert split_of("level=leader,step=held") == {"level": "leader", "step": "held"}
    assert split_of("") == {}
    assert (first_day(parse("2024-02")), last_day(parse("2024-02")), text(parse("2024-02"))) == (
        date(2024, 2, 1),
        date(2024, 2, 29),
        "2024-02",
    )


def test_a_line_breaks_where_nothing_may_be_shown() -> None:
    drawn = chart([Decimal(10), Decimal(5), None, Decimal(0)], ["a", "b", "c", "d"])

    assert len(drawn.lines) == 2
    assert [gap.text for gap in drawn.gaps] == ["c"]
    assert (drawn.marks[0].y, drawn.marks[-1].height) == (12, 0)


@pytest.mark.parametrize("values", [[], [None], [Decimal(0)]])
def test_a_chart_of_nothing_can_be_drawn(values: list[Decimal | None]) -> None:
    assert chart(values, ["" for _ in values]).width


def test_the_period_of_a_card() -> None:
    assert [card_kind(definition).value for definition in (HEADCOUNT, LEAVERS_BY_KIND)] == ["month", "year"]
    assert len(DEFINITIONS) == 8

"""Our figures beside the oracle's: equal to six decimals, hidden ones tell nothing, and a wrong one is named."""

from decimal import Decimal
from fractions import Fraction

import pytest

from deploy.local.oracle import Figure
from deploy.local.play.compare import Ours, compare, six_decimals
from deploy.local.play.floors import at_least
from deploy.local.play.visitor import hidden_fields
from deploy.local.play.words import in_our_words
from services.reporting.indicators.definition import DEFINITIONS


def true(indicator: str, split: str, numerator: int, denominator: int | None, period: str = "2025-12") -> Figure:
    whole = None if denominator is None else Fraction(denominator)
    return Figure(indicator, period, "U01", split, numerator, whole, denominator or numerator)


def ours(indicator: str, split: str, value: str | None, status: str = "ok", period: str = "2025-12") -> Ours:
    return Ours(indicator, "U01", split, period, status, None if value is None else Decimal(value), None)


SEVEN = [ours("headcount", "", "7", period="2025-11")], in_our_words([true("headcount", "p1", 7, None, "2025-11")])


@pytest.mark.parametrize(
    ("value", "status", "equal"),
    [("66.666667", "ok", 1), ("66.666666", "ok", 0), (None, "hidden", 0), (None, "empty", 0)],
)
def test_a_rate_is_compared_to_six_decimals(value: str | None, status: str, equal: int) -> None:
    known = {("talk-timeliness", "U01", "kind=talk-2-weeks", "2025-Q4"): true("talk-timeliness", "talk-2-weeks", 2, 3, "2025-Q4")}
    found = compare([ours("talk-timeliness", "kind=talk-2-weeks", value, status, "2025-Q4")], known)

    assert sum(found.equal.values()) == equal
    assert sum(found.hidden.values()) == (status == "hidden")
    assert found.is_good is (equal == 1)
    assert len(found.differences) == (0 if equal or status == "hidden" else 1)


def test_nothing_to_divide_by_is_empty_on_both_sides() -> None:
    known = in_our_words([true("exit-coverage", "held,exit-leader", 0, 0, "2025")])

    assert compare([ours("exit-coverage", "level=exit-leader,step=held", None, "empty", "2025")], known).empty == {"exit-coverage": 1}
    assert compare([ours("exit-coverage", "level=exit-leader,step=held", "0", "ok", "2025")], known).differences


def test_a_figure_with_nothing_to_divide_by_is_not_among_those_that_must_be_equal() -> None:
    known = in_our_words([true("exit-coverage", "held,exit-leader", 0, 0, "2025")])

    found = compare([ours("exit-coverage", "level=exit-leader,step=held", None, "empty", "2025")], known, {"exit-coverage": 1})

    assert found.too_few == {"exit-coverage": 0}
    assert not found.is_good


def test_a_figure_the_oracle_does_not_know_must_be_nothing() -> None:
    assert compare([ours("headcount", "", "7")], {}).differences
    assert compare([ours("headcount", "", "0")], {}).missing == {"headcount": 1}


def test_a_figure_that_was_never_published_is_a_difference() -> None:
    known = in_our_words([true("exit-coverage", "held,exit-leader", 7, 9, "2025"), true("headcount", "p1", 12, None, "2025-11")])

    found = compare([ours("headcount", "", "12", period="2025-11")], known)

    assert not found.is_good
    (absent,) = found.differences
    assert (absent.split, absent.period) == ("level=exit-leader,step=held", "2025")
    assert (absent.ours, absent.oracle) == ("absent", "77.777778 (7 of 9)")


@pytest.mark.parametrize(("status", "differs"), [("hidden", []), ("too-early", ["too-early"])])
def test_a_hidden_row_is_a_row_and_too_early_is_no_excuse(status: str, differs: list[str]) -> None:
    known = in_our_words([true("exit-coverage", "held,exit-leader", 2, 3, "2025")])

    found = compare([ours("exit-coverage", "level=exit-leader,step=held", None, status, "2025")], known)

    assert [each.ours for each in found.differences] == differs


def test_nobody_of_nobody_need_not_be_published() -> None:
    """A unit in which nobody was then; everybody of a unit in a word that is used elsewhere must be."""
    leavers = [
        true("leavers-by-kind", "Pension", 0, 0, "2025-Q1"),
        true("leavers-by-kind", "Pension", 1, 6, "2025-Q2"),
        true("leavers-by-kind", "Pension", 0, 8, "2025-Q3"),
    ]

    found = compare([ours("headcount", "", "0")], in_our_words([true("headcount", "p1", 0, None), *leavers]))

    assert [(each.period, each.oracle) for each in found.differences] == [
        ("2025-Q2", "16.666667 (1 of 6)"),
        ("2025-Q3", "0.000000 (0 of 8)"),
    ]


def test_a_word_that_nobody_ever_came_under_need_not_be_published() -> None:
    assert compare([], in_our_words([true("leavers-by-kind", "Død", 0, 8, "2025")])).differences == ()


@pytest.mark.parametrize(("least", "good"), [(1, True), (2, False)])
def test_too_few_equal_figures_are_no_success(least: int, good: bool) -> None:
    found = compare(*SEVEN, {"headcount": least})

    assert found.is_good is good
    assert found.too_few == ({} if good else {"headcount": 1})


def test_an_indicator_without_any_figure_is_too_few() -> None:
    found = compare(*SEVEN, at_least(500))

    assert found.too_few["exit-coverage"] == 0
    assert not found.is_good


def test_of_few_people_less_is_asked_but_of_a_whole_municipality_every_indicator() -> None:
    assert set(at_least(60)) < set(at_least(500)) == set(DEFINITIONS)
    assert min(at_least(500).values()) >= 1
    assert at_least(499)["headcount"] < at_least(500)["headcount"]


def test_a_year_is_its_december_and_all_talks_are_the_sum_of_their_kinds() -> None:
    known = in_our_words(
        [
            true("headcount", "p1", 12, None),
            true("headcount", "p2", 11, None),
            true("talk-timeliness", "talk-2-weeks", 2, 3, "2025-Q4"),
            true("talk-timeliness", "talk-3-months", 1, 5, "2025-Q4"),
        ]
    )

    assert known["headcount", "U01", "", "2025"].numerator == 12
    assert known["talk-timeliness", "U01", "", "2025-Q4"].value == Fraction(300, 8)


def test_half_goes_away_from_zero() -> None:
    assert six_decimals(Fraction(1, 8_000_000) * 4) == Decimal("0.000001")
    assert six_decimals(Fraction(200, 3)) == Decimal("66.666667")


def test_the_form_of_an_action_is_found_among_others() -> None:
    page = "".join(f'<form action="/{at}"><input type="hidden" name="csrf" value="{value}"></form>' for at, value in (("a", 1), ("b", 2)))

    assert hidden_fields(page, "/b") == {"csrf": "2"}

"""Our figures beside the oracle's: equal to six decimals, hidden ones tell nothing, and a wrong one is named."""

from decimal import Decimal
from fractions import Fraction

import pytest

from deploy.local.oracle import Figure
from deploy.local.play.compare import Ours, compare, six_decimals
from deploy.local.play.visitor import hidden_fields
from deploy.local.play.words import in_our_words


def true(indicator: str, split: str, numerator: int, denominator: int | None, period: str = "2025-12") -> Figure:
    whole = None if denominator is None else Fraction(denominator)
    return Figure(indicator, period, "U01", split, numerator, whole, denominator or numerator)


def ours(indicator: str, split: str, value: str | None, status: str = "ok", period: str = "2025-12") -> Ours:
    return Ours(indicator, "U01", split, period, status, None if value is None else Decimal(value), None)


@pytest.mark.parametrize(
    ("value", "status", "equal"),
    [("66.666667", "ok", 1), ("66.666666", "ok", 0), (None, "hidden", 0), (None, "empty", 0)],
)
def test_a_rate_is_compared_to_six_decimals(value: str | None, status: str, equal: int) -> None:
    known = in_our_words([true("talk-timeliness", "talk-2-weeks", 2, 3, "2025-Q4")])
    found = compare([ours("talk-timeliness", "kind=talk-2-weeks", value, status, "2025-Q4")], known)

    assert sum(found.equal.values()) == equal
    assert sum(found.hidden.values()) == (status == "hidden")
    assert found.is_good is (equal == 1)
    assert len(found.differences) == (0 if equal or status == "hidden" else 1)


def test_nothing_to_divide_by_is_empty_on_both_sides() -> None:
    known = in_our_words([true("exit-coverage", "held,exit-leader", 0, 0, "2025")])

    assert compare([ours("exit-coverage", "level=exit-leader,step=held", None, "empty", "2025")], known).is_good
    assert not compare([ours("exit-coverage", "level=exit-leader,step=held", "0", "ok", "2025")], known).is_good


def test_a_figure_the_oracle_does_not_know_must_be_nothing() -> None:
    assert compare([ours("headcount", "", "7")], {}).differences
    assert compare([ours("headcount", "", "0")], {}).missing == {"headcount": 1}


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

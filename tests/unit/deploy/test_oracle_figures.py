"""The worked examples of the indicator definitions (parts A, B1 to B3), by the oracle."""

from datetime import date
from fractions import Fraction

import pytest

from deploy.local.oracle import Deliveries, Figure, figures
from deploy.local.oracle.people import People
from tests.unit.deploy.source import job, told, unit

NEW_YEAR = date(2025, 12, 31)


def people(deliveries: Deliveries) -> People:
    return People(deliveries.employments, deliveries.units)


def found(
    deliveries: Deliveries, indicator: str, period: str, *, split: str = "", at: str = "U", known: date = date(2026, 3, 31)
) -> Figure:
    wanted = (indicator, period, at, split)
    return next(f for f in figures(deliveries, [], known, date(2024, 12, 1)) if (f.indicator, f.period, f.unit, f.split) == wanted)


def the_forty() -> Deliveries:
    """40 employed on 31 December 2024; 2 join and leave in the year; 10 of the 40 leave on 30 November 2025."""
    stay = [job(f"stays {n}", "2015-01-01", degree="0.9000") for n in range(30)]
    leave = [job(f"leaves {n}", "2015-01-01", "2025-11-30", known="2024-06-01", degree="0.9000") for n in range(10)]
    join = [job(f"joins {n}", "2025-02-01", "2025-09-30", known="2024-06-01", degree="0.5000") for n in range(2)]
    return told(*stay, *leave, *join)


def test_of_the_forty_at_the_start_a_quarter_is_gone() -> None:
    rate = found(the_forty(), "turnover-cohort-12m", "2025-12")

    assert (rate.numerator, rate.denominator, rate.value) == (10, Fraction(40), Fraction(25))


def test_all_twelve_leavers_over_the_mean_of_thirteen_month_ends() -> None:
    rate = found(the_forty(), "turnover-leavers-over-average-headcount", "2025-12")

    assert (rate.numerator, rate.denominator) == (12, Fraction(526, 13))
    assert rate.value is not None
    assert round(float(rate.value), 1) == 29.7


def test_a_leaving_registered_late_is_not_yet_known() -> None:
    late = [job("leaves 0", "2015-01-01", known="2015-01-01"), job("leaves 0", "2015-01-01", "2025-11-30", known="2026-02-10")]
    others = [row for row in the_forty().employments if row.cells["person"] != "leaves 0"]
    deliveries = told(*others, *late)

    before = found(deliveries, "turnover-leavers-over-average-headcount", "2025-12", known=date(2026, 1, 31))
    after = found(deliveries, "turnover-leavers-over-average-headcount", "2025-12", known=date(2026, 2, 28))

    assert (before.numerator, before.denominator) == (11, Fraction(527, 13))
    assert (after.numerator, after.denominator) == (12, Fraction(526, 13))


def test_headcount_counts_persons_on_the_day() -> None:
    rows = told(
        job("A", "2019-03-01"),
        job("B", "2025-01-01", "2025-12-31"),
        job("C", "2020-01-01"),
        job("C", "2020-01-01", employment="second job of C", degree="0.3000"),
        job("D", "2018-08-01", leave_from="2025-06-01", leave_to="2026-05-31"),
        job("E", "2026-01-01", known="2025-11-01"),
        job("F", "2017-05-01", "2025-12-30"),
        job("G", "2018-01-01", form="Timeløn"),
    )

    assert found(rows, "headcount", "2025-12", split="p1").numerator == 5
    assert found(rows, "headcount", "2025-12", split="p2").numerator == 4


def test_the_year_end_is_in_both_parts_of_percent_terminated() -> None:
    rows = told(job("stays", "2015-01-01"), job("goes", "2015-01-01", "2025-12-31"))

    rate = found(rows, "percent-terminated", "2025")

    assert (rate.numerator, rate.denominator) == (1, Fraction(3))


class TestMobility:
    """U1 opens the year with 10 persons, U2 with 6."""

    UNITS = (unit("K"), unit("U1", "K"), unit("U2", "K"))

    def everybody(self) -> Deliveries:
        first = [job(f"one {n}", "2015-01-01", unit="U1") for n in range(8)]
        second = [job(f"two {n}", "2015-01-01", unit="U2") for n in range(5)]
        return told(
            *first,
            *second,
            job("P1", "2025-02-01", unit="U1"),
            job("P2", "2015-01-01", "2025-05-31", unit="U1"),
            job("P3", "2015-01-01", unit="U1"),
            job("P3", "2015-01-01", unit="U2", valid_from="2025-09-01", known="2025-08-01"),
            job("P4", "2015-01-01", "2025-03-31", unit="U2"),
            job("P4", "2025-05-15", unit="U2"),
            job("P5", "2025-04-01", "2025-10-31", unit="U2"),
            units=self.UNITS,
        )

    @pytest.mark.parametrize(("where", "opening", "closing"), [("U1", 10, 9), ("U2", 6, 7), ("K", 16, 16)])
    def test_the_heads_open_and_close_the_year(self, where: str, opening: int, closing: int) -> None:
        everybody = people(self.everybody())

        assert len(everybody.after(date(2024, 12, 31), everyone=False)[where]) == opening
        assert len(everybody.after(NEW_YEAR, everyone=False)[where]) == closing

    def test_who_moved_or_was_interrupted_did_not_leave(self) -> None:
        left = people(self.everybody()).left(date(2025, 1, 1), NEW_YEAR, everyone=False)

        assert left == {"U1": ["P2"], "U2": ["P5"], "K": ["P2", "P5"]}


@pytest.mark.parametrize(("back", "left"), [("2025-06-30", []), ("2025-07-01", ["P"])])
def test_back_within_three_months_is_interrupted(back: str, left: list[str]) -> None:
    rows = told(job("P", "2015-01-01", "2025-03-31"), job("P", back))

    assert people(rows).left(date(2025, 1, 1), NEW_YEAR, everyone=False).get("U", []) == left


def test_a_move_by_two_numbers_is_no_leaving_and_keeps_the_person_over_the_year_end() -> None:
    rows = told(
        job("P", "2015-01-01", "2024-12-31", reason="Intern flytning"),
        job("P", "2025-01-01", employment="new number", known="2024-11-01"),
    )

    assert not people(rows).leavings
    assert people(rows).after(date(2024, 12, 31), everyone=False) == {"U": {"P"}}


def test_with_two_jobs_a_person_leaves_when_the_last_one_ends() -> None:
    rows = told(
        job("P", "2015-01-01", "2025-03-31", reason="Afsked"),
        job("P", "2016-01-01", "2025-08-31", employment="other", degree="0.2000", reason="Pension"),
    )

    assert [(each.day, each.reason) for each in people(rows).leavings] == [(date(2025, 8, 31), "Pension")]


def test_a_person_in_two_units_is_one_person_above_them() -> None:
    units = (unit("K"), unit("A", "K"), unit("B", "K"))
    staff = people(told(job("P", "2020-01-01", unit="A"), job("P", "2020-01-01", unit="B", employment="other"), units=units))

    assert staff.on(NEW_YEAR, everyone=True) == {"A": {"P"}, "B": {"P"}, "K": {"P"}}


def test_a_unit_that_moved_takes_its_people_along_from_that_day() -> None:
    units = (unit("K"), unit("A", "K"), unit("B", "K"), unit("T", "A"), unit("T", "B", date(2025, 7, 1), date(2025, 9, 1)))
    everybody = people(told(job("P", "2020-01-01", unit="T"), units=units))

    assert set(everybody.on(date(2025, 6, 30), everyone=True)) == {"T", "A", "K"}
    assert set(everybody.on(date(2025, 7, 1), everyone=True)) == {"T", "B", "K"}


def test_leavers_by_kind_shares_the_leavers_of_the_period() -> None:
    reasons = ["Afsked"] * 2 + ["Pension"] + ["Egen opsigelse"]
    rows = told(*(job(f"P{n}", "2015-01-01", "2025-02-28", reason=reason) for n, reason in enumerate(reasons)))

    dismissed = found(rows, "leavers-by-kind", "2025-Q1", split="Afsked")

    assert (dismissed.numerator, dismissed.denominator, dismissed.value) == (2, Fraction(4), Fraction(50))


def test_a_cancelled_employment_never_was() -> None:
    rows = told(job("P", "2025-02-01", known="2025-01-10"), job("P", "2025-02-01", known="2025-02-20", cancelled="ja"))

    assert found(rows, "headcount", "2025-02", split="p1", known=date(2025, 2, 28)).numerator == 0
    assert people(rows.known_by(date(2025, 2, 19))).employed("P", date(2025, 2, 3))


def test_nothing_to_divide_by_is_no_value() -> None:
    assert found(told(job("P", "2025-01-01")), "percent-terminated", "2025", at="U").value == 0
    assert found(told(job("P", "2026-01-15")), "percent-terminated", "2025", at="U").value is None


def test_a_year_that_began_before_the_first_month_has_no_percent_terminated() -> None:
    all_of_them = figures(the_forty(), [], NEW_YEAR, date(2024, 12, 1))

    assert {figure.period for figure in all_of_them if figure.indicator == "percent-terminated"} == {"2025"}

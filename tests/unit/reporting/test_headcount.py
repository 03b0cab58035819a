"""Who is counted on a day, in which population and in which units."""

from datetime import date

import pytest

from contracts.words import EmploymentForm
from services.chassis.subject import History
from services.reporting.contributions.employment import Population
from services.reporting.contributions.persons import AT_MONTH_END, measure
from services.reporting.indicators.numbers import Numbers
from services.reporting.months import parse
from tests.kit.builders import an_id, end_registered, hired, moved
from tests.kit.story import revision
from tests.unit.reporting.kit import ONE_UNIT, balance, booked, drafts, exact, history, tree

END_OF_2025 = date(2025, 12, 31)


def heads(person: History, month: str, unit: str = "top", population: Population = Population.P1, reference: object = ONE_UNIT) -> int:
    numbers = Numbers(balance([booked(person, reference)]), reference.organisation())  # type: ignore[arg-type, attr-defined]
    return numbers.stock(measure(AT_MONTH_END, population), parse(month)).total.get(str(an_id(unit)), 0)


def test_the_example_of_the_catalogue_counts_four() -> None:
    people = [
        history("A", hired(date(2019, 3, 1), person="A")),
        history("B", hired(date(2025, 1, 1), person="B", degree="0.8000"), end_registered(END_OF_2025, person="B")),
        history(
            "C",
            hired(date(2020, 1, 1), person="C", employment="first", degree="0.5000"),
            hired(date(2020, 1, 1), person="C", employment="second", degree="0.3000"),
        ),
        history("D", hired(date(2018, 8, 1), person="D")),
        history("E", hired(date(2026, 1, 1), person="E")),
        history("F", hired(date(2017, 5, 1), person="F"), end_registered(date(2025, 12, 30), person="F")),
    ]

    assert exact(drafts(people, date(2026, 1, 31)), "headcount", "2025-12").numerator == 4


@pytest.mark.parametrize(("last", "december", "january"), [(30, 0, 0), (31, 1, 0)])
def test_the_last_day_of_a_month_still_counts(last: int, december: int, january: int) -> None:
    person = history("P", hired(date(2025, 1, 1), person="P"), end_registered(date(2025, 12, last), person="P"))

    assert [heads(person, month) for month in ("2025-11", "2025-12", "2026-01")] == [1, december, january]


@pytest.mark.parametrize(("form", "degree", "counted"), [
    (EmploymentForm.MONTHLY, "1.0000", 1),
    (EmploymentForm.TEMPORARY, "0.1000", 1),
    (EmploymentForm.SPECIAL_TERMS, "0.5000", 1),
    (EmploymentForm.MONTHLY, "0.0000", 0),
    (EmploymentForm.HOURLY, "0.5000", 0),
    (EmploymentForm.PUPIL, "1.0000", 0),
    (EmploymentForm.STUDENT, "1.0000", 0),
    (EmploymentForm.YOUTH, "0.2000", 0),
])  # fmt: skip
def test_the_monthly_paid(form: EmploymentForm, degree: str, counted: int) -> None:
    person = history("P", hired(date(2025, 1, 1), person="P", employment_form=form, degree=degree))

    assert heads(person, "2025-06", population=Population.P2) == counted
    assert heads(person, "2025-06") == 1


def test_a_move_takes_effect_on_its_day() -> None:
    person = history("P", hired(date(2025, 1, 1), person="P"), moved(date(2025, 3, 31), "unit", "other", person="P"))

    assert [(heads(person, m, "unit"), heads(person, m, "other"), heads(person, m)) for m in ("2025-02", "2025-03")] == [
        (1, 0, 1),
        (0, 1, 1),
    ]


def test_two_jobs_in_two_units_are_one_person_above_them() -> None:
    reference = tree(top=None, area="top", a="area", b="area", c="top")
    person = history(
        "P",
        hired(date(2025, 1, 1), person="P", employment="1", unit="a"),
        hired(date(2025, 1, 1), person="P", employment="2", unit="b"),
        hired(date(2025, 1, 1), person="P", employment="3", unit="c"),
    )

    assert {unit: heads(person, "2025-06", unit, reference=reference) for unit in ("a", "b", "c", "area", "top")} == dict.fromkeys(
        ("a", "b", "c", "area", "top"), 1
    )


def test_a_rehire_under_the_same_number_is_a_new_spell_in_its_own_unit() -> None:
    person = history(
        "P",
        hired(date(2024, 1, 1), person="P"),
        moved(date(2024, 2, 1), "unit", "other", person="P"),
        end_registered(date(2024, 6, 30), person="P"),
        hired(date(2025, 1, 1), person="P", rehire=True, previous_last_working_day=date(2024, 6, 30)),
    )

    assert [heads(person, m, u) for m, u in (("2024-06", "other"), ("2024-07", "top"), ("2025-01", "unit"), ("2025-01", "other"))] == [
        1,
        0,
        1,
        0,
    ]


def test_a_rehire_tells_that_the_spell_before_is_over() -> None:
    person = history(
        "P",
        hired(date(2024, 1, 1), person="P"),
        hired(date(2025, 1, 1), person="P", rehire=True, previous_last_working_day=date(2024, 6, 30)),
    )

    assert [heads(person, month) for month in ("2024-06", "2024-07", "2025-01")] == [1, 0, 1]


@pytest.mark.parametrize(("rehire", "counted"), [(False, 0), (True, 1)])
def test_an_end_before_the_start_means_nobody_came_unless_it_ended_a_spell_before(rehire: bool, counted: int) -> None:
    hire = hired(date(2025, 3, 1), person="P", rehire=rehire, previous_last_working_day=date(2025, 2, 15) if rehire else None)

    assert heads(history("P", hire, end_registered(date(2025, 2, 15), person="P")), "2025-04") == counted


def test_of_two_ends_of_one_spell_the_one_registered_last_counts() -> None:
    ends = [end_registered(date(2025, month, 28), person="P", registered=date(2025, 1, day)) for month, day in ((5, 20), (9, 10))]

    assert heads(history("P", hired(date(2025, 1, 1), person="P"), *ends), "2025-06") == 0


def test_a_unit_nobody_told_of_stands_beside_the_root_and_the_whole_is_shown_apart() -> None:
    people = [history("P", hired(date(2025, 1, 1), person="P", unit="stray")), history("Q", hired(date(2025, 1, 1), person="Q"))]

    found = [d for d in drafts(people, date(2025, 12, 31)) if (d.definition.id, d.period) == ("headcount", "2025-06")]

    assert {(d.unit, d.is_top): d.numerator for d in found}[("", True)] == 2
    assert not [d for d in found if d.is_top and d.unit]


def test_a_fact_that_no_longer_stands_counts_nowhere() -> None:
    hire = hired(date(2025, 1, 1), person="P")
    fact = revision(hire, hire.registered_at)
    taken_back = revision(hire, hire.registered_at, fact=fact.fact, number=2, stands=False)

    assert not balance([booked(history("P", fact, taken_back))])

"""Leavers and the turnover figures: the five-formula example, interruptions, reasons, the flow identity."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings

from contracts.words import ReasonClass
from services.chassis.subject import History
from services.reporting.contributions.employment import Population
from services.reporting.contributions.persons import (
    AFTER_MONTH_END,
    HIRES,
    INTERRUPTED,
    LEAVERS,
    MOVED_IN,
    MOVED_OUT,
    RETURNED,
    measure,
)
from services.reporting.indicators.numbers import Numbers
from services.reporting.months import Month, parse
from tests.kit.builders import an_id, end_registered, hired, moved
from tests.unit.reporting.kit import ONE_UNIT, balance, booked, count, drafts, exact, history
from tests.unit.reporting.people import people_of

COHORT, AVERAGE, TERMINATED = "turnover-cohort-12m", "turnover-leavers-over-average-headcount", "percent-terminated"


def five_formulas() -> list[History]:
    stayers = [history(f"s{n}", hired(date(2020, 1, 1), person=f"s{n}", degree="0.9000")) for n in range(30)]
    leavers = [
        history(f"l{n}", hired(date(2020, 1, 1), person=f"l{n}", degree="0.9000"), end_registered(date(2025, 11, 30), person=f"l{n}"))
        for n in range(10)
    ]
    short = [
        history(f"j{n}", hired(date(2025, 2, 1), person=f"j{n}", degree="0.5000"), end_registered(date(2025, 9, 30), person=f"j{n}"))
        for n in range(2)
    ]
    return [*stayers, *leavers, *short]


def test_the_example_for_the_turnover_formulas() -> None:
    found = drafts(five_formulas(), date(2025, 12, 31))

    cohort, average = exact(found, COHORT, "2025-12"), exact(found, AVERAGE, "2025-12")
    assert (cohort.numerator, cohort.denominator, cohort.value) == (10, Fraction(40), Fraction(25))
    assert (average.numerator, average.denominator) == (12, Fraction(526, 13))
    assert round(float(average.value or 0), 1) == 29.7
    assert count(found, TERMINATED, "2025") == (12, 42)


def test_a_leaving_registered_late_is_in_what_is_known_later() -> None:
    late = history(
        "l0", hired(date(2020, 1, 1), person="l0"), end_registered(date(2025, 11, 30), person="l0", registered=date(2026, 2, 10))
    )
    people = [person for person in five_formulas() if person.subject.id != an_id("l0")]
    bookings = [booked(person) for person in (*people, late)]

    def known_on(day: date) -> tuple[int, Fraction]:
        numbers = Numbers(balance(bookings, day), ONE_UNIT.organisation())
        window = [numbers.stock("at-month-end.p2", Month(parse("2024-12") + n)).total[str(an_id("top"))] for n in range(13)]
        left = numbers.events("leavers.p2", parse("2025-01"), parse("2025-12")).total[str(an_id("top"))]
        return left, Fraction(sum(window), 13)

    assert known_on(date(2026, 1, 5)) == (11, Fraction(527, 13))
    assert known_on(date(2026, 2, 9)) == (11, Fraction(527, 13))
    assert known_on(date(2026, 2, 10)) == (12, Fraction(526, 13))


@pytest.mark.parametrize(("back", "leavers", "lost"), [(date(2025, 6, 30), 0, 0), (date(2025, 7, 1), 1, 1)])
def test_who_returns_before_three_months_are_over_did_not_leave(back: date, leavers: int, lost: int) -> None:
    person = history(
        "P",
        hired(date(2020, 1, 1), person="P", employment="before"),
        end_registered(date(2025, 3, 31), person="P", employment="before"),
        hired(back, person="P", employment="after"),
    )
    found = drafts([person], date(2025, 12, 31))

    assert exact(found, AVERAGE, "2025-12").numerator == leavers
    assert count(found, COHORT, "2025-12") == (lost, 1)


def test_a_job_that_follows_the_next_day_keeps_the_person_employed() -> None:
    person = history(
        "P",
        hired(date(2020, 1, 1), person="P", employment="before"),
        end_registered(date(2024, 12, 31), person="P", employment="before"),
        hired(date(2025, 1, 1), person="P", employment="after", unit="other"),
        end_registered(date(2025, 5, 31), person="P", employment="after", unit="other"),
    )
    found = drafts([person], date(2025, 12, 31))

    assert count(found, COHORT, "2025-12", "unit") == (1, 1), "employed after 31 December, in the unit of that day"
    assert exact(found, AVERAGE, "2025-12", "other").numerator == 1


def test_the_reason_is_that_of_the_largest_job_that_ends() -> None:
    jobs = [("small", "0.2000", ReasonClass.DISMISSAL), ("large", "0.8000", ReasonClass.RETIREMENT)]
    events = [
        event
        for name, degree, reason in jobs
        for event in (
            hired(date(2020, 1, 1), person="P", employment=name, degree=degree),
            end_registered(date(2025, 5, 31), person="P", employment=name, reason_class=reason),
        )
    ]
    found = drafts([history("P", *events)], date(2025, 12, 31))

    assert count(found, "leavers-by-kind", "2025", split="kind=retirement") == (1, 1)


@pytest.mark.parametrize("last", [date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31), date(2026, 1, 1)])
def test_the_window_begins_after_its_opening_day(last: date) -> None:
    person = history("P", hired(date(2020, 1, 1), person="P"), end_registered(last, person="P"))
    found = drafts([person], date(2025, 12, 31))

    inside = date(2025, 1, 1) <= last <= date(2025, 12, 31)
    assert exact(found, AVERAGE, "2025-12").numerator == inside
    assert exact(found, COHORT, "2025-12").numerator == inside
    assert exact(found, COHORT, "2025-12").denominator == (last > date(2024, 12, 31))


def test_an_internal_move_is_no_leaver() -> None:
    person = history(
        "P", hired(date(2020, 1, 1), person="P"), end_registered(date(2025, 5, 31), person="P", reason_class=ReasonClass.INTERNAL_MOVE)
    )
    found = drafts([person], date(2025, 12, 31))

    assert exact(found, AVERAGE, "2025-12").numerator == 0
    assert count(found, COHORT, "2025-12") == (0, 1)


def flows(people: list[History], first: str, last: str, unit: str) -> dict[str, int]:
    numbers = Numbers(balance(booked(person) for person in people), ONE_UNIT.organisation())
    opening = numbers.stock(measure(AFTER_MONTH_END, Population.P2), Month(parse(first) - 1))
    closing = numbers.stock(measure(AFTER_MONTH_END, Population.P2), parse(last))
    names = (HIRES, LEAVERS, MOVED_IN, MOVED_OUT, RETURNED, INTERRUPTED)
    counted = {name: numbers.events(measure(name, Population.P2), parse(first), parse(last)) for name in names}
    rolls = {"opening": opening, "closing": closing, **counted}
    return {name: roll.total.get(str(an_id(unit)), 0) for name, roll in rolls.items()}


def holds(found: dict[str, int]) -> bool:
    inward = found[HIRES] + found[MOVED_IN] + found[RETURNED]
    return found["opening"] + inward - found[LEAVERS] - found[MOVED_OUT] - found[INTERRUPTED] == found["closing"]


def mobility() -> list[History]:
    old = date(2020, 1, 1)
    events = {
        "P1": (hired(date(2025, 2, 1), person="P1"),),
        "P2": (hired(old, person="P2"), end_registered(date(2025, 5, 31), person="P2")),
        "P3": (hired(old, person="P3"), moved(date(2025, 9, 1), "unit", "other", person="P3")),
        "P4": (
            hired(old, person="P4", employment="4a", unit="other"),
            end_registered(date(2025, 3, 31), person="P4", employment="4a", unit="other"),
            hired(date(2025, 5, 15), person="P4", employment="4b", unit="other"),
        ),
        "P5": (hired(date(2025, 4, 1), person="P5", unit="other"), end_registered(date(2025, 10, 31), person="P5", unit="other")),
    }
    rest = [(f"U1 {n}", "unit") for n in range(8)] + [(f"U2 {n}", "other") for n in range(5)]
    people = [history(person, *told) for person, told in events.items()]
    return [*people, *(history(name, hired(old, person=name, unit=unit)) for name, unit in rest)]


def test_the_example_of_the_flow_identity() -> None:
    people = mobility()
    unit, other, top = (flows(people, "2025-01", "2025-12", name) for name in ("unit", "other", "top"))

    assert unit == {"opening": 10, HIRES: 1, LEAVERS: 1, MOVED_IN: 0, MOVED_OUT: 1, RETURNED: 0, INTERRUPTED: 0, "closing": 9}
    assert other == {"opening": 6, HIRES: 1, LEAVERS: 1, MOVED_IN: 1, MOVED_OUT: 0, RETURNED: 1, INTERRUPTED: 1, "closing": 7}
    assert top == {"opening": 16, HIRES: 2, LEAVERS: 2, MOVED_IN: 0, MOVED_OUT: 0, RETURNED: 1, INTERRUPTED: 1, "closing": 16}


@settings(max_examples=60, deadline=None)
@given(people_of())
def test_the_flow_identity_holds_at_every_node_and_month(person: History) -> None:
    for month in range(parse("2023-06"), parse("2025-06")):
        written = f"{month // 12:04d}-{month % 12 + 1:02d}"
        for unit in ("unit", "other", "top"):
            assert holds(flows([person], written, written, unit)), (written, unit)

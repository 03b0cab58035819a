"""Invented histories for general rules: jobs, ends, moves, hours, rehires, corrections and cancellations, in any number."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any, TypeVar

from hypothesis import strategies as st

from contracts.base import Event
from contracts.words import EmploymentForm, ReasonClass
from services.chassis.subject import History, Revision
from tests.kit.builders import an_id, end_registered, hired, moved, noon
from tests.kit.story import revision
from tests.unit.reporting.kit import history

T = TypeVar("T")
FIRST = date(2023, 1, 1)
DAYS = st.integers(0, 900).map(lambda n: FIRST + timedelta(days=n))
MONTH_ENDS = st.integers(1, 29).map(lambda n: date(2023 + n // 12, n % 12 + 1, 1) - timedelta(days=1))
DATES = st.one_of(DAYS, MONTH_ENDS, MONTH_ENDS.map(lambda d: d + timedelta(days=1)))
UNITS = st.sampled_from(("unit", "other", "top"))
FORMS = st.sampled_from((EmploymentForm.MONTHLY, EmploymentForm.MONTHLY, EmploymentForm.HOURLY))
REASONS = st.sampled_from((ReasonClass.OWN_REQUEST, ReasonClass.RETIREMENT, ReasonClass.INTERNAL_MOVE))
DEGREES = st.sampled_from(("1.0000", "0.5000", "0.0000"))


@st.composite
def revisions_of(draw: Callable[[st.SearchStrategy[Any]], Any], units: st.SearchStrategy[str] = UNITS) -> list[Revision[Event]]:
    """Everything that was told of person P: up to three jobs, each maybe ended, moved, corrected or cancelled."""
    told: list[Revision[Event]] = []
    numbers = count()
    for job in range(draw(st.integers(1, 3))):
        more = {"person": "P", "employment": f"job {job}", "employment_form": draw(FORMS)}
        first = draw(DATES)
        told += _fact(draw, numbers, hired(first, unit=draw(units), degree=draw(DEGREES), **more))
        if draw(st.booleans()):
            old, new = draw(units), draw(units)
            told += _fact(draw, numbers, moved(draw(DATES), old, new, person="P", employment=f"job {job}"))
        if draw(st.booleans()):
            last = draw(DATES)
            told += _fact(draw, numbers, end_registered(last, reason_class=draw(REASONS), **more))
    return told


def _fact(draw: Callable[[st.SearchStrategy[Any]], Any], numbers: Any, event: Event) -> list[Revision[Event]]:
    fact = an_id(f"fact {next(numbers)}")
    known = draw(DAYS)
    told: list[Revision[Event]] = [revision(event, noon(known), fact=fact)]
    if draw(st.integers(0, 4)) == 0:
        again = known + timedelta(days=draw(st.integers(0, 60)))
        told.append(revision(event, noon(again), fact=fact, number=2, stands=False))
    return told


def people_of(units: st.SearchStrategy[str] = UNITS) -> st.SearchStrategy[History]:
    """The history of one such person."""
    return revisions_of(units).map(lambda told: history("P", *told))

"""Which rows would end an employment, and how many are too many."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.intake.ending import Running, endings, is_ended_by
from services.intake.reading.draft import Draft
from services.intake.reading.mapping import Kind
from services.intake.rules import IntakeRules

TODAY = date(2026, 3, 4)
LAST = date(2026, 4, 30)


def draft(kind: Kind, day: int = 1, **fields: Any) -> Draft:
    return Draft(kind, 2, "", {"registered_at": datetime(2026, 3, day, tzinfo=UTC), **fields}, "a", "a-1")


@pytest.mark.parametrize(
    ("row", "day"),
    [
        (draft(Kind.EMPLOYMENTS, end_told=True, last_day=LAST), LAST),
        (draft(Kind.EMPLOYMENTS, end_told=False, cancelled=True), None),
        (draft(Kind.EMPLOYMENT_GONE), None),
        (draft(Kind.FACTS, statuses=({"first": date(2026, 5, 1), "state": "ended"},)), LAST),
        (draft(Kind.FACTS, statuses=({"first": date(2026, 5, 1), "state": "deleted"},)), None),
    ],
)
def test_an_end_a_cancellation_and_who_is_gone_end_an_employment(row: Draft, day: date | None) -> None:
    assert {employment: ending.last_day for employment, ending in endings([row]).items()} == {"a-1": day}


@pytest.mark.parametrize(
    "row",
    [
        draft(Kind.EMPLOYMENTS, end_told=True, last_day=None),
        draft(Kind.EMPLOYMENTS, end_told=False, last_day=None),
        draft(Kind.FACTS, statuses=({"first": date(2026, 5, 1), "state": "leave"},)),
        draft(Kind.FACTS, units=()),
        draft(Kind.LEADERS, last_day=LAST),
        draft(Kind.UNIT_GONE),
    ],
)
def test_what_tells_of_no_end_ends_nothing(row: Draft) -> None:
    assert endings([row]) == {}


def test_the_latest_row_decides_whatever_the_order() -> None:
    ended, withdrawn = draft(Kind.EMPLOYMENTS, 1, end_told=True, last_day=LAST), draft(Kind.EMPLOYMENTS, 2, end_told=True, last_day=None)

    assert endings([ended, withdrawn]) == endings([withdrawn, ended]) == {}


@pytest.mark.parametrize(
    ("known", "day", "is_ended"),
    [
        (None, LAST, False),
        (Running(1, 0, None), LAST, True),
        (Running(1, 0, None), None, True),
        (Running(2, 1, date(2020, 1, 1)), LAST, True),
        (Running(1, 1, LAST), LAST, False),
        (Running(1, 1, LAST), date(2026, 3, 31), True),
        (Running(1, 1, LAST), None, False),
        (Running(1, 1, TODAY), date(2026, 3, 3), True),
        (Running(1, 1, date(2026, 3, 3)), date(2026, 3, 2), False),
        (Running(0, 0, None), LAST, False),
    ],
)
def test_only_who_is_employed_now_and_whose_end_is_news_counts(known: Running | None, day: date | None, is_ended: bool) -> None:
    assert is_ended_by(known, day, TODAY) is is_ended


@pytest.mark.parametrize(("ending", "employed", "held"), [(9, 10, False), (10, 10, True), (10, 200, False), (11, 200, True), (10, 0, True)])
def test_more_than_five_percent_and_at_least_ten_wait(ending: int, employed: int, held: bool) -> None:
    assert IntakeRules().is_too_many(ending, employed) is held


def test_a_municipality_decides_for_itself() -> None:
    assert IntakeRules(held_over_percent=Decimal("1.5"), held_from=2).is_too_many(2, 100)
    assert not IntakeRules(held_over_percent=Decimal(100)).is_too_many(10, 10)

"""Danish days: holidays, closed days, months, the turn of the day."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.words import Closed
from services.chassis.calendar import COPENHAGEN, Calendar, add_months, day_of, midnight, month_end

CALENDAR = Calendar()


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2023, 5, 5), False),  # Store Bededag, a holiday for the last time
        (date(2024, 4, 26), True),  # Store Bededag, an ordinary working day from 2024
        (date(2026, 4, 2), False),  # Maundy Thursday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 4, 7), True),
        (date(2026, 12, 23), True),
        (date(2026, 12, 24), False),
        (date(2026, 12, 31), False),
        (date(2026, 5, 1), True),  # from noon: still a working day for due dates
        (date(2026, 6, 6), False),  # a Saturday
    ],
)
def test_people_are_at_work_on_working_days_only(day: date, open_: bool) -> None:
    assert CALENDAR.is_working_day(day) is open_


def test_a_duty_ends_on_the_working_day_before_a_holiday_and_opens_on_the_one_after() -> None:
    assert CALENDAR.on_or_before(date(2026, 4, 6)) == date(2026, 4, 1)
    assert CALENDAR.on_or_after(date(2026, 4, 2)) == date(2026, 4, 7)
    assert CALENDAR.on_or_before(date(2026, 4, 1)) == date(2026, 4, 1)
    assert CALENDAR.on_or_after(date(2026, 4, 1)) == date(2026, 4, 1)


def test_a_closing_day_that_was_told_is_no_working_day_and_an_opened_one_is() -> None:
    told = Calendar(days={date(2026, 5, 15): Closed.WHOLE, date(2026, 12, 24): Closed.NONE, date(2026, 6, 6): Closed.NONE})

    assert not told.is_working_day(date(2026, 5, 15))
    assert told.is_working_day(date(2026, 12, 24))
    assert not told.is_working_day(date(2026, 6, 6)), "a Saturday stays a Saturday"


@pytest.mark.parametrize(
    ("day", "meets"),
    [
        (date(2026, 4, 30), True),
        (date(2026, 5, 1), False),  # closed from noon unless told otherwise
        (date(2026, 6, 5), False),
        (date(2027, 5, 1), False),  # a Saturday
        (date(2026, 5, 12), False),  # told to close from noon
        (date(2027, 6, 5), False),  # told to be open, and a Saturday
        (date(2029, 5, 1), True),  # told to be open all day
        (date(2026, 12, 24), False),  # told to close from noon instead of being closed
        (date(2026, 4, 2), False),  # Maundy Thursday
    ],
)
def test_nobody_is_proposed_to_meet_on_half_a_day(day: date, meets: bool) -> None:
    half, whole = Closed.FROM_NOON, Closed.NONE
    told = Calendar(days={date(2026, 5, 12): half, date(2027, 6, 5): whole, date(2029, 5, 1): whole, date(2026, 12, 24): half})

    assert told.is_meeting_day(day) is meets


def test_half_a_day_is_a_working_day_on_which_a_duty_may_end() -> None:
    assert CALENDAR.on_or_before(date(2026, 5, 2)) == date(2026, 5, 1)
    assert CALENDAR.on_or_after(date(2026, 5, 1)) == date(2026, 5, 1)
    assert CALENDAR.meeting_on_or_after(date(2026, 5, 1)) == date(2026, 5, 4)


def test_three_working_days_skip_the_weekend_forward_and_back() -> None:
    friday = date(2026, 3, 13)

    assert CALENDAR.add_working_days(friday, 3) == date(2026, 3, 18)
    assert CALENDAR.add_working_days(date(2026, 3, 18), -3) == friday
    assert CALENDAR.add_working_days(friday, 0) == friday
    assert CALENDAR.working_days_between(friday, date(2026, 3, 18)) == 3
    assert CALENDAR.working_days_between(date(2026, 3, 18), friday) == 0


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 15), 3, date(2027, 2, 15)),
        (date(2026, 3, 15), -3, date(2025, 12, 15)),
    ],
)
def test_months_on_is_the_same_date_or_the_last_of_the_month(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


def test_the_danish_day_turns_at_midnight_in_copenhagen_in_winter_and_in_summer() -> None:
    assert day_of(datetime(2025, 12, 31, 23, 30, tzinfo=UTC)) == date(2026, 1, 1)
    assert midnight(date(2026, 1, 1)) == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert midnight(date(2026, 7, 1)) == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert month_end(date(2024, 2, 3)) == date(2024, 2, 29)


@given(st.integers(-70 * 365 * 24 * 3600, 200 * 365 * 24 * 3600))
def test_the_day_of_an_instant_is_what_the_zone_says(second: int) -> None:
    moment = datetime.fromtimestamp(second, UTC)

    assert day_of(moment) == moment.astimezone(COPENHAGEN).date()

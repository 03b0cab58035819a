"""When digests go out: on the weekdays of the rules, at their hour, Danish time, never on a day off; one after a downtime."""

from datetime import UTC, date, datetime, time

import pytest

from services.chassis.calendar import Calendar
from services.notification.domain.moments import hour_of, is_digest_day, is_open, last_digest, may_go_out, next_digest
from services.notification.rules import TaskRules, Weekday

RULES = TaskRules()
PUBLIC = Calendar()


def at(day: date, hour: int = 12, minute: int = 0) -> datetime:
    """An instant in winter, Danish time less one hour."""
    return datetime.combine(day, time(hour - 1, minute), UTC)


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        (date(2026, 3, 2), True),
        (date(2026, 3, 3), False),
        (date(2026, 3, 5), True),
        (date(2026, 3, 7), False),
        (date(2026, 4, 2), False),
        (date(2026, 4, 6), False),
        (date(2026, 4, 7), True),
        (date(2026, 4, 8), False),
    ],
    ids=["Monday", "Tuesday", "Thursday", "Saturday", "Maundy Thursday", "Easter Monday", "Tuesday after Easter", "Wednesday after Easter"],
)
def test_a_digest_day_that_is_a_day_off_gives_way_to_the_next_working_day(day: date, *, is_one: bool) -> None:
    assert is_digest_day(day, RULES, PUBLIC) is is_one


def test_the_hour_is_danish_in_winter_and_in_summer() -> None:
    assert hour_of(date(2026, 3, 2), RULES) == datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
    assert hour_of(date(2026, 3, 30), RULES) == datetime(2026, 3, 30, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (at(date(2026, 3, 2), 7, 29), date(2026, 2, 26)),
        (at(date(2026, 3, 2), 7, 30), date(2026, 3, 2)),
        (at(date(2026, 3, 4)), date(2026, 3, 2)),
        (at(date(2026, 3, 8)), date(2026, 3, 5)),
    ],
)
def test_the_last_digest_is_the_one_whose_hour_has_come(now: datetime, day: date) -> None:
    assert last_digest(now, RULES, PUBLIC) == day


def test_the_next_digest_may_be_this_very_moment() -> None:
    hour = hour_of(date(2026, 3, 2), RULES)

    assert next_digest(hour, RULES, PUBLIC) == hour
    assert next_digest(at(date(2026, 3, 2), 7, 31), RULES, PUBLIC) == hour_of(date(2026, 3, 5), RULES)


def test_a_municipality_without_digest_days_has_none() -> None:
    none = TaskRules(digest_weekdays=frozenset())

    assert next_digest(at(date(2026, 3, 2)), none, PUBLIC) is None
    assert last_digest(at(date(2026, 3, 2)), none, PUBLIC) is None


def test_a_digest_day_of_the_rules_is_read_as_a_weekday() -> None:
    friday = TaskRules.model_validate({"digest_weekdays": ["friday"], "digest_at": "06:15"})

    assert friday.digest_weekdays == {Weekday.FRIDAY}
    assert next_digest(at(date(2026, 3, 2)), friday, PUBLIC) == datetime(2026, 3, 6, 5, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (at(date(2026, 3, 3), 2), at(date(2026, 3, 3), 7, 30)),
        (at(date(2026, 3, 3), 14), at(date(2026, 3, 3), 14)),
        (at(date(2026, 3, 7), 14), at(date(2026, 3, 9), 7, 30)),
    ],
    ids=["by night", "by day", "on a Saturday"],
)
def test_nobody_is_written_to_at_night_or_on_a_day_off(now: datetime, then: datetime) -> None:
    assert may_go_out(now, RULES, PUBLIC) == then
    assert is_open(now, RULES, PUBLIC) is (now == then)

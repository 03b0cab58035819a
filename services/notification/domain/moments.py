"""When mails go out: on digest days, at the hour of the rules, and never on a day that is no working day. Pure; Danish time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from services.chassis.calendar import COPENHAGEN, Calendar, day_of
from services.notification.rules import TaskRules

DAY = timedelta(days=1)
LOOK_DAYS = 60
"""So far is looked for a digest day: farther apart they are in no municipality."""


def is_digest_day(day: date, rules: TaskRules, calendar: Calendar) -> bool:
    """Whether the digest goes out on this day: a working day of the rules, or the first one after such a day that is none."""
    if not calendar.is_working_day(day):
        return False
    wanted = {weekday.number for weekday in rules.digest_weekdays}
    while day.weekday() not in wanted:
        day -= DAY
        if calendar.is_working_day(day):
            return False
    return True


def hour_of(day: date, rules: TaskRules) -> datetime:
    """The instant (UTC) of this day at which mails may go out."""
    return datetime.combine(day, rules.digest_at, COPENHAGEN).astimezone(UTC)


def last_digest(now: datetime, rules: TaskRules, calendar: Calendar) -> date | None:
    """The day of the digest that should have gone out by now; none where there are no digests."""
    return next((day for day in _days(now, -1) if hour_of(day, rules) <= now and is_digest_day(day, rules, calendar)), None)


def next_digest(since: datetime, rules: TaskRules, calendar: Calendar) -> datetime | None:
    """The first instant at or after `since` at which a digest goes out; none where there are no digests."""
    found = (day for day in _days(since, 1) if hour_of(day, rules) >= since and is_digest_day(day, rules, calendar))
    return next((hour_of(day, rules) for day in found), None)


def is_open(now: datetime, rules: TaskRules, calendar: Calendar) -> bool:
    """Whether mails may go out now: nobody is written to at night or on a day off."""
    return may_go_out(now, rules, calendar) == now


def may_go_out(now: datetime, rules: TaskRules, calendar: Calendar) -> datetime:
    """The first instant from now on at which a mail may go out."""
    day = day_of(now)
    if calendar.is_working_day(day):
        return max(now, hour_of(day, rules))
    return hour_of(calendar.on_or_after(day), rules)


def _days(moment: datetime, step: int) -> Iterator[date]:
    day = day_of(moment)
    return (day + step * n * DAY for n in range(LOOK_DAYS + 1))

"""Days, months and Danish working days, counted one at a time."""

from collections.abc import Iterator
from datetime import date, timedelta

DAY = timedelta(days=1)


def months_on(day: date, count: int) -> date:
    """The same date `count` months on; the last day of the month where it has no such date."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), month_end(date(year, month + 1, 1)))


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    while (day + DAY).month == day.month:
        day += DAY
    return day


def month_ends(first: date, last: date) -> Iterator[date]:
    """The month ends from the month of `first` to `last`, those days included."""
    end = month_end(first)
    while end <= last:
        yield end
        end = month_end(end + DAY)


def easter(year: int) -> date:
    """Easter Sunday (the anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def is_working_day(day: date) -> bool:
    """Monday to Friday without the Danish public holidays (Store Bededag to and with 2023), 24 and 31 December."""
    fixed = {(1, 1), (12, 24), (12, 25), (12, 26), (12, 31)}
    after_easter = {-3, -2, 0, 1, 39, 49, 50} | ({26} if day.year <= 2023 else set())
    return day.weekday() < 5 and (day.month, day.day) not in fixed and (day - easter(day.year)).days not in after_easter


def on_or_after(day: date) -> date:
    """The first working day from `day` on."""
    return day if is_working_day(day) else on_or_after(day + DAY)


def on_or_before(day: date) -> date:
    """The last working day to and with `day`."""
    return day if is_working_day(day) else on_or_before(day - DAY)


def working_days_after(day: date, count: int) -> date:
    """The `count`th working day after `day`, which is day 0."""
    for _ in range(count):
        day = on_or_after(day + DAY)
    return day

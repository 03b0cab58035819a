"""The calendar of the story: four years of history in one delivery, then a year in twelve steps of the clock."""

from datetime import date, timedelta

FIRST_DAY = date(2021, 1, 1)
LIVE_FROM = date(2025, 1, 1)
LAST_DAY = date(2025, 12, 31)
HISTORY = "history"
_FRIDAY = 4


def first_of_next_month(day: date) -> date:
    """The first day of the month after the one `day` lies in."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_end(day: date) -> date:
    """The last day of the month `day` lies in."""
    return first_of_next_month(day) - timedelta(days=1)


def steps() -> tuple[tuple[date, str], ...]:
    """The day the clock is set to (its evening, 18:00), and the folder delivered then: what was registered in that month of 2025.

    It is the last weekday of the month: all of the month is registered by then, and a window may open the same day.
    """
    return tuple((_last_weekday(date(2025, month, 1)), f"2025-{month:02d}") for month in range(1, 13))


def _last_weekday(day: date) -> date:
    end = month_end(day)
    return end - timedelta(days=max(0, end.weekday() - _FRIDAY))


def delivery(registered: date) -> str:
    """The folder a row belongs to by the day the source registered it."""
    return HISTORY if registered < LIVE_FROM else f"{registered:%Y-%m}"


def folders() -> tuple[str, ...]:
    """All deliveries in their order."""
    return (HISTORY, *(folder for _, folder in steps()))

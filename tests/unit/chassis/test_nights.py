"""The nights in which Danish clocks are turned: a day of 23 or 25 hours begins at its own midnight, and who waits for it wakes once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.hr import Hired
from services.chassis.calendar import day_of, midnight
from services.chassis.reference import Reference
from services.chassis.service import Service, SubjectKind
from services.chassis.subject import History, Situation, Statement
from tests.kit.builders import hired
from tests.kit.story import Story
from tests.kit.toy import BellPlanned, BellRang

QUARTER = timedelta(minutes=15)
INSTANT = timedelta(microseconds=1)
MIDNIGHTS = {
    date(2026, 3, 28): datetime(2026, 3, 27, 23, tzinfo=UTC),
    date(2026, 3, 29): datetime(2026, 3, 28, 23, tzinfo=UTC),
    date(2026, 3, 30): datetime(2026, 3, 29, 22, tzinfo=UTC),
    date(2026, 10, 24): datetime(2026, 10, 23, 22, tzinfo=UTC),
    date(2026, 10, 25): datetime(2026, 10, 24, 22, tzinfo=UTC),
    date(2026, 10, 26): datetime(2026, 10, 25, 23, tzinfo=UTC),
}
"""When each Danish day around the two nights begins."""


def opening(history: History, _reference: Reference, now: datetime) -> Situation:
    """A window that opens on the day of a hire, whatever day of the week that is."""
    (job,) = history.standing(Hired)
    body, opens = job.body, midnight(job.body.effective_date)
    about = {name: getattr(body, name) for name in ("municipality", "employment_id", "person_key", "unit_id")}
    bell = (BellRang if day_of(now) >= body.effective_date else BellPlanned)(rings_on=body.effective_date, **about)
    return Situation((Statement(("bell",), bell),), wake_at=opens if opens > now else None)


@pytest.mark.parametrize("day", MIDNIGHTS)
def test_a_day_lasts_from_its_midnight_to_the_last_instant_before_the_next(day: date) -> None:
    begins = midnight(day)

    assert begins == MIDNIGHTS[day]
    assert day_of(begins) == day
    assert day_of(begins - INSTANT) == day - timedelta(days=1)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 3, 30), 24), (date(2026, 10, 25), 25)])
def test_the_day_on_which_clocks_are_turned_has_an_hour_less_or_more(day: date, hours: int) -> None:
    begins = midnight(day)

    assert midnight(day + timedelta(days=1)) - begins == timedelta(hours=hours)
    assert {day_of(begins + QUARTER * n) for n in range(4 * hours)} == {day}


@pytest.mark.parametrize("day", MIDNIGHTS)
def test_a_window_opens_once_and_at_the_midnight_of_its_day(day: date) -> None:
    begins = MIDNIGHTS[day]
    story = Story(Service("nights", (SubjectKind("person", opening, hears=(Hired,)),), says=(BellPlanned,)), begins - timedelta(days=2))
    story.hears(hired(day))
    (state,) = story.states.values()
    assert state.wake_at == begins

    opened: list[datetime] = []
    for n in range(4 * 24 * 4):
        before, now = len(story.spoken), begins - timedelta(days=2) + n * QUARTER
        story.reaches(now - INSTANT)
        story.reaches(now)
        opened += [now] * (len(story.spoken) - before) if story.said(BellRang) else []
    assert opened == [begins]
    assert [r.type for _, r in story.spoken] == [BellPlanned.wire, BellRang.wire]

"""What a leader may record about a talk, and what it counts as."""

from datetime import date, timedelta

import pytest

from contracts.base import CallState, HolderRole
from contracts.onboarding import IntroMilestone, IntroMilestoneDone, IntroMilestoneMissed
from contracts.words import MilestoneKind, TalkTheme
from services.chassis.failures import NotFound, Refused
from services.onboarding.domain.asks import decline_talk, hold_talk
from tests.kit.builders import an_id, end_registered
from tests.kit.story import Story
from tests.unit.onboarding.scene import begun, day, steps, talk

LEADER = HolderRole.NEAREST_LEADER


def hold(story: Story, on: date, themes: tuple[TalkTheme, ...] = ()) -> None:
    story.asks("person", an_id("person"), hold_talk(talk(story).milestone_id, on, LEADER, themes))


def decline(story: Story, on: date) -> None:
    story.asks("person", an_id("person"), decline_talk(talk(story).milestone_id, on, LEADER))


@pytest.mark.parametrize(
    ("on", "in_time"),
    [
        (date(2026, 3, 10), False),
        (date(2026, 3, 11), True),
        (date(2026, 3, 27), True),
        (date(2026, 3, 28), False),
        (date(2026, 4, 16), False),
    ],
)
def test_a_talk_is_in_time_from_the_opening_to_the_close(on: date, in_time: bool) -> None:
    story = begun()
    story.reaches(max(on, day(12)))

    hold(story, on)

    (done,) = story.said(IntroMilestoneDone)
    assert (done.done_on, done.in_window, done.by_role, done.call.state) == (on, in_time, LEADER, CallState.DONE)


def test_a_talk_that_was_missed_may_still_be_held_and_counts_late() -> None:
    story = begun()
    story.reaches(date(2026, 5, 4))
    assert talk(story).call.state is CallState.MISSED

    hold(story, date(2026, 5, 4), (TalkTheme.TASKS,))

    (done,) = story.said(IntroMilestoneDone)
    assert (done.in_window, done.themes) == (False, (TalkTheme.TASKS,))
    assert [m for m in story.said(IntroMilestoneMissed) if m.milestone_kind is done.milestone_kind] == []


def test_a_talk_held_in_time_and_recorded_late_was_in_time() -> None:
    story = begun()
    story.reaches(date(2026, 5, 4))

    hold(story, date(2026, 3, 20))

    assert story.said(IntroMilestoneDone)[0].in_window


def test_a_declined_talk_is_a_valid_end() -> None:
    story = begun()
    story.reaches(day(12))

    decline(story, day(11))

    declined = talk(story)
    assert isinstance(declined, IntroMilestoneMissed)
    assert (declined.call.state, declined.call.state_on, declined.call.by_role) == (CallState.DECLINED, day(11), LEADER)


def test_a_talk_that_was_declined_may_be_held_after_all() -> None:
    story = begun()
    story.reaches(day(12))
    decline(story, day(11))

    hold(story, day(12))

    assert talk(story).call.state is CallState.DONE


def test_a_declined_talk_with_somebody_who_left_before_the_close_is_not_owed() -> None:
    story = begun()
    story.reaches(day(12))
    decline(story, day(11))

    story.hears(end_registered(day(15)))

    assert story.said(IntroMilestone) == []


@pytest.mark.parametrize(
    ("on", "reason"),
    [(day(12), None), (day(13), "talk-in-future"), (day(1), None), (day(0), "talk-before-first-day")],
)
@pytest.mark.parametrize("record", [hold, decline])
def test_the_day_must_be_possible(record: object, on: date, reason: str | None) -> None:
    story = begun()
    story.reaches(day(12))
    assert callable(record)

    if reason is None:
        record(story, on)
    else:
        with pytest.raises(Refused, match=reason):
            record(story, on)


@pytest.mark.parametrize(("on", "possible"), [(day(15), True), (day(16), False)])
def test_a_talk_may_be_recorded_after_the_last_working_day_if_it_was_held_by_then(on: date, possible: bool) -> None:
    story = begun()
    story.reaches(day(12))
    fact = talk(story).milestone_id
    story.hears(end_registered(day(15)))
    story.reaches(day(18))

    if possible:
        story.asks("person", an_id("person"), hold_talk(fact, on, LEADER))
        assert story.said(IntroMilestoneDone)[0].in_window
    else:
        with pytest.raises(Refused, match="talk-after-last-day"):
            story.asks("person", an_id("person"), hold_talk(fact, on, LEADER))


def test_a_talk_that_is_not_owed_cannot_be_declined_and_shows_on_the_page_as_such() -> None:
    story = begun()
    story.reaches(day(12))
    fact = talk(story).milestone_id
    story.hears(end_registered(day(15)))

    with pytest.raises(Refused, match="talk-not-owed"):
        story.asks("person", an_id("person"), decline_talk(fact, day(12), LEADER))
    assert {row.state for row in steps(story)} == {"not-owed"}


def test_a_talk_held_after_the_last_working_day_that_was_registered_late_does_not_count() -> None:
    story = begun()
    story.reaches(day(20))
    hold(story, day(20))

    story.hears(end_registered(day(15)))

    assert story.said(IntroMilestone) == []


@pytest.mark.parametrize(("first", "second", "reason"), [(hold, hold, "held"), (hold, decline, "held"), (decline, decline, "declined")])
def test_what_is_recorded_is_not_recorded_again(first: object, second: object, reason: str) -> None:
    story = begun()
    story.reaches(day(12))
    assert callable(first)
    assert callable(second)
    first(story, day(12))

    with pytest.raises(Refused, match=f"talk-already-{reason}"):
        second(story, day(12))


def test_a_talk_nobody_owes_is_not_found() -> None:
    story = begun()

    with pytest.raises(NotFound):
        story.asks("person", an_id("person"), hold_talk(an_id("another"), day(1), LEADER))


def test_a_held_talk_still_follows_a_hire_that_never_was() -> None:
    story = begun()
    story.reaches(day(12))
    hold(story, day(12))
    hire = next(r for r in next(iter(story.states.values())).history.revisions if r.type == "hr.hired.v1")

    story.hears(hire.body, fact=hire.fact, number=2, stands=False)

    assert story.said(IntroMilestone) == []


def test_a_talk_may_be_held_before_the_window_opens_but_not_in_time() -> None:
    story = begun()
    story.reaches(day(3))

    hold(story, day(3))
    story.reaches(day(3) + timedelta(days=300))

    done = talk(story, MilestoneKind.TALK_2_WEEKS)
    assert isinstance(done, IntroMilestoneDone)
    assert not done.in_window

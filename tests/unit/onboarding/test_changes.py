"""What happens to talks when dates move, people leave, come back, or the fact arrives too late."""

from datetime import date, timedelta

import pytest

from contracts.base import CallState
from contracts.onboarding import IntroMilestone, IntroMilestoneDone, IntroMilestoneDue, IntroMilestonePlanned, IntroPlanMade
from contracts.words import MilestoneKind, ReasonClass
from services.onboarding.app import SERVICE
from tests.kit.builders import an_id, end_registered, hired, moved
from tests.kit.story import Story
from tests.unit.onboarding.scene import MONDAY, TALKS_ALONE, THREE_MONTHS, TWO_WEEKS, begun, corrected, day, held, kinds, steps, talk


def test_a_start_moved_by_three_weeks_moves_the_open_talk() -> None:
    story = begun()
    story.reaches(day(12))
    fact = story.said(IntroMilestoneDue)[0].milestone_id

    corrected(story, MONDAY + timedelta(weeks=3))

    moved_talk = talk(story)
    assert moved_talk.milestone_id == fact
    assert (type(moved_talk), moved_talk.call.opens) == (IntroMilestonePlanned, day(10, MONDAY + timedelta(weeks=3)))
    assert story.said(IntroMilestoneDue) == []


def test_a_start_moved_leaves_a_held_talk_as_it_was() -> None:
    story = begun()
    story.reaches(day(12))
    held(story, day(12))
    before = talk(story)
    story.reaches(day(13))

    corrected(story, MONDAY + timedelta(weeks=3))

    assert talk(story) == before
    assert talk(story, THREE_MONTHS).call.opens > day(45)


def test_a_start_moved_after_a_talk_was_missed_leaves_it_missed_with_its_window() -> None:
    story = begun()
    story.reaches(date(2026, 4, 20))
    before = talk(story)

    corrected(story, MONDAY + timedelta(weeks=8))

    assert talk(story) == before


def test_a_missed_talk_that_is_recorded_after_the_start_moved_keeps_the_window_it_was_missed_by() -> None:
    story = begun()
    story.reaches(date(2026, 4, 20))
    corrected(story, MONDAY + timedelta(weeks=5))

    held(story, date(2026, 4, 20))

    (done,) = story.said(IntroMilestoneDone)
    assert (done.in_window, done.call.closes) == (False, date(2026, 3, 27))


def test_a_start_moved_to_the_past_gives_an_open_talk_two_working_days() -> None:
    story = begun(weeks_before=1)

    corrected(story, MONDAY - timedelta(weeks=4))  # known on Monday 23 February: day 26

    late = talk(story)
    assert (late.call.opens, late.call.due, late.call.closes) == (date(2026, 2, 11), date(2026, 2, 25), date(2026, 2, 27))


@pytest.mark.parametrize(
    ("known", "state", "due"),
    [
        (date(2026, 3, 16), CallState.OPEN, date(2026, 3, 16)),
        (date(2026, 3, 17), CallState.OPEN, date(2026, 3, 19)),
        (date(2026, 3, 27), CallState.OPEN, date(2026, 3, 27)),
        (date(2026, 3, 28), CallState.NEVER_STARTED, date(2026, 3, 16)),
    ],
)
def test_a_hire_that_becomes_known_late(known: date, state: CallState, due: date) -> None:
    """Due on 16 March, closed after 27 March: past and open gives two working days, never more than to the close."""
    story = Story(SERVICE, known, TALKS_ALONE)

    story.hears(hired(MONDAY))

    assert (talk(story).call.state, talk(story).call.due) == (state, due)


def test_what_had_closed_before_anybody_knew_was_never_started_and_says_why() -> None:
    story = Story(SERVICE, date(2026, 6, 10), TALKS_ALONE)

    story.hears(hired(MONDAY))

    assert [(m.milestone_kind, m.call.state, m.call.why, m.call.state_on) for m in story.said(IntroMilestone) if m.call.state_on] == [
        (TWO_WEEKS, CallState.NEVER_STARTED, "known-too-late", date(2026, 3, 27)),
        (THREE_MONTHS, CallState.NEVER_STARTED, "known-too-late", date(2026, 6, 2)),
    ]


def test_a_mistyped_start_that_is_corrected_the_next_day_owes_the_talks_after_all() -> None:
    story = Story(SERVICE, MONDAY, TALKS_ALONE)
    story.hears(hired(date(2025, 3, 2)))
    assert talk(story).call.state is CallState.NEVER_STARTED
    story.reaches(MONDAY + timedelta(days=1))

    corrected(story, MONDAY)

    assert talk(story).call.state is CallState.PLANNED


def test_a_cancelled_hire_owes_nothing() -> None:
    story = begun()
    story.reaches(day(12))
    fact = next(iter(story.states.values())).history.revisions[0].fact

    story.hears(hired(MONDAY), fact=fact, number=2, stands=False)

    assert story.said(IntroMilestone) == []
    assert story.said(IntroPlanMade) == []
    assert len(story.withdrew(IntroMilestone)) == 3


@pytest.mark.parametrize(("last", "owed"), [(date(2026, 3, 26), False), (date(2026, 3, 27), True)])
def test_an_early_end_owes_only_what_closes_by_the_last_working_day(last: date, owed: bool) -> None:
    story = begun()
    story.reaches(day(12))

    story.hears(end_registered(last))

    assert kinds(story) == ({TWO_WEEKS} if owed else set())


def test_who_left_can_no_longer_be_late_the_talk_is_missed_the_day_after_the_last_one() -> None:
    story = begun()
    story.hears(end_registered(date(2026, 4, 8)))

    story.reaches(date(2026, 4, 9))

    assert talk(story).call.state_on == date(2026, 4, 9)


def test_a_talk_held_before_an_early_end_stays_held() -> None:
    story = begun()
    story.reaches(day(12))
    held(story, day(12))

    story.hears(end_registered(day(15)))

    assert kinds(story) == {TWO_WEEKS}
    assert story.said(IntroPlanMade)[0].steps == 1


def test_an_end_registered_after_the_talk_was_missed_shows_that_it_was_never_owed() -> None:
    story = begun()
    story.reaches(date(2026, 4, 20))

    story.hears(end_registered(date(2026, 3, 20)))

    assert kinds(story) == set()


def test_a_resignation_that_is_withdrawn_brings_the_plan_back() -> None:
    story = begun()
    end = story.hears(end_registered(date(2026, 4, 30)))
    story.reaches(day(12))
    assert kinds(story) == {TWO_WEEKS}

    story.hears(end_registered(date(2026, 4, 30)), fact=end, number=2, stands=False)

    assert kinds(story) == {TWO_WEEKS, THREE_MONTHS, MilestoneKind.TALK_6_12_MONTHS}


def test_a_window_that_closed_during_a_notice_that_was_withdrawn_was_never_started() -> None:
    story = begun()
    end = story.hears(end_registered(date(2026, 3, 20)))
    story.reaches(date(2026, 4, 20))

    story.hears(end_registered(date(2026, 3, 20)), fact=end, number=2, stands=False)

    assert talk(story).call.state is CallState.NEVER_STARTED


@pytest.mark.parametrize(("last", "kept"), [(date(2026, 4, 15), False), (date(2026, 4, 16), True)])
def test_a_death_ends_all_that_was_not_over(last: date, kept: bool) -> None:
    story = begun()
    story.reaches(date(2026, 4, 14))

    story.hears(end_registered(last, reason_class=ReasonClass.DEATH_OR_EMIGRATION))
    story.reaches(date(2026, 4, 20))

    assert kinds(story) == ({TWO_WEEKS} if kept else set())
    assert len(steps(story)) == len(kinds(story))


def test_a_rehire_is_owed_talks_of_its_own() -> None:
    story = begun()
    story.hears(end_registered(date(2026, 4, 30)))
    story.reaches(date(2026, 5, 20))

    story.hears(hired(date(2026, 8, 3), rehire=True))

    opens = sorted(said.call.opens for said in story.said(IntroMilestone) if said.milestone_kind is TWO_WEEKS)
    assert opens == [day(10), day(10, date(2026, 8, 3))]
    assert len(story.said(IntroPlanMade)) == 2


def test_a_move_takes_the_open_talks_to_the_new_unit_on_the_day_and_leaves_the_closed_ones() -> None:
    story = begun()
    story.reaches(day(12))
    held(story, day(12))
    story.hears(moved(date(2026, 4, 20), "unit", "new unit"))

    story.reaches(date(2026, 4, 19))
    before = talk(story, THREE_MONTHS).call.unit_id
    story.reaches(date(2026, 4, 20))

    assert (before, talk(story, THREE_MONTHS).call.unit_id) == (an_id("unit"), an_id("new unit"))
    assert talk(story).call.unit_id == an_id("unit")
    assert {row.unit_id for row in steps(story)} == {an_id("new unit")}


def test_a_move_before_the_first_day_is_no_move() -> None:
    story = begun()

    story.hears(moved(MONDAY - timedelta(days=9), "unit", "new unit"))

    assert talk(story).call.unit_id == an_id("unit")


def test_a_hire_that_was_withdrawn_by_mistake_and_stands_again_is_owed_its_talks() -> None:
    story = begun()
    fact = next(iter(story.states.values())).history.revisions[0].fact
    story.hears(hired(MONDAY), fact=fact, number=2, stands=False)
    story.reaches(day(12))

    story.hears(hired(MONDAY), fact=fact, number=3)

    assert talk(story).call.state is CallState.OPEN


def test_the_end_of_one_job_leaves_the_other_alone() -> None:
    story = begun()
    story.hears(hired(MONDAY, employment="night job"))

    story.hears(end_registered(day(5)))

    assert {said.employment_id for said in story.said(IntroMilestone)} == {an_id("night job")}


def test_an_employment_of_long_ago_is_owed_nothing() -> None:
    story = Story(SERVICE, MONDAY, TALKS_ALONE)

    story.hears(hired(date(2012, 5, 1)))

    assert (story.said(IntroMilestone), story.rows()) == ([], [])

"""A leave pauses the windows it touches, and only those; what is left of them begins at the return."""

from datetime import date

import pytest

from contracts.base import CallState
from contracts.onboarding import IntroMilestone, IntroPlanMade
from tests.kit.builders import an_id, end_registered, hired, on_leave
from tests.unit.onboarding.scene import MONDAY, TWO_WEEKS, begun, day, kinds, talk


def test_a_leave_inside_a_window_pauses_it_and_what_is_left_begins_at_the_return() -> None:
    story = begun()
    story.reaches(day(12))
    story.hears(on_leave(day(13), day(22)))  # ten days away

    story.reaches(day(14))
    paused = talk(story)
    story.reaches(day(23))
    back = talk(story)

    assert (paused.call.state, paused.call.why) == (CallState.PLANNED, "on-leave")
    assert (back.call.state, back.call.state_on) == (CallState.OPEN, day(23))
    assert (back.call.opens, back.call.due, back.call.closes) == (day(10), day(24), date(2026, 4, 1))


def test_a_leave_over_the_opening_moves_the_whole_window_to_the_return() -> None:
    story = begun()

    story.hears(on_leave(day(5), day(14)))

    assert (talk(story).call.opens, talk(story).call.closes) == (day(15), date(2026, 4, 1))


@pytest.mark.parametrize(("first", "last"), [(day(2), day(9)), (day(27), day(40))])
def test_a_leave_beside_a_window_changes_nothing(first: date, last: date) -> None:
    story = begun()
    before = talk(story)

    story.hears(on_leave(first, last))

    assert talk(story) == before


def test_a_leave_with_no_known_return_keeps_the_talk_waiting() -> None:
    story = begun()
    leave = story.hears(on_leave(day(13), None))
    story.reaches(date(2026, 6, 1))
    assert talk(story).call.state is CallState.PLANNED

    story.hears(on_leave(day(13), date(2026, 6, 7)), fact=leave, number=2)
    story.reaches(date(2026, 6, 8))

    assert (talk(story).call.state, talk(story).call.closes) == (CallState.OPEN, date(2026, 6, 19))


def test_a_job_that_ends_during_a_leave_with_no_known_return_owes_nothing_more() -> None:
    story = begun()
    story.hears(on_leave(day(13), None))

    story.hears(end_registered(date(2026, 8, 31)))

    assert kinds(story) == set()


def test_leaves_that_overlap_or_touch_pause_once() -> None:
    story = begun()

    story.hears(on_leave(day(13), day(16)), on_leave(day(15), day(20)), on_leave(day(21), day(22)))

    assert talk(story).call.closes == date(2026, 4, 1)


def test_a_leave_that_ends_on_a_friday_leaves_one_working_day_at_least() -> None:
    story = begun()

    story.hears(on_leave(date(2026, 3, 27), date(2026, 4, 3)))  # the window's last day; back at Easter

    assert talk(story).call.closes == date(2026, 4, 7)


def test_a_leave_that_is_shorter_than_nothing_is_ignored() -> None:
    story = begun()
    before = talk(story)

    story.hears(on_leave(day(20), day(12)))
    story.hears(on_leave(date(2026, 9, 1), None), end_registered(date(2026, 8, 1)))

    assert talk(story) == before


def test_a_leave_cancelled_after_its_window_had_closed_leaves_the_talk_never_started() -> None:
    story = begun()
    leave = story.hears(on_leave(day(5), date(2026, 8, 31)))
    story.reaches(date(2026, 6, 10))

    story.hears(on_leave(day(5), date(2026, 8, 31)), fact=leave, number=2, stands=False)

    assert talk(story).call.state is CallState.NEVER_STARTED


def test_two_jobs_at_once_have_a_plan_each_and_a_leave_from_one_does_not_pause_the_other() -> None:
    story = begun()
    story.hears(hired(MONDAY, employment="night job", unit="other unit"))

    story.hears(on_leave(day(13), day(22)))

    calls = {m.unit_id: m.call.closes for m in story.said(IntroMilestone) if m.milestone_kind is TWO_WEEKS}
    assert calls == {an_id("unit"): date(2026, 4, 1), an_id("other unit"): date(2026, 3, 27)}
    assert len(story.said(IntroPlanMade)) == 2

"""What happens to a retention talk when the end moves, people move or come back, and the calendar is told late."""

from datetime import date

from contracts.base import CallState
from contracts.retention import (
    RetentionTalk,
    RetentionTalkHeld,
)
from tests.kit.builders import an_id, closing_day, end_registered, hired, moved, resigned
from tests.unit.retention.scene import (
    END,
    LAST,
    MONDAY,
    RESIGNATION,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    leaver,
    notice,
    story_at,
    talk,
    talks,
)


def test_a_resignation_taken_back_as_a_mistake_was_never_owed_a_talk() -> None:
    story = leaver()
    story.reaches(date(2026, 3, 20))

    story.hears(resigned(LAST), fact=RESIGNATION, number=2, stands=False)

    assert story.said(RetentionTalk) == []
    assert len(story.withdrew(RetentionTalk)) == 1


def test_an_end_moved_moves_the_open_window_and_leaves_the_held_talk() -> None:
    story = leaver(last=WEDNESDAY)
    assert talk(story).call.closes == WEDNESDAY
    notice(story, last=LAST, number=2)
    assert talk(story).call.closes == THURSDAY
    talks(story, MONDAY)
    before = talk(story)
    story.reaches(TUESDAY)

    notice(story, last=WEDNESDAY, number=3)

    assert talk(story) == before


def test_a_missed_talk_keeps_its_window_when_the_end_moves() -> None:
    story = leaver(last=THURSDAY)
    story.reaches(date(2026, 3, 6))
    before = talk(story)
    assert before.call.state is CallState.MISSED

    notice(story, last=LAST, number=2)

    assert talk(story) == before


def test_an_end_that_turns_out_to_lie_behind_us_leaves_no_talk_to_hold() -> None:
    story = leaver()
    story.reaches(WEDNESDAY)

    notice(story, last=TUESDAY, number=2)

    assert story.said(RetentionTalk) == []


def test_the_last_day_is_read_from_the_end_when_the_resignation_tells_another() -> None:
    story = story_at(MONDAY)
    story.hears(resigned(LAST, received_on=MONDAY), fact=RESIGNATION)
    story.hears(end_registered(WEDNESDAY), fact=END)

    assert talk(story).call.closes == WEDNESDAY


def test_the_leader_of_the_unit_of_today_is_asked_when_the_person_moves() -> None:
    story = leaver()
    story.hears(moved(WEDNESDAY, "unit", "other"), fact=an_id("move"))
    assert talk(story).call.unit_id == an_id("unit")

    story.reaches(WEDNESDAY)

    assert talk(story).call.unit_id == an_id("other")


def test_a_held_talk_stays_with_the_unit_it_was_held_in() -> None:
    story = leaver()
    story.hears(moved(WEDNESDAY, "unit", "other"), fact=an_id("move"))
    talks(story, MONDAY)

    story.reaches(LAST)

    assert talk(story).call.unit_id == an_id("unit")


def test_two_jobs_are_two_cases() -> None:
    story = leaver()

    story.hears(resigned(LAST, employment="second job", unit="other", received_on=MONDAY), fact=an_id("second"))

    assert {said.case_id for said in story.said(RetentionTalk)} == {RESIGNATION, an_id("second")}


def test_a_rehired_person_who_resigns_again_under_the_same_number_is_a_new_case() -> None:
    story = leaver()
    talks(story, MONDAY)
    story.reaches(date(2027, 1, 1))
    story.hears(hired(date(2027, 1, 1), rehire=True), fact=an_id("rehire"))

    story.hears(resigned(date(2027, 6, 30), received_on=date(2027, 1, 1)), fact=an_id("second"))

    first, second = sorted(story.said(RetentionTalk), key=lambda t: t.call.opens)
    assert (first.case_id, type(first)) == (RESIGNATION, RetentionTalkHeld)
    assert (second.case_id, second.call.opens) == (an_id("second"), date(2027, 1, 4))


def test_a_closing_day_told_after_a_talk_was_missed_changes_nothing() -> None:
    story = leaver()
    story.reaches(date(2026, 3, 20))
    before = talk(story)

    story.hears(closing_day(TUESDAY))

    assert talk(story) == before

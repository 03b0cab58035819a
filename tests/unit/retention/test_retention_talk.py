"""What is recorded about a retention talk: held, declined, not the employee's wish; and what is refused."""

from datetime import date

import pytest

from contracts.base import CallState
from contracts.retention import (
    ResignationClassified,
    RetentionTalk,
    RetentionTalkDue,
    RetentionTalkHeld,
    RetentionTalkMissed,
)
from services.chassis.failures import NotFound, Refused
from services.retention.domain.records import TalkOutcome
from services.retention.domain.talk_asks import classify_resignation, decline_talk, hold_talk
from tests.kit.builders import an_id, resigned
from tests.unit.retention.scene import (
    LAST,
    LEADER,
    MONDAY,
    RESIGNATION,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    asks,
    leaver,
    story_at,
    talk,
    talks,
)


def test_an_employee_who_does_not_want_the_talk_ends_it_and_may_change_their_mind() -> None:
    story = leaver()
    asks(story, decline_talk(RESIGNATION, MONDAY, LEADER))
    (declined,) = story.said(RetentionTalkMissed)
    assert (declined.call.state, declined.call.state_on) == (CallState.DECLINED, MONDAY)
    story.reaches(TUESDAY)

    talks(story, TUESDAY)

    assert isinstance(talk(story), RetentionTalkHeld)


def test_one_click_says_that_it_was_not_the_employees_wish_and_no_talk_is_owed() -> None:
    story = leaver()

    asks(story, classify_resignation(RESIGNATION, LEADER, own_wish=False))

    assert story.said(RetentionTalk) == []
    (classified,) = story.said(ResignationClassified)
    assert (classified.case_id, classified.own_wish) == (RESIGNATION, False)


def test_a_wrong_click_is_put_right() -> None:
    story = leaver()
    asks(story, classify_resignation(RESIGNATION, LEADER, own_wish=False))
    story.reaches(TUESDAY)

    asks(story, classify_resignation(RESIGNATION, LEADER, own_wish=True))

    assert isinstance(talk(story), RetentionTalkDue)
    assert [c.own_wish for c in story.said(ResignationClassified)] == [True]


@pytest.mark.parametrize("own_wish", [True, False])
def test_a_click_that_changes_nothing_is_refused(own_wish: bool) -> None:
    story = leaver()
    if not own_wish:
        asks(story, classify_resignation(RESIGNATION, LEADER, own_wish=False))

    with pytest.raises(Refused, match="retention-wish-already-so"):
        asks(story, classify_resignation(RESIGNATION, LEADER, own_wish=own_wish))


def test_a_missed_talk_was_never_owed_where_the_employee_did_not_want_to_leave() -> None:
    story = leaver()
    story.reaches(date(2026, 3, 20))

    asks(story, classify_resignation(RESIGNATION, LEADER, own_wish=False))

    assert story.said(RetentionTalk) == []


def test_a_held_talk_stays_said_when_it_turns_out_not_to_have_been_the_employees_wish() -> None:
    story = leaver()
    talks(story, MONDAY)

    asks(story, classify_resignation(RESIGNATION, LEADER, own_wish=False))

    assert isinstance(talk(story), RetentionTalkHeld)


def test_a_declined_talk_does_not_outlive_that_it_was_not_the_employees_wish() -> None:
    story = leaver()
    asks(story, decline_talk(RESIGNATION, MONDAY, LEADER))

    asks(story, classify_resignation(RESIGNATION, LEADER, own_wish=False))

    assert story.said(RetentionTalk) == []


@pytest.mark.parametrize(
    ("held_on", "reason"),
    [
        (date(2026, 3, 1), "retention-day-before-notice"),
        (WEDNESDAY, "retention-day-in-future"),
    ],
)
def test_a_talk_on_an_impossible_day_is_refused(held_on: date, reason: str) -> None:
    story = leaver()
    story.reaches(TUESDAY)

    with pytest.raises(Refused, match=reason) as refused:
        talks(story, held_on)

    assert refused.value.fields == {"field": "held_on"}


@pytest.mark.parametrize(("held_on", "possible"), [(date(2018, 12, 31), False), (date(2019, 1, 1), True)])
def test_where_the_day_of_notice_is_not_told_only_a_day_before_the_hire_is_impossible(held_on: date, possible: bool) -> None:
    story = story_at(MONDAY)
    story.hears(resigned(LAST), fact=RESIGNATION)

    if possible:
        talks(story, held_on)
    else:
        with pytest.raises(Refused, match="retention-day-before-notice"):
            talks(story, held_on)

    assert bool(story.said(RetentionTalkHeld)) is possible


@pytest.mark.parametrize(("held_on", "possible"), [(THURSDAY, True), (date(2026, 3, 6), False)])
def test_after_the_last_day_nobody_can_be_kept(held_on: date, possible: bool) -> None:
    story = leaver(last=THURSDAY)
    story.reaches(date(2026, 3, 9))

    if possible:
        talks(story, held_on)
    else:
        with pytest.raises(Refused, match="retention-talk-after-last-day"):
            talks(story, held_on)


def test_a_talk_is_recorded_once() -> None:
    story = leaver()
    talks(story, MONDAY)

    with pytest.raises(Refused, match="retention-talk-already-held"):
        talks(story, MONDAY)
    with pytest.raises(Refused, match="retention-talk-already-held"):
        asks(story, decline_talk(RESIGNATION, MONDAY, LEADER))


def test_a_talk_is_declined_once() -> None:
    story = leaver()
    asks(story, decline_talk(RESIGNATION, MONDAY, LEADER))

    with pytest.raises(Refused, match="retention-talk-already-declined"):
        asks(story, decline_talk(RESIGNATION, MONDAY, LEADER))


def test_what_is_not_known_cannot_be_recorded() -> None:
    story = leaver()

    with pytest.raises(NotFound):
        asks(story, hold_talk(an_id("another"), MONDAY, TalkOutcome.STAYS, LEADER))
    with pytest.raises(NotFound):
        asks(story, classify_resignation(an_id("another"), LEADER, own_wish=False))


def test_the_same_form_sent_twice_is_recorded_once() -> None:
    story = leaver()
    decide = hold_talk(RESIGNATION, MONDAY, TalkOutcome.STAYS, LEADER)
    asks(story, decide, form=an_id("form"))
    said = len(story.spoken)

    with pytest.raises(Refused):
        asks(story, decide, form=an_id("form"))

    assert len(story.spoken) == said


def test_the_outcome_of_the_talk_does_not_leave_the_service() -> None:
    story = leaver()
    asks(story, hold_talk(RESIGNATION, MONDAY, TalkOutcome.STAYS, LEADER))

    assert not any("stays" in revision.body.model_dump_json() for _, revision in story.spoken)

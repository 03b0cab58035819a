"""A leader talks to who has resigned: soon, within a window, and only where somebody may still be kept (S0)."""

from datetime import date, timedelta

import pytest

from contracts.base import CallState, HolderRole
from contracts.retention import (
    ResignationClassified,
    RetentionTalk,
    RetentionTalkDue,
    RetentionTalkHeld,
    RetentionTalkMissed,
    RetentionTalkPlanned,
)
from contracts.words import ReasonClass
from services.chassis.failures import NotFound, Refused
from services.retention.domain.records import TalkOutcome
from services.retention.domain.talk_asks import classify_resignation, decline_talk, hold_talk
from tests.kit.builders import an_id, closing_day, end_registered, hired, moved, resigned
from tests.unit.retention.scene import (
    END,
    LAST,
    LEADER,
    MONDAY,
    RESIGNATION,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    asks,
    leaver,
    notice,
    rules,
    story_at,
    talk,
    talks,
)


def test_the_leader_is_asked_on_the_day_the_resignation_is_known_for_three_working_days() -> None:
    story = leaver()

    due = talk(story)

    assert isinstance(due, RetentionTalkDue)
    assert due.case_id == RESIGNATION
    assert (due.call.kind, due.call.role, due.call.state) == ("retention-talk", HolderRole.NEAREST_LEADER, CallState.OPEN)
    assert (due.call.opens, due.call.due, due.call.closes, due.call.missed_after) == (MONDAY, THURSDAY, THURSDAY, date(2026, 3, 16))
    assert due.call.about_person == an_id("person")
    assert due.call.link.startswith("/retention/talks/")


def test_a_resignation_that_is_known_on_a_saturday_is_planned_until_monday() -> None:
    saturday = date(2026, 2, 28)
    story = leaver(saturday)

    assert isinstance(talk(story), RetentionTalkPlanned)
    assert (talk(story).call.opens, talk(story).call.closes) == (MONDAY, WEDNESDAY)

    story.reaches(MONDAY)

    assert isinstance(talk(story), RetentionTalkDue)


@pytest.mark.parametrize(
    ("received", "known", "closes"),
    [
        (MONDAY, MONDAY, THURSDAY),
        (date(2026, 2, 20), MONDAY, THURSDAY),
        (TUESDAY, MONDAY, date(2026, 3, 6)),
        (None, MONDAY, THURSDAY),
    ],
)
def test_three_working_days_count_from_the_later_of_received_and_known(received: date | None, known: date, closes: date) -> None:
    story = story_at(known)

    story.hears(resigned(LAST, received_on=received), fact=RESIGNATION)

    assert talk(story).call.closes == closes


def test_a_window_over_easter_skips_the_holidays_and_the_closing_days_of_the_municipality() -> None:
    story = leaver(date(2026, 4, 1))
    assert talk(story).call.closes == date(2026, 4, 9)

    story.hears(closing_day(date(2026, 4, 8)))

    assert talk(story).call.closes == date(2026, 4, 10)


@pytest.mark.parametrize(
    ("last", "closes", "missed_after"),
    [
        (THURSDAY, THURSDAY, THURSDAY),
        (WEDNESDAY, WEDNESDAY, WEDNESDAY),
        (date(2026, 3, 8), THURSDAY, date(2026, 3, 8)),
        (date(2026, 3, 15), THURSDAY, date(2026, 3, 15)),
        (date(2026, 3, 16), THURSDAY, date(2026, 3, 16)),
        (date(2026, 3, 17), THURSDAY, date(2026, 3, 16)),
    ],
)
def test_the_talk_is_never_due_after_the_last_day(last: date, closes: date, missed_after: date) -> None:
    story = leaver(last=last)

    assert (talk(story).call.closes, talk(story).call.missed_after) == (closes, missed_after)


@pytest.mark.parametrize(("known", "asked"), [(MONDAY, True), (TUESDAY, False)])
def test_no_retention_talk_where_the_end_is_known_after_the_fact(known: date, asked: bool) -> None:
    story = leaver(known, last=MONDAY)

    assert bool(story.said(RetentionTalk)) is asked


def test_no_retention_talk_where_no_working_day_is_left() -> None:
    story = leaver(date(2026, 3, 7), last=date(2026, 3, 8))

    assert story.said(RetentionTalk) == []


@pytest.mark.parametrize("reason", [r for r in ReasonClass if r not in {ReasonClass.OWN_REQUEST, ReasonClass.UNKNOWN}])
def test_nobody_is_asked_to_keep_who_does_not_leave_by_own_wish(reason: ReasonClass) -> None:
    story = story_at(MONDAY)

    notice(story, reason_class=reason)

    assert story.said(RetentionTalk) == []


def test_an_unknown_reason_counts_as_resigned_so_that_no_talk_is_lost() -> None:
    story = story_at(MONDAY)

    story.hears(resigned(LAST, reason_class=ReasonClass.UNKNOWN), fact=RESIGNATION)
    story.hears(end_registered(LAST, reason_class=ReasonClass.UNKNOWN), fact=END)

    assert isinstance(talk(story), RetentionTalkDue)


@pytest.mark.parametrize(("live_from", "asked"), [(MONDAY, True), (TUESDAY, False)])
def test_a_window_that_opened_before_the_municipality_went_live_is_owed_nothing(live_from: date, asked: bool) -> None:
    story = leaver(text=rules(live_from))
    story.reaches(date(2026, 6, 1))

    assert bool(story.said(RetentionTalk)) is asked


@pytest.mark.parametrize(("valid_from", "asked"), [(MONDAY, True), (TUESDAY, False)])
def test_a_window_that_opened_before_the_rule_was_decided_is_owed_nothing(valid_from: date, asked: bool) -> None:
    story = leaver(text=rules(date(2020, 1, 1), f"retention_talk_valid_from = {valid_from}"))

    assert bool(story.said(RetentionTalk)) is asked


def test_norddjurs_has_not_decided_on_retention_talks() -> None:
    story = leaver(text=rules(talk=False, levels='"leader"'))

    assert story.said(RetentionTalk) == []


@pytest.mark.parametrize(("held_on", "in_time"), [(MONDAY, True), (THURSDAY, True), (date(2026, 3, 6), False)])
def test_a_talk_from_the_first_to_the_last_day_of_the_window_is_in_time(held_on: date, in_time: bool) -> None:
    story = leaver()
    story.reaches(date(2026, 3, 6))

    talks(story, held_on)

    (held,) = story.said(RetentionTalkHeld)
    assert (held.held_on, held.in_time, held.case_id) == (held_on, in_time, RESIGNATION)
    assert (held.call.state, held.call.state_on, held.call.by_role) == (CallState.DONE, held_on, LEADER)


def test_a_talk_held_before_the_resignation_reached_us_opens_its_own_window() -> None:
    story = story_at(WEDNESDAY)
    notice(story, received=MONDAY)

    talks(story, TUESDAY)

    (held,) = story.said(RetentionTalkHeld)
    assert (held.call.opens, held.in_time) == (TUESDAY, True)


@pytest.mark.parametrize(("day", "missed"), [(date(2026, 3, 16), False), (date(2026, 3, 17), True)])
def test_a_talk_that_is_not_held_is_missed_the_day_after_ten_working_days(day: date, missed: bool) -> None:
    story = leaver()

    story.reaches(day)

    assert bool(story.said(RetentionTalkMissed)) is missed
    assert isinstance(talk(story), RetentionTalkDue) is not missed
    if missed:
        assert (talk(story).call.state, talk(story).call.state_on) == (CallState.MISSED, date(2026, 3, 17))


def test_a_missed_talk_that_is_held_after_all_is_done_and_late() -> None:
    story = leaver()
    story.reaches(date(2026, 3, 20))

    talks(story, date(2026, 3, 19))

    (held,) = story.said(RetentionTalkHeld)
    assert (held.in_time, story.said(RetentionTalkMissed)) == (False, [])


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


def test_a_resignation_taken_back_as_a_mistake_was_never_owed_a_talk() -> None:
    story = leaver()
    story.reaches(date(2026, 3, 20))

    story.hears(resigned(LAST), fact=RESIGNATION, number=2, stands=False)

    assert story.said(RetentionTalk) == []
    assert len(story.withdrew(RetentionTalk)) == 1


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


def test_nothing_is_owed_to_who_has_not_resigned() -> None:
    story = story_at(MONDAY)

    story.reaches(MONDAY + timedelta(days=400))

    assert story.spoken == []

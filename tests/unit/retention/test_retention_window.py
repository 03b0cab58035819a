"""A leader talks to who has resigned: soon, within a window, and only where somebody may still be kept (S0)."""

from datetime import date, timedelta

import pytest

from contracts.base import CallState, HolderRole
from contracts.retention import (
    RetentionTalk,
    RetentionTalkDue,
    RetentionTalkHeld,
    RetentionTalkMissed,
    RetentionTalkPlanned,
)
from contracts.words import ReasonClass
from tests.kit.builders import an_id, closing_day, end_registered, resigned
from tests.unit.retention.scene import (
    END,
    LAST,
    LEADER,
    MONDAY,
    RESIGNATION,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
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


def test_nothing_is_owed_to_who_has_not_resigned() -> None:
    story = story_at(MONDAY)

    story.reaches(MONDAY + timedelta(days=400))

    assert story.spoken == []

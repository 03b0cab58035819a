"""Who leaves is offered an exit talk at leader and at employee level: after the retention talk, before the last day (S0, S3)."""

from datetime import date

import pytest

from contracts.base import CallState, HolderRole
from contracts.retention import (
    ExitInterview,
    ExitInterviewDue,
    ExitInterviewMissed,
    ExitInterviewPlanned,
    RetentionTalk,
)
from contracts.words import ReasonClass
from services.retention.domain.talk_asks import classify_resignation, decline_talk
from tests.kit.builders import closing_day
from tests.unit.retention.scene import (
    AT_EMPLOYEE,
    AT_LEADER,
    DEADLINE,
    END,
    FRIDAY,
    LAST,
    LEADER,
    MONDAY,
    RESIGNATION,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    asks,
    exit_,
    leaver,
    retires,
    rules,
    talks,
)


def test_an_exit_talk_is_planned_at_both_levels_while_the_retention_talk_is_open() -> None:
    story = leaver()

    leader, employee = exit_(story, AT_LEADER), exit_(story, AT_EMPLOYEE)

    assert {type(leader), type(employee)} == {ExitInterviewPlanned}
    assert leader.case_id == employee.case_id == END
    assert (leader.call.opens, leader.call.due, leader.call.closes, leader.call.missed_after) == (FRIDAY, DEADLINE, LAST, LAST)
    assert (leader.call.kind, leader.call.role) == ("exit-talk-leader", HolderRole.NEAREST_LEADER)
    assert (employee.call.kind, employee.call.role) == ("exit-talk-employee", HolderRole.SECOND_PARTY)
    assert leader.call.link != employee.call.link


def test_who_holds_the_talk_at_employee_level_is_a_setting() -> None:
    story = leaver(text=rules(date(2020, 1, 1), 'employee_level_role = "leaders-leader"'))

    assert exit_(story, AT_EMPLOYEE).call.role is HolderRole.LEADERS_LEADER


def test_norddjurs_offers_the_talk_at_leader_level_from_the_day_the_end_is_known() -> None:
    story = leaver(text=rules(talk=False, levels='"leader"'))

    (due,) = story.said(ExitInterview)
    assert (type(due), due.level, due.call.opens) == (ExitInterviewDue, AT_LEADER, MONDAY)


def test_the_exit_talk_opens_when_the_retention_talk_is_held() -> None:
    story = leaver()
    story.reaches(TUESDAY)

    talks(story, TUESDAY)

    assert isinstance(exit_(story), ExitInterviewDue)
    assert exit_(story).call.opens == TUESDAY


def test_a_retention_talk_on_a_saturday_opens_the_exit_talk_on_monday() -> None:
    story = leaver()
    story.reaches(date(2026, 3, 10))

    talks(story, date(2026, 3, 7))

    assert exit_(story).call.opens == FRIDAY  # the window of the retention talk had closed on Thursday


def test_the_exit_talk_opens_when_the_retention_talk_is_declined() -> None:
    story = leaver()

    asks(story, decline_talk(RESIGNATION, MONDAY, LEADER))

    assert isinstance(exit_(story), ExitInterviewDue)


def test_the_exit_talk_opens_when_no_retention_talk_is_owed_after_all() -> None:
    story = leaver()

    asks(story, classify_resignation(RESIGNATION, LEADER, own_wish=False))

    assert (story.said(RetentionTalk), type(exit_(story))) == ([], ExitInterviewDue)


@pytest.mark.parametrize(("day", "opened"), [(THURSDAY, False), (FRIDAY, True)])
def test_the_exit_talk_opens_when_the_window_of_the_retention_talk_has_closed(day: date, opened: bool) -> None:
    story = leaver()

    story.reaches(day)

    assert isinstance(exit_(story), ExitInterviewDue) is opened


@pytest.mark.parametrize(
    ("last", "opens", "due"),
    [
        (date(2026, 3, 13), FRIDAY, FRIDAY),
        (date(2026, 3, 12), THURSDAY, THURSDAY),
        (date(2026, 3, 10), TUESDAY, TUESDAY),
        (date(2026, 3, 9), MONDAY, MONDAY),
        (FRIDAY, MONDAY, WEDNESDAY),
        (TUESDAY, MONDAY, TUESDAY),
    ],
)
def test_the_exit_talk_opens_at_the_latest_five_working_days_before_the_last_day(last: date, opens: date, due: date) -> None:
    """Where those days have passed when the end is told, it is due on the second working day after."""
    call = exit_(leaver(last=last)).call

    assert (call.opens, call.due, call.closes) == (opens, due, last)


def test_a_last_day_on_a_sunday_closes_the_window_on_friday() -> None:
    call = exit_(retires(date(2026, 5, 31))).call

    assert (call.closes, call.missed_after) == (date(2026, 5, 29), date(2026, 5, 31))


def test_a_closing_day_moves_the_open_window() -> None:
    story = retires()

    story.hears(closing_day(LAST))

    assert (exit_(story).call.closes, exit_(story).call.due) == (date(2026, 4, 29), date(2026, 4, 22))


@pytest.mark.parametrize(
    ("reason", "owed"),
    [(r, r not in {ReasonClass.INTERNAL_MOVE, ReasonClass.DEATH_OR_EMIGRATION}) for r in ReasonClass],
)
def test_every_leaver_is_offered_a_talk_unless_they_died_or_only_move(reason: ReasonClass, owed: bool) -> None:
    assert bool(retires(reason_class=reason).said(ExitInterview)) is owed


@pytest.mark.parametrize(("live_from", "owed"), [(MONDAY, True), (TUESDAY, False)])
def test_a_window_that_opened_before_the_municipality_went_live_is_owed_nothing(live_from: date, owed: bool) -> None:
    assert bool(retires(text=rules(live_from)).said(ExitInterview)) is owed


@pytest.mark.parametrize(("valid_from", "owed"), [(MONDAY, True), (TUESDAY, False)])
def test_a_window_that_opened_before_the_rule_was_decided_is_owed_nothing(valid_from: date, owed: bool) -> None:
    story = retires(text=rules(date(2020, 1, 1), f"exit_valid_from = {valid_from}"))

    assert bool(story.said(ExitInterview)) is owed


@pytest.mark.parametrize(("known", "opens", "closes", "missed_after"), [
    (date(2026, 4, 30), date(2026, 4, 30), date(2026, 4, 30), date(2026, 4, 30)),
    (date(2026, 5, 1), date(2026, 5, 1), date(2026, 5, 18), date(2026, 5, 31)),
    (date(2026, 5, 2), date(2026, 5, 4), date(2026, 5, 18), date(2026, 6, 1)),
])  # fmt: skip
def test_who_is_gone_when_we_hear_of_it_is_offered_a_talk_within_ten_working_days(
    known: date, opens: date, closes: date, missed_after: date
) -> None:
    story = retires(day=known)

    call = exit_(story).call

    assert (call.opens, call.closes, call.missed_after) == (opens, closes, missed_after)


def test_ten_working_days_never_close_after_the_talk_counts_as_missed() -> None:
    call = exit_(retires(text=rules(date(2020, 1, 1), "exit_known_late_missed_days = 1"), day=date(2026, 5, 4))).call

    assert call.missed_after == call.closes == date(2026, 5, 19)


@pytest.mark.parametrize(("day", "missed"), [(LAST, False), (date(2026, 5, 1), True)])
def test_a_talk_that_is_not_offered_by_the_last_day_is_missed(day: date, missed: bool) -> None:
    story = retires()

    story.reaches(day)

    assert bool(story.said(ExitInterviewMissed)) is missed
    if missed:
        assert (exit_(story).call.state_on, exit_(story).call.state) == (date(2026, 5, 1), CallState.MISSED)


@pytest.mark.parametrize(("day", "missed"), [(date(2026, 5, 7), False), (date(2026, 5, 8), True)])
def test_how_long_a_talk_may_be_late_is_a_setting(day: date, missed: bool) -> None:
    story = retires(text=rules(date(2020, 1, 1), "exit_missed_days = 7"))

    story.reaches(day)

    assert bool(story.said(ExitInterviewMissed)) is missed

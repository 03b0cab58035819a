"""Who leaves is offered an exit talk at leader and at employee level: after the retention talk, before the last day (S0, S3)."""

from datetime import date

import pytest

from contracts.base import CallState, HolderRole
from contracts.retention import (
    ExitInterview,
    ExitInterviewAccepted,
    ExitInterviewDeclined,
    ExitInterviewDone,
    ExitInterviewDue,
    ExitInterviewMissed,
    ExitInterviewOffered,
    ExitInterviewPlanned,
    RetentionTalk,
)
from contracts.words import ExitLevel, ExitReason, ReasonClass
from services.chassis.failures import NotFound, Refused
from services.retention.domain.exit_asks import accept_exit, decline_exit, hold_exit, offer_exit
from services.retention.domain.records import Answers, Recommends
from services.retention.domain.rows import AnswerRow
from services.retention.domain.talk_asks import classify_resignation, decline_talk
from tests.kit.builders import an_id, closing_day, end_registered, hired, moved
from tests.kit.story import Story
from tests.unit.retention.scene import (
    DEADLINE,
    END,
    HR,
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
    notice,
    rules,
    says_farewell,
    story_at,
    talk,
    talks,
)

FRIDAY = date(2026, 3, 6)
AT_LEADER, AT_EMPLOYEE = ExitLevel.LEADER, ExitLevel.EMPLOYEE


def retires(last: date = LAST, day: date = MONDAY, text: str | None = None, **more: object) -> Story:
    story = story_at(day, text)
    reason = {"reason_class": ReasonClass.RETIREMENT, **more}
    story.hears(end_registered(last, **reason), fact=END)  # type: ignore[arg-type]  # the builder's own words
    return story


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


def test_offered_accepted_held() -> None:
    story = retires()

    asks(story, offer_exit(END, AT_LEADER, MONDAY, LEADER))
    offered = exit_(story)
    assert isinstance(offered, ExitInterviewOffered)
    assert (offered.offered_on, offered.call.state) == (MONDAY, CallState.OPEN)

    story.reaches(TUESDAY)
    asks(story, accept_exit(END, AT_LEADER, TUESDAY, LEADER))
    accepted = exit_(story)
    assert isinstance(accepted, ExitInterviewAccepted)
    assert (accepted.offered_on, accepted.accepted_on, accepted.call.state) == (MONDAY, TUESDAY, CallState.OPEN)

    story.reaches(WEDNESDAY)
    says_farewell(story, WEDNESDAY)
    done = exit_(story)
    assert isinstance(done, ExitInterviewDone)
    assert (done.held_on, done.before_last_day, done.holder_role, done.call.state) == (WEDNESDAY, True, LEADER, CallState.DONE)
    assert isinstance(exit_(story, AT_EMPLOYEE), ExitInterviewDue)


def test_a_later_step_implies_the_earlier_ones() -> None:
    story = retires()

    asks(story, accept_exit(END, AT_LEADER, MONDAY, LEADER))
    asks(story, decline_exit(END, AT_EMPLOYEE, MONDAY, HR))

    accepted, declined = exit_(story), exit_(story, AT_EMPLOYEE)
    assert isinstance(accepted, ExitInterviewAccepted)
    assert isinstance(declined, ExitInterviewDeclined)
    assert accepted.offered_on == declined.offered_on == MONDAY
    assert (declined.call.state, declined.call.by_role) == (CallState.DECLINED, HR)


def test_who_declines_first_may_accept_and_who_accepts_may_decline() -> None:
    story = retires()
    asks(story, offer_exit(END, AT_LEADER, MONDAY, LEADER))
    story.reaches(TUESDAY)
    asks(story, decline_exit(END, AT_LEADER, TUESDAY, LEADER))
    story.reaches(WEDNESDAY)
    asks(story, accept_exit(END, AT_LEADER, WEDNESDAY, LEADER))
    assert isinstance(exit_(story), ExitInterviewAccepted)
    story.reaches(THURSDAY)

    asks(story, decline_exit(END, AT_LEADER, THURSDAY, LEADER))

    declined = exit_(story)
    assert isinstance(declined, ExitInterviewDeclined)
    assert (declined.offered_on, declined.declined_on) == (MONDAY, THURSDAY)


def test_who_declined_may_still_come_to_talk() -> None:
    story = retires()
    asks(story, decline_exit(END, AT_LEADER, MONDAY, LEADER))

    says_farewell(story, MONDAY)

    assert isinstance(exit_(story), ExitInterviewDone)


def test_a_declined_talk_is_a_proper_end_and_never_becomes_missed() -> None:
    story = retires()
    asks(story, decline_exit(END, AT_LEADER, MONDAY, LEADER))

    story.reaches(date(2026, 6, 1))

    assert isinstance(exit_(story), ExitInterviewDeclined)


def test_a_missed_talk_tells_that_it_was_offered_and_accepted() -> None:
    story = retires()
    asks(story, accept_exit(END, AT_LEADER, MONDAY, LEADER))

    story.reaches(date(2026, 5, 1))

    missed = exit_(story)
    assert isinstance(missed, ExitInterviewMissed)
    assert (missed.offered_on, missed.accepted_on) == (MONDAY, MONDAY)


def test_an_offer_recorded_after_the_talk_was_missed_is_kept_with_it() -> None:
    story = retires()
    story.reaches(date(2026, 5, 4))

    asks(story, offer_exit(END, AT_LEADER, date(2026, 4, 20), LEADER))

    missed = exit_(story)
    assert isinstance(missed, ExitInterviewMissed)
    assert missed.offered_on == date(2026, 4, 20)


@pytest.mark.parametrize(("held_on", "before"), [(LAST, True), (date(2026, 5, 1), False)])
def test_a_talk_after_the_last_day_counts_and_says_so(held_on: date, before: bool) -> None:
    story = retires()
    story.reaches(date(2026, 5, 4))

    says_farewell(story, held_on)

    done = exit_(story)
    assert isinstance(done, ExitInterviewDone)
    assert done.before_last_day is before


def test_no_exit_talk_before_the_retention_talk_is_over() -> None:
    story = leaver()

    with pytest.raises(Refused, match="retention-exit-before-talk"):
        says_farewell(story, MONDAY)


@pytest.mark.parametrize(("held_on", "possible"), [(THURSDAY, False), (FRIDAY, True)])
def test_the_exit_talk_may_be_held_once_the_window_of_the_retention_talk_has_closed(held_on: date, possible: bool) -> None:
    story = leaver()
    story.reaches(FRIDAY)

    if possible:
        says_farewell(story, held_on)
    else:
        with pytest.raises(Refused, match="retention-exit-before-talk"):
            says_farewell(story, held_on)

    assert bool(story.said(ExitInterviewDone)) is possible


@pytest.mark.parametrize(("held_on", "possible"), [(MONDAY, False), (TUESDAY, True)])
def test_the_exit_talk_is_not_held_on_a_day_before_the_retention_talk(held_on: date, possible: bool) -> None:
    story = leaver()
    story.reaches(WEDNESDAY)
    talks(story, TUESDAY)

    if possible:
        says_farewell(story, held_on)
    else:
        with pytest.raises(Refused, match="retention-exit-before-talk"):
            says_farewell(story, held_on)

    assert bool(story.said(ExitInterviewDone)) is possible


def test_a_planned_talk_is_not_offered_yet() -> None:
    story = leaver()

    with pytest.raises(Refused, match="retention-exit-not-open"):
        asks(story, offer_exit(END, AT_LEADER, MONDAY, LEADER))


def test_an_offer_stays_open_when_the_end_moves_away() -> None:
    story = leaver(last=date(2026, 3, 9))
    asks(story, offer_exit(END, AT_LEADER, MONDAY, LEADER))
    assert isinstance(exit_(story), ExitInterviewOffered)

    notice(story, LAST, number=2)

    offered = exit_(story)
    assert isinstance(offered, ExitInterviewOffered)
    assert (offered.call.opens, offered.call.closes) == (MONDAY, LAST)
    assert isinstance(exit_(story, AT_EMPLOYEE), ExitInterviewPlanned)


@pytest.mark.parametrize(
    ("day", "reason"),
    [(date(2026, 3, 1), "retention-day-before-notice"), (date(2026, 3, 7), "retention-day-in-future")],
)
def test_an_offer_on_an_impossible_day_is_refused(day: date, reason: str) -> None:
    story = leaver()
    story.reaches(FRIDAY)

    with pytest.raises(Refused, match=reason) as refused:
        asks(story, offer_exit(END, AT_LEADER, day, LEADER))

    assert refused.value.fields == {"field": "offered_on"}


def test_without_a_resignation_only_a_day_before_the_hire_is_impossible() -> None:
    story = retires()

    with pytest.raises(Refused, match="retention-day-before-notice"):
        asks(story, offer_exit(END, AT_LEADER, date(2018, 12, 31), LEADER))


def test_where_no_hire_was_heard_no_day_is_too_early() -> None:
    story = Story(retires().service, MONDAY, rules())
    story.hears(end_registered(LAST, reason_class=ReasonClass.RETIREMENT), fact=END)

    asks(story, offer_exit(END, AT_LEADER, date(2018, 12, 31), LEADER))

    assert isinstance(exit_(story), ExitInterviewOffered)


def test_a_step_before_the_one_it_follows_is_refused() -> None:
    story = retires()
    story.reaches(TUESDAY)
    asks(story, offer_exit(END, AT_LEADER, TUESDAY, LEADER))

    for decide in (accept_exit, decline_exit):
        with pytest.raises(Refused, match="retention-exit-before-offer"):
            asks(story, decide(END, AT_LEADER, MONDAY, LEADER))
    with pytest.raises(Refused, match="retention-exit-before-offer"):
        says_farewell(story, MONDAY)


def test_each_step_is_recorded_once() -> None:
    story = retires()
    asks(story, offer_exit(END, AT_LEADER, MONDAY, LEADER))
    with pytest.raises(Refused, match="retention-exit-already-offered"):
        asks(story, offer_exit(END, AT_LEADER, MONDAY, LEADER))
    asks(story, accept_exit(END, AT_LEADER, MONDAY, LEADER))
    with pytest.raises(Refused, match="retention-exit-already-accepted"):
        asks(story, accept_exit(END, AT_LEADER, MONDAY, LEADER))
    asks(story, decline_exit(END, AT_LEADER, MONDAY, LEADER))
    with pytest.raises(Refused, match="retention-exit-already-declined"):
        asks(story, decline_exit(END, AT_LEADER, MONDAY, LEADER))
    says_farewell(story, MONDAY)
    with pytest.raises(Refused, match="retention-exit-already-held"):
        says_farewell(story, MONDAY)


def test_two_leaders_who_record_at_once_say_it_once() -> None:
    story = retires()
    asks(story, offer_exit(END, AT_LEADER, MONDAY, LEADER))
    twin = retires()
    asks(twin, offer_exit(END, AT_LEADER, MONDAY, LEADER), form=an_id("twin"))
    asks(twin, hold_exit(END, AT_LEADER, MONDAY, Answers(), LEADER))
    (subject,) = story.states

    story.hears_revisions([])
    story._step(subject, list(twin.states[subject].history.revisions))

    assert isinstance(exit_(story), ExitInterviewDone)


def test_what_is_not_known_cannot_be_recorded() -> None:
    with pytest.raises(NotFound):
        asks(retires(), offer_exit(an_id("another"), AT_LEADER, MONDAY, LEADER))


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (Answers(reasons=(ExitReason.PAY, ExitReason.PAY), main_reason=ExitReason.PAY), "retention-reasons-too-many"),
        (
            Answers(reasons=(ExitReason.PAY, ExitReason.TASKS, ExitReason.FAMILY, ExitReason.COMMUTE), main_reason=ExitReason.PAY),
            "retention-reasons-too-many",
        ),
        (Answers(reasons=(ExitReason.PAY, ExitReason.NO_ANSWER), main_reason=ExitReason.PAY), "retention-reasons-no-answer-alone"),
        (Answers(reasons=(ExitReason.PAY,), main_reason=ExitReason.TASKS), "retention-main-reason"),
        (Answers(reasons=(ExitReason.PAY,)), "retention-main-reason"),
        (Answers(main_reason=ExitReason.PAY), "retention-main-reason"),
    ],
)
def test_reasons_are_at_most_three_with_one_main(answers: Answers, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        says_farewell(retires(), MONDAY, answers=answers)


def test_the_reasons_stay_in_the_service() -> None:
    story = retires()
    answers = Answers(
        reasons=(ExitReason.WORKLOAD, ExitReason.COMMUTE, ExitReason.FAMILY),
        main_reason=ExitReason.COMMUTE,
        recommends=Recommends.HIGH_DEGREE,
    )

    says_farewell(story, MONDAY, answers=answers)

    said = " ".join(revision.body.model_dump_json() for _, revision in story.spoken)
    assert not any(word in said for word in ("workload", "commute", "family", "high-degree"))
    assert [row.answers for row in story.rows() if isinstance(row, AnswerRow)] == [answers]


def test_an_end_moved_while_the_talk_is_open_moves_its_window() -> None:
    story = retires()

    story.hears(end_registered(date(2026, 5, 29), reason_class=ReasonClass.RETIREMENT), fact=END, number=2)

    assert exit_(story).call.closes == date(2026, 5, 29)


def test_an_end_pulled_forward_opens_the_planned_talk_on_the_day_it_is_told() -> None:
    story = leaver()
    story.reaches(TUESDAY)

    notice(story, last=FRIDAY, number=2)

    call = exit_(story).call
    assert (call.opens, call.due, call.closes) == (TUESDAY, THURSDAY, FRIDAY)


def test_an_end_moved_into_the_past_gives_ten_working_days_from_the_day_it_is_told() -> None:
    story = retires()
    story.reaches(date(2026, 4, 15))

    story.hears(end_registered(date(2026, 4, 10), reason_class=ReasonClass.RETIREMENT), fact=END, number=2)

    assert (exit_(story).call.opens, exit_(story).call.closes) == (date(2026, 4, 15), date(2026, 4, 29))


def test_a_held_and_a_missed_talk_keep_their_window_when_the_end_moves() -> None:
    story = retires()
    says_farewell(story, MONDAY)
    story.reaches(date(2026, 5, 4))
    before = (exit_(story, AT_LEADER), exit_(story, AT_EMPLOYEE))
    assert (type(before[0]), type(before[1])) == (ExitInterviewDone, ExitInterviewMissed)

    story.hears(end_registered(date(2026, 6, 30), reason_class=ReasonClass.RETIREMENT), fact=END, number=2)

    assert (exit_(story, AT_LEADER), exit_(story, AT_EMPLOYEE)) == before


def test_an_end_taken_back_as_a_mistake_owed_no_talk() -> None:
    story = retires()
    says_farewell(story, MONDAY)

    story.hears(end_registered(LAST, reason_class=ReasonClass.RETIREMENT), fact=END, number=2, stands=False)

    assert story.said(ExitInterview) == []


@pytest.mark.parametrize(("day", "unit"), [(date(2026, 3, 31), "unit"), (date(2026, 4, 1), "other")])
def test_a_missed_talk_belongs_to_the_unit_of_the_last_day(day: date, unit: str) -> None:
    story = retires(last=date(2026, 3, 31))
    story.hears(moved(date(2026, 3, 31) if unit == "other" else date(2026, 4, 1), "unit", "other"), fact=an_id("move"))

    story.reaches(date(2026, 5, 4))

    assert exit_(story).call.unit_id == an_id(unit)


def test_who_dies_is_silently_forgotten_and_what_was_held_stays() -> None:
    story = leaver()
    talks(story, MONDAY)
    says_farewell(story, MONDAY)
    assert isinstance(exit_(story, AT_EMPLOYEE), ExitInterviewDue)
    story.reaches(TUESDAY)

    notice(story, number=2, reason_class=ReasonClass.DEATH_OR_EMIGRATION)

    assert (talk(story).call.state, exit_(story).call.state) == (CallState.DONE, CallState.DONE)
    silent = exit_(story, AT_EMPLOYEE)
    assert isinstance(silent, ExitInterviewMissed)
    assert (silent.call.state, silent.call.why) == (CallState.NEVER_STARTED, "died")
    with pytest.raises(NotFound):
        asks(story, offer_exit(END, AT_EMPLOYEE, MONDAY, HR))


def test_who_dies_while_the_retention_talk_is_open_is_not_asked_for_it() -> None:
    story = leaver()
    story.reaches(TUESDAY)

    notice(story, number=2, reason_class=ReasonClass.DEATH_OR_EMIGRATION)
    story.reaches(date(2026, 6, 1))

    assert (talk(story).call.state, talk(story).call.why) == (CallState.NEVER_STARTED, "died")


def test_who_comes_back_after_emigrating_is_a_leaver_like_others() -> None:
    story = retires(last=date(2026, 3, 31), reason_class=ReasonClass.DEATH_OR_EMIGRATION)
    story.reaches(date(2028, 1, 3))
    story.hears(hired(date(2028, 1, 3), employment="new"), fact=an_id("new hire"))

    story.hears(end_registered(date(2028, 6, 30), employment="new", reason_class=ReasonClass.RETIREMENT), fact=an_id("new end"))

    assert {said.case_id for said in story.said(ExitInterview)} == {an_id("new end")}

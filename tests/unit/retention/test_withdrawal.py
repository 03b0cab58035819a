"""A withdrawn resignation cancels what is left and leaves what was done; the next resignation is a new case."""

from datetime import date, timedelta

import pytest

from contracts.base import CallState
from contracts.retention import (
    ExitInterview,
    ExitInterviewDone,
    ExitInterviewDue,
    RetentionTalk,
    RetentionTalkDue,
    RetentionTalkHeld,
    RetentionTalkMissed,
)
from contracts.words import ExitLevel, ReasonClass
from services.chassis.failures import Refused
from services.retention.domain.exit_asks import offer_exit
from services.retention.domain.rows import CaseRow, DutyRow
from services.retention.domain.talk_asks import decline_talk
from tests.kit.builders import an_id, end_registered, noon, resigned, withdrawn
from tests.kit.story import revision
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
    exit_,
    leaver,
    notice,
    says_farewell,
    story_at,
    talk,
    talks,
    withdraws,
)


def test_a_withdrawal_cancels_what_is_left() -> None:
    story = leaver()
    story.reaches(TUESDAY)

    withdraws(story)

    assert (story.said(RetentionTalk), story.said(ExitInterview)) == ([], [])
    assert (len(story.withdrew(RetentionTalk)), len(story.withdrew(ExitInterview))) == (1, 2)


def test_the_talks_held_before_a_withdrawal_stay_said() -> None:
    story = leaver()
    talks(story, MONDAY)
    says_farewell(story, MONDAY)
    story.reaches(TUESDAY)

    withdraws(story)

    held = talk(story)
    assert isinstance(held, RetentionTalkHeld)
    assert (held.held_on, held.case_id) == (MONDAY, RESIGNATION)
    assert [type(said) for said in story.said(ExitInterview)] == [ExitInterviewDone]


def test_a_talk_missed_before_the_withdrawal_stays_missed() -> None:
    story = leaver()
    story.reaches(date(2026, 3, 20))

    withdraws(story)

    assert isinstance(talk(story), RetentionTalkMissed)


@pytest.mark.parametrize(("held_on", "possible"), [(WEDNESDAY, True), (THURSDAY, False)])
def test_a_talk_held_before_the_withdrawal_may_be_recorded_after_it(held_on: date, possible: bool) -> None:
    story = leaver()
    story.reaches(THURSDAY)
    withdraws(story, WEDNESDAY)

    if possible:
        talks(story, held_on)
    else:
        with pytest.raises(Refused, match="retention-talk-after-withdrawal"):
            talks(story, held_on)

    assert bool(story.said(RetentionTalkHeld)) is possible
    assert story.said(ExitInterview) == []


def test_a_withdrawal_without_a_day_counts_from_the_day_it_became_known() -> None:
    story = leaver()
    story.reaches(WEDNESDAY)
    story.hears(withdrawn(RESIGNATION, WEDNESDAY, withdrawn_on=None), fact=an_id("withdrawal"))

    (case,) = (row for row in story.rows() if isinstance(row, CaseRow))

    assert case.withdrawn_on == WEDNESDAY
    assert not any(row.owed for row in story.rows() if isinstance(row, DutyRow))


def test_nothing_else_is_recorded_after_a_withdrawal() -> None:
    story = leaver()
    story.reaches(TUESDAY)
    story.hears(withdrawn(RESIGNATION, TUESDAY), fact=an_id("withdrawal"))

    with pytest.raises(Refused, match="retention-resignation-withdrawn"):
        asks(story, decline_talk(RESIGNATION, MONDAY, LEADER))
    with pytest.raises(Refused, match="retention-resignation-withdrawn"):
        asks(story, offer_exit(END, ExitLevel.LEADER, MONDAY, LEADER))


def test_a_withdrawal_taken_back_brings_the_talks_back() -> None:
    story = leaver()
    story.hears(withdrawn(RESIGNATION, MONDAY), fact=an_id("withdrawal"))

    story.hears(withdrawn(RESIGNATION, MONDAY), fact=an_id("withdrawal"), number=2, stands=False)

    assert isinstance(talk(story), RetentionTalkDue)


def test_nobody_is_asked_after_downtime_for_a_talk_with_someone_whose_withdrawal_had_been_waiting_unread() -> None:
    story = story_at(date(2026, 3, 9))

    story.hears_revisions(
        [
            revision(resigned(LAST, received_on=MONDAY), story.now.replace(day=2), fact=RESIGNATION),
            revision(end_registered(LAST), story.now.replace(day=2), fact=END),
            revision(withdrawn(RESIGNATION, TUESDAY), story.now.replace(day=3), fact=an_id("withdrawal")),
            revision(end_registered(LAST), story.now.replace(day=3), fact=END, number=2, stands=False),
        ]
    )

    assert story.spoken == []


def test_a_second_resignation_is_a_new_case() -> None:
    story = leaver()
    talks(story, MONDAY)
    story.reaches(TUESDAY)
    withdraws(story)
    story.reaches(date(2026, 6, 1))

    story.hears(resigned(date(2026, 7, 31), received_on=date(2026, 6, 1)), fact=an_id("second"))
    story.hears(end_registered(date(2026, 7, 31)), fact=an_id("second end"))

    assert {(said.case_id, type(said)) for said in story.said(RetentionTalk)} == {
        (RESIGNATION, RetentionTalkHeld),
        (an_id("second"), RetentionTalkDue),
    }
    assert {said.case_id for said in story.said(ExitInterview)} == {an_id("second end")}
    cases = {row.case: row for row in story.rows() if isinstance(row, CaseRow)}
    assert (cases[RESIGNATION].end, cases[an_id("second")].end) == (END, an_id("second end"))


def test_who_withdrew_and_is_dismissed_later_is_offered_an_exit_talk() -> None:
    story = leaver()
    withdraws(story)
    story.reaches(date(2026, 6, 1))

    story.hears(end_registered(date(2026, 9, 30), reason_class=ReasonClass.DISMISSAL), fact=an_id("dismissal"))

    assert {(said.case_id, type(said)) for said in story.said(ExitInterview)} == {(an_id("dismissal"), ExitInterviewDue)}


def test_an_end_that_stands_after_the_withdrawal_since_the_employer_decided_it_is_an_ordinary_end() -> None:
    story = leaver()
    story.hears(withdrawn(RESIGNATION, MONDAY), fact=an_id("withdrawal"))
    assert story.said(ExitInterview) == []

    story.hears(end_registered(LAST, reason_class=ReasonClass.DISMISSAL), fact=END, number=2)

    assert isinstance(exit_(story), ExitInterviewDue)


def test_two_resignations_to_one_end_lead_to_one_exit_talk_at_each_level() -> None:
    story = leaver()

    story.hears(resigned(LAST, received_on=MONDAY), fact=an_id("twin"))

    assert len(story.said(ExitInterview)) == 2
    assert len(story.said(RetentionTalk)) == 2


def test_who_dies_after_withdrawing_is_not_mentioned_again() -> None:
    story = leaver()
    withdraws(story)

    story.hears(end_registered(LAST, reason_class=ReasonClass.DEATH_OR_EMIGRATION), fact=an_id("death"))

    assert (story.said(RetentionTalk), story.said(ExitInterview)) == ([], [])


def test_a_week_of_downtime_is_caught_up_once() -> None:
    story = leaver()
    before = len(story.spoken)

    story.reaches(date(2026, 5, 20))
    story.reaches(date(2026, 5, 21))

    caught_up = [spoken for _, spoken in story.spoken[before:]]
    assert len(caught_up) == len({spoken.fact for spoken in caught_up}) == 3
    assert {spoken.body.call.state for spoken in caught_up} == {CallState.MISSED}  # type: ignore[attr-defined]  # all are duties


def test_correcting_the_notice_alone_moves_nothing_that_was_held() -> None:
    story = leaver()
    talks(story, MONDAY)

    notice(story, date(2026, 5, 29), number=2)

    assert (talk(story).call.closes, exit_(story).call.closes) == (THURSDAY, date(2026, 5, 29))


@pytest.mark.parametrize("clock_first", [True, False])
def test_a_withdrawal_of_a_day_the_clock_has_not_reached_finds_the_talk_missed_as_it_was(clock_first: bool) -> None:
    """After time away the withdrawal may be heard before the clock is let go on to the day that ended the window."""
    story, known = leaver(), noon(date(2026, 4, 10))
    if clock_first:
        story.reaches(known)
    last = next(iter(story.states.values())).history.fact(END)
    assert last is not None
    story.hears(withdrawn(RESIGNATION, date(2026, 4, 9)), fact=an_id("withdrawal"), known_at=known)
    story.hears(last.body, fact=END, number=last.revision + 1, stands=False, known_at=known)
    story.reaches(known + timedelta(minutes=1))

    assert isinstance(talk(story), RetentionTalkMissed)

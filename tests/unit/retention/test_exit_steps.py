"""An exit talk step by step: offered, accepted or declined, held or missed, and what is said of each."""

from datetime import date

import pytest

from contracts.base import CallState
from contracts.retention import (
    ExitInterviewAccepted,
    ExitInterviewDeclined,
    ExitInterviewDone,
    ExitInterviewDue,
    ExitInterviewMissed,
    ExitInterviewOffered,
)
from contracts.words import ExitReason
from services.retention.domain.exit_asks import accept_exit, decline_exit, hold_exit, offer_exit
from services.retention.domain.records import Answers, Recommends
from services.retention.domain.rows import AnswerRow
from tests.kit.builders import an_id
from tests.unit.retention.scene import (
    AT_EMPLOYEE,
    AT_LEADER,
    END,
    HR,
    LAST,
    LEADER,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    asks,
    exit_,
    retires,
    says_farewell,
)


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

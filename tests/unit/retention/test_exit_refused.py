"""What cannot be recorded about an exit talk: too early, too late, twice, or with reasons that do not fit."""

from datetime import date

import pytest

from contracts.retention import (
    ExitInterviewDone,
    ExitInterviewOffered,
)
from contracts.words import ExitReason, ReasonClass
from services.chassis.failures import NotFound, Refused
from services.retention.domain.exit_asks import accept_exit, decline_exit, offer_exit
from services.retention.domain.records import Answers
from tests.kit.builders import an_id, end_registered
from tests.kit.story import Story
from tests.unit.retention.scene import (
    AT_LEADER,
    END,
    FRIDAY,
    LAST,
    LEADER,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    asks,
    exit_,
    leaver,
    retires,
    rules,
    says_farewell,
    talks,
)


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

"""What happens to an exit talk when the end moves or is taken back, and when somebody dies."""

from datetime import date

import pytest

from contracts.base import CallState
from contracts.retention import (
    ExitInterview,
    ExitInterviewDone,
    ExitInterviewDue,
    ExitInterviewMissed,
    ExitInterviewOffered,
    ExitInterviewPlanned,
)
from contracts.words import ReasonClass
from services.chassis.failures import NotFound
from services.retention.domain.exit_asks import offer_exit
from tests.kit.builders import an_id, end_registered, hired, moved
from tests.unit.retention.scene import (
    AT_EMPLOYEE,
    AT_LEADER,
    END,
    FRIDAY,
    HR,
    LAST,
    LEADER,
    MONDAY,
    THURSDAY,
    TUESDAY,
    asks,
    exit_,
    leaver,
    notice,
    retires,
    says_farewell,
    talk,
    talks,
)


def test_an_offer_stays_open_when_the_end_moves_away() -> None:
    story = leaver(last=date(2026, 3, 9))
    asks(story, offer_exit(END, AT_LEADER, MONDAY, LEADER))
    assert isinstance(exit_(story), ExitInterviewOffered)

    notice(story, LAST, number=2)

    offered = exit_(story)
    assert isinstance(offered, ExitInterviewOffered)
    assert (offered.call.opens, offered.call.closes) == (MONDAY, LAST)
    assert isinstance(exit_(story, AT_EMPLOYEE), ExitInterviewPlanned)


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

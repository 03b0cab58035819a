"""What a return, a move, a leadership and the end of a term ask of whom."""

from datetime import date, timedelta

import pytest

from contracts.base import CallState, HolderRole
from contracts.onboarding import IntroMilestone, IntroPlanMade
from services.onboarding.app import SERVICE
from tests.kit.builders import (
    an_id,
    end_registered,
    hired,
    leader_appointed,
    leader_ended,
    moved,
    on_leave,
)
from tests.kit.story import Story
from tests.unit.onboarding.scene import MONDAY, day
from tests.unit.onboarding.whole import begun, milestone, names, row, state

ALL_YEAR = [
    *("plan-before-start", "mentors-named", "first-day", "first-week", "month-1", "safety-introduction", "amr-contacted", "tr-contacted"),
    *("talk-2-weeks", "talk-3-months", "talk-6-12-months"),
]
SHORT = ["plan-before-start", "first-day", "first-week", "safety-introduction", "talk-2-weeks", "talk-3-months", "talk-6-12-months"]
BACK = date(2026, 10, 1)


def test_a_return_from_a_long_leave_is_prepared_and_talked_about() -> None:
    story = begun(date(2024, 3, 1))
    story.reaches(date(2026, 2, 2))
    story.hears(on_leave(date(2026, 2, 15), date(2026, 9, 30)))

    assert names(story, "return-from-leave") == ["reintroduction-plan", "reintroduction-talk"]
    prepared, talk = (row(story, name, "return-from-leave") for name in ("reintroduction-plan", "reintroduction-talk"))
    assert (prepared.opens, prepared.due, prepared.missed_after) == (date(2026, 8, 20), date(2026, 9, 17), BACK)
    assert (talk.opens, talk.closes, talk.missed_after) == (BACK, date(2026, 10, 14), date(2026, 10, 28))
    story.reaches(date(2026, 8, 20))
    assert state(story, "reintroduction-plan", "return-from-leave") is CallState.OPEN, "the leader prepares while somebody is away"


@pytest.mark.parametrize(("days", "owed"), [(27, False), (28, True)])
def test_a_short_leave_is_no_reason_for_a_reintroduction(days: int, owed: bool) -> None:
    story = begun(date(2024, 3, 1))
    story.reaches(date(2026, 2, 2))

    story.hears(on_leave(date(2026, 5, 1), date(2026, 5, 1) + timedelta(days=days - 1)))

    assert bool(names(story, "return-from-leave")) is owed


def test_a_return_that_moves_moves_its_open_steps() -> None:
    story = begun(date(2024, 3, 1))
    story.reaches(date(2026, 2, 2))
    leave = story.hears(on_leave(date(2026, 2, 15), date(2026, 9, 30)))
    fact = row(story, "reintroduction-talk", "return-from-leave").fact

    story.hears(on_leave(date(2026, 2, 15), date(2026, 10, 31)), fact=leave, number=2)

    moved_talk = row(story, "reintroduction-talk", "return-from-leave")
    assert (moved_talk.fact, moved_talk.opens) == (fact, date(2026, 11, 2))


def test_who_does_not_come_back_is_not_reintroduced() -> None:
    story = begun(date(2024, 3, 1))
    story.reaches(date(2026, 2, 2))
    story.hears(on_leave(date(2026, 2, 15), date(2026, 9, 30)))

    story.hears(end_registered(date(2026, 9, 30)))

    assert names(story, "return-from-leave") == []


def test_an_internal_move_gives_the_receiving_leader_a_plan_and_the_releasing_one_a_hand_over() -> None:
    story = begun(date(2024, 3, 1))
    story.reaches(date(2026, 2, 2))

    story.hears(moved(MONDAY, "unit", "new unit"))

    assert names(story, "internal-move") == ["plan-before-start", "safety-introduction", "talk-2-weeks", "hand-over"]
    called = {name: milestone(story, row(story, name, "internal-move").fact).call for name in ("plan-before-start", "hand-over")}
    assert called["hand-over"].unit_id == an_id("unit")
    assert row(story, "hand-over", "internal-move").hidden
    story.reaches(MONDAY)
    assert milestone(story, row(story, "talk-2-weeks", "internal-move").fact).call.unit_id == an_id("new unit")
    assert milestone(story, row(story, "hand-over", "internal-move").fact).call.unit_id == an_id("unit"), "still of who let them go"


def test_a_unit_that_moves_with_its_people_introduces_nobody() -> None:
    story = begun(date(2024, 3, 1))
    story.reaches(date(2026, 2, 2))

    story.hears(moved(MONDAY, "unit", "new unit", internal_move=False))

    assert names(story, "internal-move") == []


def test_a_move_in_week_three_does_not_double_the_talk_that_the_hire_still_owes() -> None:
    story = begun()
    story.reaches(day(10))

    story.hears(moved(day(16), "unit", "new unit"))

    assert "talk-2-weeks" not in names(story, "internal-move")
    assert state(story, "talk-2-weeks") is CallState.OPEN


def test_a_new_leader_has_a_mentor_who_is_named_by_the_leaders_leader_and_evaluated_in_month_six() -> None:
    story = begun(date(2020, 3, 1), person="leader")
    story.reaches(date(2026, 2, 2))

    story.hears(leader_appointed("unit", "leader", MONDAY))

    assert names(story, "new-leader") == ["leader-mentor-6-months", "leader-mentor-evaluation", "leader-onboarding"]
    mentor, evaluated = (row(story, f"leader-mentor-{what}", "new-leader") for what in ("6-months", "evaluation"))
    assert (mentor.state, mentor.due, mentor.missed_after) == ("open", MONDAY, date(2026, 3, 16))
    assert (evaluated.opens, evaluated.closes) == (date(2026, 8, 3), date(2026, 9, 2))
    assert (mentor.role, milestone(story, mentor.fact).call.unit_id) == (HolderRole.LEADERS_LEADER, an_id("unit"))


def test_a_leader_from_outside_has_both_plans() -> None:
    story = begun(person="leader")

    story.hears(leader_appointed("unit", "leader", MONDAY))

    assert (len(names(story)), len(names(story, "new-leader"))) == (11, 3)


def test_a_leader_whose_employment_nobody_told_of_is_new_all_the_same() -> None:
    story = Story(SERVICE, MONDAY - timedelta(days=10))

    story.hears(leader_appointed("unit", "leader", MONDAY))

    assert len(names(story, "new-leader")) == 3


def test_who_leads_already_and_gets_another_unit_is_no_new_leader() -> None:
    story = Story(SERVICE, MONDAY - timedelta(days=10))

    story.hears(leader_appointed("unit", "leader", date(2019, 1, 1)), leader_appointed("new unit", "leader", MONDAY))

    assert story.said(IntroMilestone) == []


def test_who_stops_as_a_leader_is_owed_no_mentor_any_longer() -> None:
    story = Story(SERVICE, MONDAY - timedelta(days=10))
    story.hears(leader_appointed("unit", "leader", MONDAY))

    story.hears(leader_ended("unit", "leader", date(2026, 5, 31)))

    assert names(story, "new-leader") == ["leader-mentor-6-months"]


def test_the_leader_is_warned_before_a_term_and_a_trial_end() -> None:
    story = begun(fixed_term_until=date(2027, 2, 26), trial_until=date(2026, 6, 1))

    term, trial = row(story, "fixed-term-end", "term-ending"), row(story, "trial-end", "trial-ending")
    assert (term.opens, term.due, term.missed_after) == (date(2027, 1, 4), date(2027, 1, 29), date(2027, 2, 12))
    assert (trial.opens, trial.due) == (date(2026, 5, 4), date(2026, 5, 11))
    assert len(story.said(IntroPlanMade)) == 1, "a warning is no plan"


def test_the_warning_follows_a_term_that_is_prolonged() -> None:
    story = begun(fixed_term_until=date(2026, 8, 31))
    hire = next(iter(story.states.values())).history.revisions[0].fact

    story.hears(hired(MONDAY, fixed_term_until=date(2027, 8, 31)), fact=hire, number=2)

    assert row(story, "fixed-term-end", "term-ending").due == date(2027, 8, 3)

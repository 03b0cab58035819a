"""What an introduction is given for, and what each occasion asks of whom."""

from datetime import date, timedelta

import pytest

from contracts.base import CallState, HolderRole
from contracts.onboarding import IntroMilestone, IntroPlanMade
from contracts.words import Occasion, ReasonClass
from services.onboarding.app import SERVICE
from tests.kit.builders import (
    an_id,
    end_registered,
    hired,
    leader_appointed,
    leader_ended,
    moved,
    on_leave,
    placement_started,
    unit_changed,
)
from tests.kit.story import RULES, Story
from tests.unit.onboarding.scene import MONDAY, corrected, day
from tests.unit.onboarding.whole import begun, milestone, names, plan, row, state

ALL_YEAR = [
    *("plan-before-start", "mentors-named", "first-day", "first-week", "month-1", "safety-introduction", "amr-contacted", "tr-contacted"),
    *("talk-2-weeks", "talk-3-months", "talk-6-12-months"),
]
SHORT = ["plan-before-start", "first-day", "first-week", "safety-introduction", "talk-2-weeks", "talk-3-months", "talk-6-12-months"]
BACK = date(2026, 10, 1)


def test_a_hire_is_owed_the_whole_year() -> None:
    story = begun()

    assert names(story) == ALL_YEAR
    assert (plan(story).template, plan(story).starts_on, plan(story).steps) == ("first-year", MONDAY, 11)


def test_the_plan_and_the_mentors_are_asked_for_at_once_and_before_the_first_day() -> None:
    story = begun()

    found = [(row(story, name).state, row(story, name).due, row(story, name).missed_after) for name in ALL_YEAR[:2]]
    assert found == [("open", date(2026, 2, 23), MONDAY), ("open", date(2026, 2, 27), MONDAY)]


@pytest.mark.parametrize(
    ("known", "due", "expected"),
    [
        (date(2026, 2, 20), date(2026, 2, 23), CallState.OPEN),
        (date(2026, 2, 24), date(2026, 2, 26), CallState.OPEN),
        (date(2026, 2, 27), date(2026, 3, 2), CallState.OPEN),
        (date(2026, 3, 2), date(2026, 3, 2), CallState.OPEN),
        (date(2026, 3, 3), date(2026, 2, 23), CallState.NEVER_STARTED),
    ],
)
def test_a_plan_for_somebody_known_late_is_due_the_second_working_day_after(known: date, due: date, expected: CallState) -> None:
    """Never later than it is missed: on the first day."""
    story = Story(SERVICE, known)

    story.hears(hired(MONDAY))

    assert (state(story, "plan-before-start"), row(story, "plan-before-start").due) == (expected, due)


def test_a_plan_put_off_for_a_late_fact_is_not_put_off_again_by_the_next_fact() -> None:
    story = Story(SERVICE, date(2026, 2, 24))
    story.hears(hired(MONDAY))
    story.reaches(date(2026, 2, 27))

    story.hears(end_registered(date(2027, 6, 30)))

    assert row(story, "plan-before-start").closes == date(2026, 2, 26)


@pytest.mark.parametrize(
    ("form", "occasion", "template"),
    [("pupil", "pupil-or-student", "short"), ("student", "pupil-or-student", "short"), ("temporary", "temp", "temp")],
)
def test_pupils_students_and_temps_have_a_short_plan_from_day_one(form: str, occasion: str, template: str) -> None:
    story = begun(employment_form=form)

    assert (plan(story, occasion).template, names(story, occasion)) == (template, SHORT)
    assert row(story, "plan-before-start", occasion).due == MONDAY
    assert row(story, "plan-before-start", occasion).missed_after == date(2026, 3, 4)


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


def test_an_end_and_a_hire_at_once_in_two_institutions_are_a_move() -> None:
    story = begun(date(2024, 3, 1))
    story.reaches(date(2026, 2, 2))

    story.hears(
        end_registered(MONDAY - timedelta(days=1), reason_class=ReasonClass.INTERNAL_MOVE),
        hired(MONDAY, unit="new unit", employment="other number"),
    )

    assert set(names(story, "internal-move")) == {"plan-before-start", "safety-introduction", "talk-2-weeks", "hand-over"}
    assert {said.occasion for said in story.said(IntroPlanMade) if said.employment_id == an_id("other number")} == {Occasion.INTERNAL_MOVE}
    assert milestone(story, row(story, "hand-over", "internal-move").fact).call.unit_id == an_id("unit")


@pytest.mark.parametrize(("again", "owed"), [(date(2026, 7, 30), False), (date(2026, 7, 31), True)])
@pytest.mark.parametrize("employment", [None, "another number"])
def test_who_comes_back_within_three_months_is_no_newcomer(again: date, owed: bool, employment: str | None) -> None:
    story = Story(SERVICE, date(2026, 3, 1))
    story.hears(hired(date(2015, 3, 1)), end_registered(date(2026, 4, 30)))
    story.reaches(date(2026, 6, 1))

    story.hears(hired(again, rehire=True, employment=employment))

    assert bool(names(story)) is owed


def test_a_second_job_beside_the_first_is_introduced_by_itself() -> None:
    story = begun()

    story.hears(hired(day(30), employment="night job", unit="other unit"))

    assert len(story.said(IntroPlanMade)) == 2


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


def test_a_stay_in_practice_has_a_short_plan_until_its_end() -> None:
    story = Story(SERVICE, MONDAY - timedelta(days=10))

    story.hears(placement_started(MONDAY, date(2026, 5, 29)))

    assert names(story, "pupil-or-student") == ["plan-before-start", "first-day", "first-week", "safety-introduction", "talk-2-weeks"]


def test_a_stay_that_is_a_hire_too_is_introduced_once() -> None:
    story = begun(employment_form="student")

    story.hears(placement_started(MONDAY, date(2026, 8, 28)))

    assert len(story.said(IntroPlanMade)) == 1


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


def test_a_hire_that_is_cancelled_owes_nothing_of_all_this() -> None:
    story = begun(fixed_term_until=date(2026, 8, 31))
    hire = next(iter(story.states.values())).history.revisions[0].fact

    story.hears(hired(MONDAY), fact=hire, number=2, stands=False)

    assert (story.said(IntroMilestone), story.said(IntroPlanMade), story.rows()) == ([], [], [])


def test_a_start_that_moves_takes_plan_and_mentors_with_it() -> None:
    story = begun()
    story.reaches(date(2026, 2, 20))

    corrected(story, MONDAY + timedelta(weeks=4))

    assert (row(story, "plan-before-start").due, row(story, "first-day").opens) == (date(2026, 3, 23), MONDAY + timedelta(weeks=4))


@pytest.mark.parametrize(("unit", "template"), [("ward", "ward"), ("team", "ward"), ("other", "first-year")])
def test_a_units_template_holds_there_and_below(unit: str, template: str) -> None:
    story = Story(
        SERVICE,
        MONDAY - timedelta(weeks=3),
        f"""
        {RULES}
        [onboarding.templates.ward]
        extends = "first-year"
        units = ["{an_id("ward")}"]
        steps.medicine = {{ due = "day 30", title = {{ da = "Medicin", en = "Medicine" }} }}
        """,
    )
    story.hears(unit_changed("area"), unit_changed("ward", "area"), unit_changed("team", "ward"), unit_changed("other", "area"))

    story.hears(hired(MONDAY, unit=unit))

    assert plan(story).template == template
    assert ("medicine" in names(story)) is (template == "ward")


def test_a_template_for_a_profession_and_one_for_a_form_of_employment() -> None:
    rules = f"""
        {RULES}
        [onboarding.templates.nurses]
        extends = "first-year"
        professions = ["nurse"]
        [onboarding.templates.hourly]
        extends = "first-year"
        forms = ["hourly"]
        on = false
    """

    assert plan(begun(rules=rules)).template == "nurses"
    assert plan(begun(rules=rules, occupation_group="pedagogue")).template == "first-year"
    assert begun(rules=rules, employment_form="hourly").rows() == []

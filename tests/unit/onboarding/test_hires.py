"""What a hire of any form asks of whom, and which template it has."""

from datetime import date, timedelta

import pytest

from contracts.base import CallState
from contracts.hr import PracticePlacementEnded
from contracts.hr.employment import ChangedFact
from contracts.hr.learning import PlacementKind
from contracts.onboarding import IntroMilestone, IntroPlanMade
from contracts.words import Occasion, ReasonClass, UnitChange
from services.onboarding.app import SERVICE
from tests.kit.builders import (
    an_id,
    changed,
    end_registered,
    hired,
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


@pytest.mark.parametrize(("told_from", "template"), [(MONDAY, "first-year"), (day(2), "temp")])
def test_the_form_on_the_first_day_decides_and_another_one_later_makes_nobody_a_newcomer(told_from: date, template: str) -> None:
    story = begun(employment_form="temporary")

    story.hears(changed(told_from, ChangedFact.FORM, "monthly", employment_form="monthly"))

    assert [said.template for said in story.said(IntroPlanMade)] == [template]


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


@pytest.mark.parametrize(("again", "owed"), [(date(2026, 7, 30), "internal-move"), (date(2026, 7, 31), "hire")])
@pytest.mark.parametrize("employment", [None, "another number"])
def test_who_comes_back_to_another_unit_has_moved_and_nobody_hands_over(again: date, owed: str, employment: str | None) -> None:
    story = Story(SERVICE, date(2026, 3, 1))
    story.hears(hired(date(2015, 3, 1)), end_registered(date(2026, 4, 30)))
    story.reaches(date(2026, 6, 1))

    story.hears(hired(again, rehire=True, employment=employment, unit="new unit"))

    of_move = {"plan-before-start", "safety-introduction", "talk-2-weeks"}
    assert [said.occasion for said in story.said(IntroPlanMade)] == [owed]
    assert {said.call.unit_id for said in story.said(IntroMilestone)} == {an_id("new unit")}
    assert owed == "hire" or set(names(story, owed)) == of_move


def test_a_second_job_beside_the_first_is_introduced_by_itself() -> None:
    story = begun()

    story.hears(hired(day(30), employment="night job", unit="other unit"))

    assert len(story.said(IntroPlanMade)) == 2


def test_a_second_job_that_begins_before_the_first_ends_is_that_of_a_newcomer() -> None:
    story = begun(date(2024, 3, 1))
    story.reaches(date(2026, 2, 2))

    story.hears(end_registered(day(30)), hired(MONDAY, employment="other job", unit="other unit"))

    occasions = [said.occasion for said in story.said(IntroPlanMade) if said.employment_id == an_id("other job")]
    assert occasions == [Occasion.HIRE]


def test_a_stay_in_practice_has_a_short_plan_until_its_end() -> None:
    story = Story(SERVICE, MONDAY - timedelta(days=10))

    story.hears(placement_started(MONDAY, date(2026, 5, 29)))

    assert names(story, "pupil-or-student") == ["plan-before-start", "first-day", "first-week", "safety-introduction", "talk-2-weeks"]


def test_a_stay_that_is_a_hire_too_is_introduced_once() -> None:
    story = begun(employment_form="student")

    story.hears(placement_started(MONDAY, date(2026, 8, 28)))

    assert len(story.said(IntroPlanMade)) == 1


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


@pytest.mark.parametrize("kind", [PlacementKind.EDUCATION, PlacementKind.YOUTH_JOB])
def test_a_stay_that_ends_early_owes_nothing_behind_its_end(kind: PlacementKind) -> None:
    story = Story(SERVICE, MONDAY - timedelta(days=10))
    stay = placement_started(MONDAY, date(2026, 5, 29), placement_kind=kind)
    block = stay.model_dump(exclude={"planned_end", "placement_kind", "education", "supervisor_key", "effective_date"})

    story.hears(
        stay,
        PracticePlacementEnded.model_validate(
            {**block, "placement_kind": kind, "effective_date": day(16), "last_day": day(15), "outcome": "left"}
        ),
    )

    assert "talk-2-weeks" not in names(story, "pupil-or-student")
    assert plan(story, "pupil-or-student").last_day == day(15)


def test_where_units_have_templates_a_unit_that_is_moved_takes_its_newcomers_along() -> None:
    rules = f"""
        {RULES}
        [onboarding.templates.area]
        extends = "first-year"
        units = ["{an_id("area")}"]
    """
    story = Story(SERVICE, MONDAY - timedelta(weeks=3), rules)
    story.hears(unit_changed("area"), unit_changed("ward"), hired(MONDAY, unit="ward"))
    assert plan(story).template == "first-year"

    story.hears(unit_changed("ward", "area", date(2026, 2, 1), UnitChange.MOVED))

    assert plan(story).template == "area"

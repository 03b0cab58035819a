"""What is recorded about the steps of a plan, and what each rule refuses."""

from datetime import date

import pytest

from contracts.base import CallState
from contracts.hr import CourseCompleted
from contracts.onboarding import (
    CourseDone,
    CourseDue,
)
from contracts.onboarding.mentor import MentorKind
from contracts.words import Closed, MilestoneKind
from services.chassis.failures import NotFound, Refused
from services.onboarding.domain.asks import (
    Mentor,
    add_step,
    do_step,
    move_step,
    name_mentor,
    remove_step,
)
from services.onboarding.domain.records import StepAdded
from tests.kit.builders import MUNICIPALITY, an_id, closing_day, end_registered, hired
from tests.kit.story import RULES, Story
from tests.unit.onboarding.scene import MONDAY, day
from tests.unit.onboarding.whole import LEADER, ask, begun, milestone, names, plan, row, state

WORKS_ALONE = f"""
{RULES}
[onboarding.templates.first-year.steps]
safety-introduction.before = ["works-alone"]
works-alone = {{}}
e-learning = {{ due = "day 30", course = "gdpr", mandatory = true, title = {{ da = "Databeskyttelse", en = "Data protection" }} }}
"""

SILENT_ON_MENTORS = f"""
{RULES}
[onboarding.templates.first-year.steps]
mentors-named = {{ on = false, due = "start" }}
[onboarding.templates.move.steps]
keys = {{ due = "start", title = {{ da = "Nøgler", en = "Keys" }} }}
farewell = {{ how = "plan", due = "start", title = {{ da = "Afsked", en = "Farewell" }} }}
"""
"""The step of the mentors is off, and what a move asks for beside has a step that fits any plan and one that does not."""


def done(story: Story, step: str, on: date) -> None:
    ask(story, do_step(row(story, step).fact, on, LEADER))


def test_a_step_of_the_checklist_is_done_once() -> None:
    story = begun()
    story.reaches(day(4))

    done(story, "first-day", MONDAY)

    assert milestone(story, row(story, "first-day").fact).call.by_role == LEADER
    with pytest.raises(Refused, match="step-already-done"):
        done(story, "first-day", MONDAY)


@pytest.mark.parametrize("step", ["plan-before-start", "mentors-named", "talk-2-weeks"])
def test_what_is_closed_by_something_else_is_not_ticked(step: str) -> None:
    with pytest.raises(Refused, match="step-closed-otherwise"):
        done(begun(), step, date(2026, 2, 9))


def test_nobody_works_alone_before_the_safety_introduction() -> None:
    story = begun(rules=WORKS_ALONE)
    story.reaches(day(6))
    assert row(story, "works-alone").waits_for == "safety-introduction"
    with pytest.raises(Refused, match="step-waits"):
        done(story, "works-alone", day(6))

    done(story, "safety-introduction", day(5))
    done(story, "works-alone", day(6))

    assert (row(story, "works-alone").waits_for, state(story, "works-alone")) == ("", CallState.DONE)


def test_a_course_is_a_duty_of_its_own_that_the_hr_system_or_the_leader_closes() -> None:
    told, ticked = begun(rules=WORKS_ALONE), begun(rules=WORKS_ALONE)
    for story in (told, ticked):
        story.reaches(date(2026, 3, 31))
        assert [(said.course_code, said.mandatory) for said in story.said(CourseDue)] == [("gdpr", True)]

    hire = hired(MONDAY)
    block = hire.model_dump(include={"municipality", "employment_id", "person_key", "unit_id", "employment_form", "registered_at"})
    told.hears(CourseCompleted.model_validate({**block, "effective_date": date(2026, 3, 30), "course_code": "gdpr"}))
    done(ticked, "e-learning", date(2026, 3, 31))

    for story, day_done in ((told, date(2026, 3, 30)), (ticked, date(2026, 3, 31))):
        (said,) = story.said(CourseDone)
        assert (said.done_on, said.in_window) == (day_done, day_done == date(2026, 3, 31))


def test_a_local_step_is_said_with_its_name() -> None:
    rules = f"{RULES}\n[onboarding.templates.first-year.steps]\nkeys = {{ due = 'start', title = {{ da = 'Nøgler', en = 'Keys' }} }}"
    story = begun(rules=rules)

    said = milestone(story, row(story, "keys").fact)

    assert (said.milestone_kind, said.step_code, said.call.kind) == (MilestoneKind.LOCAL_STEP, "keys", "local-step")
    assert milestone(story, row(story, "first-day").fact).step_code is None


def test_an_agreed_day_is_when_a_talk_is_due_until_the_window_leaves_it() -> None:
    story = begun()
    talk = row(story, "talk-2-weeks").fact
    ask(story, move_step(talk, date(2026, 3, 20), LEADER))
    assert milestone(story, talk).call.due == date(2026, 3, 20)

    hire = next(r for r in next(iter(story.states.values())).history.revisions if r.type == "hr.hired.v1")
    story.hears(hired(date(2026, 4, 6)), fact=hire.fact, number=2)

    assert milestone(story, talk).call.due == date(2026, 4, 20)


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        (date(2026, 3, 10), "move-outside-window"),
        (date(2026, 3, 30), "move-outside-window"),
        (date(2026, 3, 14), "move-to-day-off"),
        (date(2026, 3, 19), "move-to-half-day"),
        (date(2026, 2, 1), "move-to-past"),
    ],
)
def test_a_day_that_cannot_be_agreed_on(to: date, reason: str) -> None:
    story = begun()
    story.hears(closing_day(date(2026, 3, 19), Closed.FROM_NOON))
    with pytest.raises(Refused, match=reason):
        ask(story, move_step(row(story, "talk-2-weeks").fact, to, LEADER))


def test_a_step_is_taken_out_of_one_plan_unless_everybody_must_have_it() -> None:
    story = begun()
    with pytest.raises(Refused, match="step-required"):
        ask(story, remove_step(row(story, "safety-introduction").fact, LEADER))

    fact = row(story, "first-week").fact
    ask(story, remove_step(fact, LEADER))

    assert "first-week" not in names(story)
    with pytest.raises(Refused, match="step-not-ahead"):
        ask(story, remove_step(fact, LEADER))
    with pytest.raises(Refused, match="step-not-ahead"):
        ask(story, move_step(fact, date(2026, 3, 9), LEADER))


def test_what_was_missed_before_it_could_have_been_taken_out_stays_missed() -> None:
    story = begun()
    story.reaches(date(2026, 4, 30))
    with pytest.raises(Refused, match="step-not-ahead"):
        ask(story, remove_step(row(story, "first-week").fact, LEADER))


def test_a_step_of_the_rules_is_added_to_one_plan() -> None:
    story = begun(rules=SILENT_ON_MENTORS)
    with pytest.raises(NotFound, match="step-unknown"):
        ask(story, add_step(plan(story).plan_id, "a-walk", LEADER))
    with pytest.raises(Refused, match="step-already-in-plan"):
        ask(story, add_step(plan(story).plan_id, "first-week", LEADER))
    assert plan(story).steps == 10

    ask(story, add_step(plan(story).plan_id, "mentors-named", LEADER))
    ask(story, add_step(plan(story).plan_id, "keys", LEADER))

    assert row(story, "mentors-named").due == date(2026, 3, 2)
    assert plan(story).steps == 12


@pytest.mark.parametrize("foreign", ["leader-mentor-6-months", "reintroduction-plan", "hand-over", "trial-end", "farewell"])
def test_a_step_of_another_occasion_is_not_added(foreign: str) -> None:
    story = begun(rules=SILENT_ON_MENTORS)

    with pytest.raises(NotFound, match="step-unknown"):
        ask(story, add_step(plan(story).plan_id, foreign, LEADER))


def test_a_step_of_another_occasion_that_was_once_added_binds_nobody_any_longer() -> None:
    story = begun()
    added = StepAdded(municipality=MUNICIPALITY, plan=plan(story).plan_id, name="leader-mentor-6-months", by_role=LEADER)
    ask(story, lambda *_: added)

    assert "leader-mentor-6-months" not in names(story)
    ask(story, name_mentor(plan(story).plan_id, MentorKind.SOCIAL, Mentor(an_id("mentor")), date(2026, 2, 9), LEADER))


def test_what_somebody_added_is_taken_out_again_though_others_must_have_it() -> None:
    story = begun(rules=SILENT_ON_MENTORS)
    ask(story, add_step(plan(story).plan_id, "mentors-named", LEADER))
    added = row(story, "mentors-named")
    assert not added.required

    ask(story, remove_step(added.fact, LEADER))

    assert "mentors-named" not in names(story)


def test_what_was_taken_out_is_added_again() -> None:
    story = begun()
    ask(story, remove_step(row(story, "first-week").fact, LEADER))
    story.reaches(date(2026, 2, 10))

    ask(story, add_step(plan(story).plan_id, "first-week", LEADER))
    assert "first-week" in names(story)

    story.reaches(date(2026, 2, 11))
    ask(story, remove_step(row(story, "first-week").fact, LEADER))
    assert "first-week" not in names(story)


def test_a_step_is_added_as_the_plans_own_template_has_it() -> None:
    rules = f"""
{RULES}
[onboarding.templates.first-year.steps]
first-week = {{ on = false, due = "day 8" }}
[onboarding.templates.ward]
occasion = "hire"
professions = ["teacher"]
steps = {{ first-week = {{ due = "day 12" }}, month-1 = {{ on = false, due = "2 months" }} }}
"""
    story = begun(rules=rules)

    ask(story, add_step(plan(story).plan_id, "first-week", LEADER))

    assert row(story, "first-week").due == day(8)


def test_a_step_whose_date_has_passed_is_not_added() -> None:
    story = begun(rules=SILENT_ON_MENTORS)
    story.reaches(date(2026, 4, 30))
    with pytest.raises(Refused, match="step-date-passed"):
        ask(story, add_step(plan(story).plan_id, "mentors-named", LEADER))


def test_a_step_nobody_knows_is_not_found() -> None:
    with pytest.raises(NotFound, match="step-unknown"):
        ask(begun(), do_step(an_id("another"), MONDAY, LEADER))


def test_nothing_is_done_after_the_last_day() -> None:
    story = begun()
    story.hears(end_registered(day(20)))
    story.reaches(day(30))
    with pytest.raises(Refused, match="day-after-last-day"):
        done(story, "first-day", day(21))

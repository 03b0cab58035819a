"""Duties that ask a mentor: for who is mentor of that plan, else for the nearest leader, and always with the reason."""

from datetime import date
from uuid import UUID

import pytest

from contracts.base import CallState, HolderRole
from contracts.notification import TaskEscalated, TaskOpened, TaskReassigned
from contracts.onboarding.mentor import MentorKind
from services.notification.domain.inbox import why_shown
from tests.kit.builders import an_id, deputy_appointed, end_registered, leader_appointed, leader_ended
from tests.kit.story import Story
from tests.unit.notification.duties import DUTY, LEADER, MENTOR, MONDAY, NAMED, days, duty, held_by, mentor_named, step, task, tour, town


def causes(story: Story) -> list[str]:
    """Why the task came to others, each time it did."""
    return [said.body.cause for _, said in story.spoken if isinstance(said.body, TaskReassigned)]


def test_the_mentor_of_the_plan_is_asked() -> None:
    story = town()
    story.hears(mentor_named("mentor"))

    story.hears(step(), fact=DUTY)

    assert held_by(story) == MENTOR
    assert why_shown(task(story), an_id("mentor")) == "mentor"
    assert story.said(TaskOpened)[0].holder_role is HolderRole.MENTOR


def test_without_a_mentor_the_nearest_leader_is_asked_and_told_why() -> None:
    story = tour()

    assert held_by(story) == LEADER
    assert why_shown(task(story), an_id("leader")) == "no-mentor"


@pytest.mark.parametrize(
    ("named", "holder"),
    [
        (mentor_named("mentor"), MENTOR),
        (mentor_named("mentor", MentorKind.SOCIAL), MENTOR),
        (mentor_named("mentor", MentorKind.LEADER), MENTOR),
        (mentor_named("mentor", on=days(9)), MENTOR),
        (mentor_named(None), LEADER),
        (mentor_named("mentor", plan="another plan"), LEADER),
        (mentor_named("person"), LEADER),
        (mentor_named("mentor", until=days(-1)), LEADER),
        (mentor_named("mentor", until=MONDAY), MENTOR),
    ],
    ids=["professional", "social", "of a leader", "from a later day", "a team", "of another plan", "the newcomer", "was one", "last day"],
)
def test_who_is_named_takes_the_task_over(named: object, holder: tuple[UUID, str]) -> None:
    story = tour()

    story.hears(named, fact=NAMED)  # type: ignore[arg-type]  # an event of the table above

    assert held_by(story) == holder
    assert causes(story) == (["role-changed"] if holder == MENTOR else [])


def test_the_professional_mentor_is_asked_first_and_the_social_one_sees_it_too() -> None:
    story = town()
    story.hears(mentor_named("social", MentorKind.SOCIAL), mentor_named("professional"), mentor_named("both", MentorKind.LEADER))

    story.hears(step(), fact=DUTY)

    assert task(story).holder == an_id("professional")
    assert task(story).shared_with == (an_id("social"), an_id("both"))
    assert why_shown(task(story), an_id("social")) == "shared-role"


def test_one_who_is_both_is_shown_it_once() -> None:
    story = town()
    story.hears(mentor_named("mentor", MentorKind.SOCIAL), mentor_named("mentor"))

    story.hears(step(), fact=DUTY)

    assert (task(story).holder, task(story).shared_with) == (an_id("mentor"), ())


def test_another_mentor_takes_over() -> None:
    story = tour()
    story.hears(mentor_named("mentor"), fact=NAMED)

    story.hears(mentor_named("another"), fact=NAMED, number=2)

    assert held_by(story) == (an_id("another"), "role-holder")
    assert causes(story) == ["role-changed"] * 2


def test_a_naming_that_is_taken_back_gives_the_task_to_the_leader() -> None:
    story = tour()
    story.hears(mentor_named("mentor"), fact=NAMED)

    story.hears(mentor_named("mentor"), fact=NAMED, number=2, stands=False)

    assert held_by(story) == LEADER


def test_with_the_end_of_the_introduction_the_mentor_is_no_longer_asked() -> None:
    story = tour()
    story.hears(mentor_named("mentor", until=days(6)))

    story.reaches(days(7))

    assert held_by(story) == LEADER
    assert causes(story) == ["role-changed"] * 2


def test_who_comes_soon_is_looked_up_already_and_follows_the_last_day() -> None:
    story = tour(opens=days(10), closes=days(30), state=CallState.PLANNED)
    story.hears(mentor_named("mentor", until=days(2)))
    assert (task(story).holder, task(story).why_holder) == MENTOR

    story.reaches(days(3))

    assert (task(story).holder, task(story).why_holder) == LEADER


def test_without_leader_and_mentor_the_reasons_are_those_of_any_task() -> None:
    story = tour()
    story.hears(deputy_appointed("ward", "deputy", "leader", MONDAY, until=days(3)))
    assert held_by(story) == (an_id("deputy"), "deputy")

    story.hears(leader_ended("ward", "leader", days(3)))
    story.reaches(days(4))

    assert held_by(story) == (an_id("chief"), "vacant-post")
    assert causes(story) == ["deputy", "deputy"]


def test_where_nobody_leads_either_hr_has_it_and_the_mentor_gets_it() -> None:
    story = tour(unit="unit nobody told of")
    assert held_by(story) == (None, "hr-queue")
    assert why_shown(task(story), an_id("somebody in HR")) == "hr-queue"

    story.hears(mentor_named("mentor"))

    assert held_by(story) == MENTOR


def test_a_new_leader_takes_what_no_mentor_has() -> None:
    story = tour()

    story.hears(leader_ended("ward", "leader", days(0)), leader_appointed("ward", "new leader", days(1)))
    story.reaches(days(1))

    assert held_by(story) == (an_id("new leader"), "no-mentor")
    assert causes(story) == ["new-leader"]


@pytest.mark.parametrize(("named", "above"), [(True, ("nearest-leader", "leader")), (False, ("leaders-leader", "chief"))])
def test_what_is_late_is_shown_to_who_leads_the_holder(named: bool, above: tuple[str, str]) -> None:
    story = tour(closes=days(4))
    if named:
        story.hears(mentor_named("mentor"))

    story.reaches(date(2026, 3, 13))

    steps = [said.body for _, said in story.spoken if isinstance(said.body, TaskEscalated)]
    assert [(step.to_role, step.to_key) for step in steps] == [(above[0], an_id(above[1]))]


def test_a_duty_that_becomes_the_leaders_goes_to_the_leader() -> None:
    story = tour()
    story.hears(mentor_named("mentor"))

    story.hears(duty(closes=days(30), plan="plan"), fact=DUTY, number=2)

    assert held_by(story) == (an_id("leader"), "nearest-leader")


def test_a_duty_that_becomes_the_mentors_goes_to_the_mentor() -> None:
    story = town()
    story.hears(mentor_named("mentor"))
    story.hears(duty(closes=days(30), plan="plan"), fact=DUTY)

    story.hears(step(), fact=DUTY, number=2)

    assert held_by(story) == MENTOR


def test_what_is_done_is_not_told_of_mentors_again() -> None:
    story = tour()
    story.hears(step(state=CallState.DONE, state_on=MONDAY), fact=DUTY, number=2)
    before = len(story.spoken)

    story.hears(mentor_named("mentor"))

    assert len(story.spoken) == before
    assert task(story).holder is None


def test_no_other_duty_of_a_plan_joins_its_history() -> None:
    story = town()

    story.hears(duty(plan="plan"), fact=DUTY)

    assert {subject.kind for subject in story.states} == {"task"}


def test_nothing_of_it_leaves_the_service_but_the_task() -> None:
    story = tour()
    story.hears(mentor_named("mentor"), end_registered(days(3), person="mentor", registered=MONDAY))
    story.reaches(days(4))

    assert {said.body.topic for _, said in story.spoken} == {"notification.v1"}

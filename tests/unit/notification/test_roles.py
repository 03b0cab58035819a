"""Duties of those who have a role at a unit beside that of its leader: AMR, TR, the chief of the area."""

from datetime import date

import pytest

from contracts.base import HolderRole
from contracts.hr.organisation import UnitRole
from contracts.notification import TaskEscalated, TaskReassigned
from contracts.words import LeaderLevel
from tests.kit.builders import an_id, leader_appointed, leader_ended, role_assigned
from tests.kit.story import Story
from tests.unit.notification.duties import DUTY, days, duty, held_by, task, town


def amr(**more: object) -> Story:
    """The ward's representative is asked."""
    story = town()
    story.hears(role_assigned("ward", "representative"))
    story.hears(duty(role=HolderRole.AMR, **more), fact=DUTY)  # type: ignore[arg-type]  # the builder's own fields
    return story


@pytest.mark.parametrize(("role", "of_unit"), [(HolderRole.AMR, UnitRole.AMR), (HolderRole.TR, UnitRole.TR)])
def test_a_representatives_duty_is_for_who_has_the_role_and_nobody_else(role: HolderRole, of_unit: UnitRole) -> None:
    story = town()
    story.hears(role_assigned("ward", "representative", of_unit), role_assigned("ward", "member", UnitRole.MED_MEMBER))

    story.hears(duty(role=role), fact=DUTY)

    assert held_by(story) == (an_id("representative"), "role-holder")


def test_a_unit_without_a_representative_belongs_to_the_one_above_it() -> None:
    story = town()
    story.hears(role_assigned("hall", "far above"), role_assigned("area", "above"))

    story.hears(duty(role=HolderRole.AMR), fact=DUTY)

    assert held_by(story) == (an_id("above"), "role-holder")


def test_where_nobody_has_the_role_it_lies_in_the_queue_of_hr() -> None:
    story = town()
    story.hears(role_assigned("kitchen", "of another unit"), role_assigned("ward", "steward", UnitRole.TR))

    story.hears(duty(role=HolderRole.AMR), fact=DUTY)

    assert held_by(story) == (None, "hr-queue")


def test_several_representatives_see_it_and_the_first_one_holds_it() -> None:
    story = town()
    story.hears(role_assigned("ward", "later", day=days(-9)), role_assigned("ward", "first", day=days(-99)))

    story.hears(duty(role=HolderRole.AMR), fact=DUTY)

    assert (task(story).holder, task(story).shared_with) == (an_id("first"), (an_id("later"),))


def test_a_representatives_own_case_goes_to_the_next_one() -> None:
    story = town()
    story.hears(role_assigned("ward", "representative"), role_assigned("area", "above"))

    story.hears(duty(role=HolderRole.AMR, about="representative"), fact=DUTY)

    assert held_by(story) == (an_id("above"), "role-holder")


@pytest.mark.parametrize(("day", "holder"), [(2, "representative"), (3, "new"), (9, "new"), (10, None)])
def test_a_role_passes_to_the_next_by_the_clock_and_is_told_as_that(day: int, holder: str | None) -> None:
    story = town()
    story.hears(role_assigned("ward", "representative", until=days(2)), role_assigned("ward", "new", day=days(3), until=days(9)))
    story.hears(duty(role=HolderRole.AMR, closes=days(30)), fact=DUTY)

    story.reaches(days(day))

    assert task(story).holder == (an_id(holder) if holder else None)
    causes = [said.body.cause for _, said in story.spoken if isinstance(said.body, TaskReassigned)]
    assert causes == ["role-changed"] * (day >= 3)


def test_a_new_representative_wakes_the_tasks_of_representatives_alone() -> None:
    story = town()
    story.hears(duty(), fact=DUTY)
    before = len(story.spoken)

    story.hears(role_assigned("ward", "representative"))

    assert len(story.spoken) == before
    assert not any(read.startswith("roles/") for state in story.states.values() for read in state.reads)


def test_what_a_representative_has_not_done_is_shown_to_the_nearest_leader_of_the_unit() -> None:
    story = amr(closes=days(4))

    story.reaches(date(2026, 3, 13))

    steps = [said.body for _, said in story.spoken if isinstance(said.body, TaskEscalated)]
    assert [(step.to_role, step.to_key) for step in steps] == [("nearest-leader", an_id("leader"))]
    assert task(story).escalated_to == an_id("leader")


def test_a_representative_who_leads_the_unit_too_is_late_with_the_leader_above() -> None:
    story = amr(closes=days(4))
    story.hears(leader_ended("ward", "leader", days(-1)), leader_appointed("ward", "representative"))

    story.reaches(date(2026, 3, 13))

    assert task(story).escalated_to == an_id("chief")


def test_what_is_about_the_leader_is_never_shown_to_the_leader_when_it_is_late() -> None:
    story = amr(closes=days(4), about="leader")

    story.reaches(date(2026, 3, 13))

    assert task(story).escalated_to == an_id("chief")


def test_the_chief_is_the_nearest_leader_of_that_level() -> None:
    story = town()
    story.hears(leader_ended("area", "chief", days(-9)), leader_appointed("area", "head", days(-8), leader_level=LeaderLevel.CHIEF))

    story.hears(duty(role=HolderRole.CHIEF), fact=DUTY)

    assert held_by(story) == (an_id("head"), "nearest-leader")


def test_a_vacant_chiefs_post_climbs_and_a_tree_without_chiefs_asks_hr() -> None:
    story = town()
    story.hears(duty(role=HolderRole.CHIEF), fact=DUTY)
    assert held_by(story) == (None, "hr-queue")

    story.hears(leader_ended("area", "chief", days(-9)))
    story.hears(leader_appointed("area", "head", days(-8), leader_level=LeaderLevel.CHIEF), leader_ended("area", "head", days(-1)))

    assert held_by(story) == (an_id("director"), "vacant-post")

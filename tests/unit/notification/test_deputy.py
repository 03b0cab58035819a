"""The last day of a deputy is told ahead, to whoever may name the next one."""

import pytest

from contracts.base import HolderRole
from contracts.notification import TaskCancelled, TaskOpened
from services.notification.domain.task import Stage, Task
from tests.kit.builders import an_id, deputy_appointed, leader_ended
from tests.kit.story import Story
from tests.unit.notification.duties import days, tasks, town

LAST = days(40)


def task(story: Story) -> Task:
    """The only row there is."""
    (only,) = tasks(story)
    return only


def with_deputy(rules: str = "", **more: object) -> Story:
    """Somebody stands in for the ward's leader until a day some weeks ahead."""
    story = town(rules=rules)
    story.hears(deputy_appointed("ward", "deputy", "leader", days(-30), **{"until": LAST, **more}))
    return story


@pytest.mark.parametrize(("day", "told"), [(25, False), (26, True), (40, True), (41, False)])
def test_it_is_told_from_fourteen_days_before_to_the_last_day(day: int, told: bool) -> None:
    story = with_deputy()

    story.reaches(days(day))

    assert bool(story.said(TaskOpened)) is told


def test_it_is_about_the_deputy_and_goes_past_him_to_the_leaders_leader_while_the_leader_is_away() -> None:
    story = with_deputy()

    story.reaches(days(26))

    found = task(story)
    assert (found.kind, found.about_person, found.role) == ("deputy-ends", an_id("deputy"), HolderRole.NEAREST_LEADER)
    assert (found.holder, found.why_holder) == (an_id("chief"), "absent-leader")
    assert (found.opens, found.due, found.closes) == (days(26), LAST, LAST)
    assert found.link == "/tasks/deputies"


def test_the_day_after_it_falls_away_because_the_period_has_ended() -> None:
    story = with_deputy()
    story.reaches(days(26))

    story.reaches(days(41))

    assert task(story).state is Stage.CANCELLED
    assert [said.cause for said in story.said(TaskCancelled)] == ["ended"]


def test_somebody_who_follows_ends_it() -> None:
    story = with_deputy()
    story.reaches(days(26))

    story.hears(deputy_appointed("ward", "next deputy", "leader", days(41), until=days(90)))

    assert not story.said(TaskOpened)


def test_an_end_that_is_moved_moves_the_task() -> None:
    story = town()
    fact = story.hears(deputy_appointed("ward", "deputy", "leader", days(-30), until=LAST))
    story.reaches(days(26))

    story.hears(deputy_appointed("ward", "deputy", "leader", days(-30), until=days(60)), fact=fact, number=2)
    assert not story.said(TaskOpened)
    story.reaches(days(46))

    assert task(story).closes == days(60)


def test_an_appointment_that_never_was_is_not_told_of() -> None:
    story = town()
    fact = story.hears(deputy_appointed("ward", "deputy", "leader", days(-30), until=LAST))
    story.hears(deputy_appointed("ward", "deputy", "leader", days(-30), until=LAST), fact=fact, number=2, stands=False)

    story.reaches(days(26))

    assert not tasks(story)


@pytest.mark.parametrize(("first", "rules", "told"), [(25, "", True), (26, "", False), (-30, "deputy_ends_days = 0", False)])
def test_a_short_period_was_near_its_end_from_the_beginning(first: int, rules: str, told: bool) -> None:
    story = town(rules=rules)
    story.hears(deputy_appointed("ward", "deputy", "leader", days(first), until=LAST))

    story.reaches(days(30))

    assert bool(story.said(TaskOpened)) is told


def test_without_a_last_day_there_is_nothing_to_tell() -> None:
    story = with_deputy(until=None)

    story.reaches(days(300))

    assert not tasks(story)


def test_a_leader_who_has_left_is_not_asked() -> None:
    story = with_deputy()
    story.hears(leader_ended("ward", "leader", days(10)))

    story.reaches(days(26))

    assert (task(story).holder, task(story).why_holder) == (an_id("chief"), "vacant-post")


def test_nothing_of_it_leaves_the_service_but_the_task() -> None:
    story = with_deputy()

    story.reaches(days(26))

    assert {said.body.topic for _, said in story.spoken} == {"notification.v1"}
    assert not [said for _, said in story.spoken if said.body.wire == "note.deputy-ends"]

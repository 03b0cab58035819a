"""Open tasks follow changes of leaders, deputies, units and dates, and each change is said once."""

from uuid import UUID

import pytest

from contracts.base import CallState, Event, HolderRole
from contracts.notification import ReassignCause, TaskMoved, TaskOpened, TaskReassigned
from contracts.words import UnitChange
from services.notification.domain.told import Handed
from tests.kit.builders import an_id, closing_day, deputy_appointed, leader_appointed, leader_ended, role_assigned, unit_changed
from tests.kit.story import Story
from tests.unit.notification.duties import DUTY, MONDAY, days, duty, held_by, task, town


def changes(story: Story) -> list[tuple[UUID | None, str]]:
    """To whom an open task went, and why, in the order said."""
    return [(s.body.to_key, s.body.cause) for _, s in story.spoken if isinstance(s.body, TaskReassigned)]


def moves(story: Story) -> list[TaskMoved]:
    """Every move that was said."""
    return [said.body for _, said in story.spoken if isinstance(said.body, TaskMoved)]


def with_open_task(**more: object) -> Story:
    """The ward's leader is asked."""
    story = town()
    story.hears(duty(**more), fact=DUTY)  # type: ignore[arg-type]  # the builder's own fields
    return story


def test_the_first_holder_is_no_change() -> None:
    assert not changes(with_open_task())


def test_a_new_leader_takes_the_task_over_once() -> None:
    story = with_open_task()
    story.hears(leader_ended("ward", "leader", days(4)), leader_appointed("ward", "new leader", days(5)))
    assert held_by(story) == (an_id("leader"), "nearest-leader")

    for day in (5, 6, 7):
        story.reaches(days(day))

    assert held_by(story) == (an_id("new leader"), "nearest-leader")
    assert changes(story) == [(an_id("new leader"), ReassignCause.NEW_LEADER)]
    assert task(story).due == days(14)


def test_a_leader_who_leaves_without_a_successor_passes_the_task_upwards_and_a_filled_post_takes_it_back() -> None:
    story = with_open_task()

    story.hears(leader_ended("ward", "leader", days(-1)))
    assert held_by(story) == (an_id("chief"), "vacant-post")
    story.hears(leader_appointed("ward", "new leader", MONDAY))

    assert held_by(story) == (an_id("new leader"), "nearest-leader")
    assert changes(story) == [(an_id("chief"), "leader-left"), (an_id("new leader"), "new-leader")]


def test_while_the_post_is_vacant_the_task_goes_on_climbing() -> None:
    story = with_open_task()
    story.hears(leader_ended("ward", "leader", days(-1)))

    story.hears(leader_ended("area", "chief", days(-1)))
    story.hears(leader_ended("hall", "director", days(-1)))

    assert held_by(story) == (None, "hr-queue")
    assert [cause for _, cause in changes(story)] == ["leader-left", "vacancy", "vacancy"]


def test_a_leader_who_comes_back_is_told_anew() -> None:
    story = with_open_task()
    away = deputy_appointed("ward", "deputy", "leader", MONDAY, until=days(3))

    fact = story.hears(away)
    story.reaches(days(4))
    story.hears(deputy_appointed("ward", "deputy", "leader", MONDAY, until=days(8)), fact=fact, number=2)

    assert changes(story) == [(an_id(to), "deputy") for to in ("deputy", "leader", "deputy")]


@pytest.mark.parametrize(("day", "holder"), [(2, "leader"), (3, "deputy"), (6, "deputy"), (7, "leader")])
def test_a_deputys_period_begins_and_ends_by_the_clock_alone(day: int, holder: str) -> None:
    story = with_open_task()
    story.hears(deputy_appointed("ward", "deputy", "leader", days(3), until=days(6)))

    story.reaches(days(day))

    assert task(story).holder == an_id(holder)


def test_a_unit_that_moves_in_the_tree_brings_its_vacant_posts_tasks_along() -> None:
    story = with_open_task()
    story.hears(leader_ended("ward", "leader", days(-1)))
    story.hears(unit_changed("other area", "hall"), leader_appointed("other area", "other chief"))

    story.hears(unit_changed("ward", "other area", days(3), UnitChange.MOVED))
    story.reaches(days(3))

    assert held_by(story) == (an_id("other chief"), "vacant-post")
    assert changes(story)[-1] == (an_id("other chief"), "vacancy")


def test_a_person_who_moves_takes_the_task_to_the_new_unit() -> None:
    story = with_open_task()

    story.hears(duty(unit="kitchen"), fact=DUTY, number=2)

    assert held_by(story) == (an_id("chief"), "nearest-leader")
    assert changes(story) == [(an_id("chief"), "unit-changed")]


def test_a_duty_that_names_another_role_goes_to_whoever_has_that() -> None:
    story = with_open_task()
    story.hears(role_assigned("ward", "representative"))

    story.hears(duty(role=HolderRole.AMR), fact=DUTY, number=2)

    assert held_by(story) == (an_id("representative"), "role-holder")
    assert changes(story) == [(an_id("representative"), "role-changed")]


def test_everybody_who_had_it_and_who_got_it_is_kept_with_the_reason_and_the_day() -> None:
    story = with_open_task()
    story.hears(leader_ended("ward", "leader", days(4)), leader_appointed("ward", "new leader", days(8)))
    for day in (5, 6, 8):
        story.reaches(days(day))

    kept = [(r.number, r.from_holder, r.to_holder, r.cause, r.on) for r in story.rows() if isinstance(r, Handed)]

    assert kept == [
        (2, an_id("leader"), an_id("chief"), "leader-left", days(5)),
        (3, an_id("chief"), an_id("new leader"), "new-leader", days(8)),
    ]


def test_when_the_person_of_the_case_becomes_the_leader_the_task_goes_up() -> None:
    story = with_open_task()

    story.hears(leader_ended("ward", "leader", days(1)), leader_appointed("ward", "person", days(2)))
    story.reaches(days(2))

    assert held_by(story) == (an_id("chief"), "own-case")


def test_a_window_that_moves_is_said_once() -> None:
    story = with_open_task()

    story.hears(duty(closes=days(21)), fact=DUTY, number=2)
    story.reaches(days(1))
    story.hears(duty(closes=days(21)), fact=DUTY, number=2)

    assert [(m.due_on, m.cause) for m in moves(story)] == [(days(21), "unknown")]
    assert len(story.said(TaskOpened)) == 1


def test_the_owner_may_say_why_the_window_moved() -> None:
    story = with_open_task()

    story.hears(duty(closes=days(21), why="start-moved"), fact=DUTY, number=2)

    assert [m.cause for m in moves(story)] == ["start-moved"]


def test_a_window_that_flips_is_told_each_time_because_the_leader_saw_each() -> None:
    story = with_open_task()

    for number, closes in ((2, 21), (3, 14), (4, 21)):
        story.hears(duty(closes=days(closes)), fact=DUTY, number=number)

    assert [m.due_on for m in moves(story)] == [days(21), days(14), days(21)]


def test_what_was_never_shown_has_not_moved() -> None:
    story = town()

    story.hears(duty(opens=days(9), state=CallState.PLANNED), fact=DUTY)
    story.hears(duty(opens=days(5), state=CallState.PLANNED), fact=DUTY, number=2)

    assert not moves(story)


def test_only_a_reason_that_changes_is_shown_but_is_no_change_of_hands() -> None:
    story = town()
    story.hears(leader_appointed("area", "leader"), leader_ended("area", "chief", days(-1)))
    story.hears(duty(), fact=DUTY)

    story.hears(leader_ended("ward", "leader", days(-1)))

    assert held_by(story) == (an_id("leader"), "vacant-post")
    assert not changes(story)


def test_a_task_that_is_hidden_is_not_reassigned_before_it_is_shown_again() -> None:
    story = with_open_task()
    story.hears(duty(opens=days(10), state=CallState.PLANNED), fact=DUTY, number=2)

    story.hears(leader_ended("ward", "leader", days(-1)), leader_appointed("ward", "new leader", MONDAY))
    assert not changes(story)
    story.reaches(days(10))
    story.hears(duty(opens=days(10)), fact=DUTY, number=3)

    assert changes(story) == [(an_id("new leader"), "new-leader")]


def test_a_closing_day_in_the_ward_does_not_wake_a_task_that_is_not_late() -> None:
    story = with_open_task()
    before = list(story.spoken)

    story.hears(closing_day(days(15)))

    assert story.spoken == before
    (state,) = story.states.values()
    assert "calendar" not in state.reads


def test_nothing_said_of_a_task_names_a_person_but_its_holder() -> None:
    story = with_open_task()
    bodies: list[Event] = [said.body for _, said in story.spoken]

    assert bodies
    assert not any(str(an_id("person")) in body.model_dump_json() for body in bodies)

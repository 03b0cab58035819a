"""The life of a task is the life of its duty, and the inbox follows every change."""

import pytest

from contracts.base import CallState, HolderRole
from contracts.hr import Hired
from contracts.notification import (
    TaskCancelled,
    TaskDeclined,
    TaskDone,
    TaskMissed,
    TaskMoved,
    TaskOpened,
    TaskState,
)
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision, Situation, Subject
from services.notification.domain.task import Stage, whose_task
from tests.kit.builders import MUNICIPALITY, an_id, hired, leader_appointed, leader_ended, noon
from tests.kit.story import revision
from tests.unit.notification.duties import DUTY, MONDAY, days, duty, held_by, task, tasks, town


def test_a_planned_duty_is_no_open_task_and_nothing_is_said() -> None:
    story = town()

    story.hears(duty(opens=days(40), state=CallState.PLANNED), fact=DUTY)

    assert task(story).state is Stage.PLANNED
    assert not story.spoken


@pytest.mark.parametrize(("day", "known"), [(25, False), (26, True)])
def test_who_will_be_asked_is_looked_up_fourteen_days_ahead(day: int, known: bool) -> None:
    story = town()
    story.hears(duty(opens=days(40), state=CallState.PLANNED), fact=DUTY)

    story.reaches(days(day))

    assert (task(story).holder == an_id("leader")) is known


def test_a_planned_task_follows_a_new_leader_silently() -> None:
    story = town()
    story.hears(duty(opens=days(10), state=CallState.PLANNED), fact=DUTY)

    story.reaches(days(1))
    story.hears(leader_ended("ward", "leader", MONDAY), leader_appointed("ward", "new leader", days(1)))

    assert task(story).holder == an_id("new leader")
    assert not story.spoken


def test_a_due_duty_opens_the_task_with_its_window() -> None:
    story = town()

    story.hears(duty(), fact=DUTY)

    (opened,) = story.said(TaskOpened)
    assert (opened.task_id, opened.about, opened.kind) == (DUTY, DUTY, "talk-2-weeks")
    assert (opened.opens_on, opened.due_on, opened.closes_on) == (MONDAY, days(14), days(14))
    assert opened.holder_role is HolderRole.NEAREST_LEADER


@pytest.mark.parametrize(("held", "on_time"), [(14, True), (15, False)])
def test_the_owner_closes_the_task(held: int, on_time: bool) -> None:
    story = town()
    story.hears(duty(), fact=DUTY)

    story.hears(duty(state=CallState.DONE, state_on=days(held), by_role=HolderRole.DEPUTY), fact=DUTY, number=2)

    (done,) = story.said(TaskDone)
    assert (done.done_on, done.on_time, done.by_role) == (days(held), on_time, HolderRole.DEPUTY)
    assert not story.said(TaskOpened)
    assert (task(story).state, task(story).holder) == (Stage.DONE, None)


def test_an_end_without_its_own_words_is_dated_by_the_window_and_done_by_the_role() -> None:
    story = town()

    story.hears(duty(state=CallState.DONE), fact=DUTY)

    (done,) = story.said(TaskDone)
    assert (done.done_on, done.by_role) == (days(14), HolderRole.NEAREST_LEADER)


@pytest.mark.parametrize(("about", "by"), [("person", "person"), (None, "holder")])
def test_declined_is_a_proper_end(about: str | None, by: str) -> None:
    story = town()

    story.hears(duty(about=about, state=CallState.DECLINED, state_on=days(3)), fact=DUTY)

    (declined,) = story.said(TaskDeclined)
    assert (declined.declined_on, declined.declined_by) == (days(3), by)
    assert task(story).state is Stage.DECLINED


def test_missed_leaves_the_open_list_and_is_kept() -> None:
    story = town()
    story.hears(duty(), fact=DUTY)

    story.hears(duty(state=CallState.MISSED), fact=DUTY, number=2)

    (missed,) = story.said(TaskMissed)
    assert missed.missed_on == days(29)
    assert task(story).state is Stage.MISSED


def test_held_after_it_was_missed_is_done_and_late() -> None:
    story = town()
    story.hears(duty(state=CallState.MISSED, state_on=days(29)), fact=DUTY)

    story.hears(duty(state=CallState.DONE, state_on=days(33)), fact=DUTY, number=2)

    (done,) = story.said(TaskDone)
    assert not done.on_time
    assert not story.said(TaskMissed)


def test_what_could_never_begin_is_only_a_gap() -> None:
    story = town()

    story.hears(duty(state=CallState.NEVER_STARTED), fact=DUTY)

    (cancelled,) = story.said(TaskCancelled)
    assert cancelled.cause == "never-started"
    assert task(story).state is Stage.NEVER_STARTED
    assert not [said for _, said in story.spoken if isinstance(said.body, TaskOpened)]


@pytest.mark.parametrize(
    ("why", "cause"),
    [(None, "withdrawn"), ("superseded", "superseded"), ("employment-cancelled", "employment-cancelled"), ("died", "withdrawn")],
)
def test_a_duty_that_falls_away_cancels_its_task(why: str | None, cause: str) -> None:
    story = town()
    story.hears(duty(), fact=DUTY)

    story.hears(duty(why=why), fact=DUTY, number=2, stands=False)

    (cancelled,) = story.said(TaskCancelled)
    assert cancelled.cause == cause
    assert not story.said(TaskOpened)
    assert task(story).state is Stage.CANCELLED


def test_a_hire_that_is_cancelled_before_anything_opened_leaves_no_task() -> None:
    story = town()
    story.hears(duty(opens=days(40), state=CallState.PLANNED), fact=DUTY)

    story.hears(duty(opens=days(40), state=CallState.PLANNED), fact=DUTY, number=2, stands=False)

    assert not tasks(story)
    assert not story.said(TaskState)


def test_a_duty_that_returns_opens_the_same_task() -> None:
    story = town()
    story.hears(duty(), fact=DUTY)
    story.hears(duty(), fact=DUTY, number=2, stands=False)

    story.hears(duty(), fact=DUTY, number=3)

    assert len(story.said(TaskOpened)) == 1
    assert len({said.fact for _, said in story.spoken if isinstance(said.body, TaskState)}) == 1


def test_back_from_open_to_planned_hides_the_task_and_moves_it_once() -> None:
    story = town()
    story.hears(duty(), fact=DUTY)

    story.hears(duty(opens=days(21), state=CallState.PLANNED), fact=DUTY, number=2)
    assert not story.said(TaskOpened)
    assert task(story).state is Stage.PLANNED

    story.reaches(days(21))
    story.hears(duty(opens=days(21)), fact=DUTY, number=3)

    assert held_by(story) == (an_id("leader"), "nearest-leader")
    assert [said.body.due_on for _, said in story.spoken if isinstance(said.body, TaskMoved)] == [days(35)]


def test_a_duty_heard_twice_says_nothing_new() -> None:
    story = town()
    story.hears(duty(), fact=DUTY)
    before = list(story.spoken)

    story.hears(duty(), fact=DUTY)
    story.reaches(days(1))

    assert story.spoken == before


def test_an_older_revision_that_comes_late_changes_nothing() -> None:
    story = town()
    story.hears(duty(state=CallState.DONE, state_on=days(3)), fact=DUTY, number=3)

    story.hears(duty(), fact=DUTY, number=2)

    assert task(story).state is Stage.DONE
    assert not story.said(TaskOpened)


def test_an_ended_task_sleeps_whatever_happens_to_the_organisation() -> None:
    story = town()

    story.hears(duty(state=CallState.DONE), fact=DUTY)

    (state,) = story.states.values()
    assert (state.reads, state.wake_at) == (frozenset(), None)


@pytest.mark.parametrize("heard", [(), (revision(hired(MONDAY), noon(MONDAY), fact=DUTY),)])
def test_a_history_without_a_duty_owes_nothing(heard: tuple[Revision[Hired], ...]) -> None:
    history = History(Subject("task", DUTY, MUNICIPALITY), heard)

    assert whose_task(history, Reference(town().snapshot, MONDAY), noon(MONDAY)) == Situation()

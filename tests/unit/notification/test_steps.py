"""The history of a task as people read it: every step once, in the order in which it became known."""

from datetime import date, timedelta

from contracts.base import CallState, HolderRole
from contracts.notification import TaskReminded
from contracts.notification.words import Channel
from services.chassis.subject import History
from services.notification.domain.steps import Step, StepKind, people_of, steps
from tests.kit.builders import MUNICIPALITY, an_id, leader_appointed, leader_ended, noon
from tests.kit.story import Story, revision
from tests.unit.notification.duties import DUTY, MONDAY, days, duty, town


def history_of(story: Story) -> History:
    """The history of the only task."""
    (state,) = (state for subject, state in story.states.items() if subject.kind == "task")
    return state.history


def told(story: Story) -> list[Step]:
    """Its steps."""
    return list(steps(history_of(story)))


def words(story: Story) -> list[tuple[date, StepKind, str]]:
    """When, what and why."""
    return [(step.at.date(), step.kind, step.word) for step in told(story)]


def test_a_task_that_is_opened_handed_on_moved_shown_higher_and_done_tells_all_of_it() -> None:
    story = town()
    story.hears(duty(opens=days(9), state=CallState.PLANNED), fact=DUTY)
    story.reaches(days(9))
    story.hears(duty(opens=days(9)), fact=DUTY, number=2)
    story.reaches(days(10))
    story.hears(leader_appointed("ward", "new leader", days(10)), leader_ended("ward", "leader", days(9)))
    story.reaches(days(11))
    story.hears(duty(opens=days(9), closes=days(11), why="agreed"), fact=DUTY, number=3)
    story.reaches(days(18))
    story.hears(duty(opens=days(9), closes=days(11), state=CallState.DONE, state_on=days(18)), fact=DUTY, number=4)

    assert words(story) == [
        (MONDAY, StepKind.PLANNED, ""),
        (days(9), StepKind.OPEN, ""),
        (days(9), StepKind.GIVEN, "nearest-leader"),
        (days(10), StepKind.HANDED, "new-leader"),
        (days(11), StepKind.MOVED, "agreed"),
        (days(11), StepKind.REMINDED, "mail"),
        (days(18), StepKind.ESCALATED, "late"),
        (days(18), StepKind.DONE, "late"),
    ]
    given, handed, _, _, escalated, done = told(story)[2:]
    assert (given.person, handed.before, handed.person) == (an_id("leader"), an_id("leader"), an_id("new leader"))
    assert (escalated.person, escalated.role, escalated.count) == (an_id("chief"), HolderRole.LEADERS_LEADER, 5)
    assert (done.day, done.role) == (days(18), HolderRole.NEAREST_LEADER)
    assert people_of(told(story)) == {an_id(name) for name in ("leader", "new leader", "chief")}


def test_what_fell_away_came_back_and_was_missed_tells_each_of_it() -> None:
    story = town()
    story.hears(duty(), fact=DUTY)
    for number, (more, stands) in enumerate([({"why": "superseded"}, False), ({}, True), ({"state": CallState.MISSED}, True)], start=2):
        story.reaches(days(number))
        story.hears(duty(**more), fact=DUTY, number=number, stands=stands)  # type: ignore[arg-type]  # the builder's own fields

    assert words(story) == [
        (MONDAY, StepKind.OPEN, ""),
        (MONDAY, StepKind.GIVEN, "nearest-leader"),
        (days(2), StepKind.CANCELLED, "superseded"),
        (days(3), StepKind.OPEN, ""),
        (days(4), StepKind.MISSED, ""),
    ]


def test_a_revision_that_was_outrun_before_it_came_is_no_step() -> None:
    story = town()
    story.hears(duty(state=CallState.DECLINED, state_on=days(1)), fact=DUTY, number=3)
    story.reaches(days(1))

    story.hears(duty(closes=days(30)), fact=DUTY, number=2)

    assert [(kind, word) for _, kind, word in words(story)] == [(StepKind.DECLINED, "")]


def test_where_it_lay_first_is_told_also_when_nobody_had_the_role() -> None:
    story = town()

    story.hears(duty(role=HolderRole.AMR), fact=DUTY)

    assert told(story)[-1].person is None
    assert words(story)[-1] == (MONDAY, StepKind.GIVEN, "no-amr")


def test_a_reminder_is_a_step() -> None:
    story = town()
    story.hears(duty(), fact=DUTY)
    sent = TaskReminded(municipality=MUNICIPALITY, task_id=DUTY, unit_id=an_id("ward"), step=2, channel=Channel.MAIL, sent_on=days(5))

    found = steps(history_of(story).plus([revision(sent, noon(days(5)))]))[-1]

    assert (found.kind, found.count, found.word, found.at) == (StepKind.REMINDED, 2, "mail", noon(days(5)))


def test_steps_of_one_moment_have_an_order_of_their_own() -> None:
    story = town(MONDAY + timedelta(days=30))

    story.hears(duty(closes=days(3)), fact=DUTY)

    assert [kind for _, kind, _ in words(story)] == [StepKind.OPEN, StepKind.GIVEN, StepKind.ESCALATED, StepKind.ESCALATED]

"""Tasks of duties that are local only are told to few, and never what they are about."""

from datetime import date, timedelta

import pytest

from contracts import EVENTS
from contracts.base import Called, CallState, DataClass
from contracts.notification import (
    FollowUpCancelled,
    FollowUpDeclined,
    FollowUpDone,
    FollowUpEscalated,
    FollowUpMissed,
    FollowUpMoved,
    FollowUpOpened,
    FollowUpReassigned,
    FollowUpReminded,
)
from contracts.notification.parts import TaskEvent, TaskState
from services.chassis.subject import Revision
from services.notification.domain.entry import Entry
from services.notification.domain.follow_up import is_local
from services.notification.domain.mailing import MailWanted, Occasion
from services.notification.domain.steps import StepKind, steps
from services.notification.mail.letter import is_discreet
from services.notification.rules import TaskRules
from tests.kit.builders import an_id, leader_appointed, leader_ended, noon
from tests.kit.story import Story, revision
from tests.unit.notification.duties import DUTY, MONDAY, days, duty, task, town

LOCAL = "retention.absence-talk-due.v1"
DUE, CLOSES = days(14), days(18)


def told(called: Called, wire: str = LOCAL, number: int = 1, *, stands: bool = True, known: date = MONDAY) -> Revision[Called]:
    """A revision of the duty as an event of this type."""
    heard = revision(called, noon(known), fact=DUTY, number=number, stands=stands)
    heard.type = wire
    return heard


def asked(wire: str = LOCAL, kind: str = "absence-talk") -> Story:
    """The ward's leader is asked for a talk with somebody who is absent."""
    story = town()
    story.hears_revisions([told(duty(closes=CLOSES, due=DUE, kind=kind), wire)])
    return story


def spoken(story: Story) -> list[TaskEvent]:
    """All that was said."""
    return [said.body for _, said in story.spoken if isinstance(said.body, TaskEvent)]


def occasions(story: Story) -> list[Occasion]:
    """Why somebody was written to."""
    (state,) = story.states.values()
    return [mail.body.occasion for mail in state.history.standing(MailWanted)]


def test_it_is_said_on_the_topic_with_fewer_readers_and_without_its_kind() -> None:
    story = asked()

    (opened,) = story.said(TaskState)
    assert isinstance(opened, FollowUpOpened)
    assert (opened.kind, opened.task_id, opened.holder_key) == ("follow-up", DUTY, an_id("leader"))
    assert {said.topic for said in spoken(story)} == {"notification.restricted.v1"}
    assert "absence" not in "".join(said.model_dump_json() for said in spoken(story))


@pytest.mark.parametrize(
    ("state", "stands", "wanted"),
    [
        (CallState.DONE, True, FollowUpDone),
        (CallState.DECLINED, True, FollowUpDeclined),
        (CallState.MISSED, True, FollowUpMissed),
        (CallState.NEVER_STARTED, True, FollowUpCancelled),
        (CallState.OPEN, False, FollowUpCancelled),
    ],
)
def test_its_end_is_said_there_too(state: CallState, stands: bool, wanted: type[TaskState]) -> None:
    story = asked()
    (opened,) = {said.fact for _, said in story.spoken}

    story.hears_revisions([told(duty(closes=CLOSES, due=DUE, kind="absence-talk", state=state), number=2, stands=stands)])

    (ended,) = story.said(TaskState)
    assert (type(ended), ended.kind) == (wanted, "follow-up")
    assert [said.fact for _, said in story.spoken] == [opened] * 2


def test_reminders_changes_and_steps_upwards_are_said_there_too() -> None:
    story = asked()
    day = MONDAY
    while day < days(40):
        day += timedelta(days=1)
        story.reaches(day)
    story.hears(leader_ended("ward", "leader", day), leader_appointed("ward", "new leader", day + timedelta(days=1)))
    story.reaches(day + timedelta(days=1))
    story.hears_revisions([told(duty(closes=days(60), due=days(50), kind="absence-talk"), number=2, known=day)])

    kinds = [type(said) for said in spoken(story)]
    assert {FollowUpReminded, FollowUpEscalated, FollowUpReassigned, FollowUpMoved} < set(kinds)
    assert {said.data_class for said in spoken(story)} == {DataClass.LOCAL_ONLY}
    reminded = [said for said in spoken(story) if isinstance(said, FollowUpReminded)]
    assert [(said.step, said.channel) for said in reminded[:2]] == [(1, "digest"), (2, "mail")]
    (state,) = story.states.values()
    assert {StepKind.REMINDED, StepKind.ESCALATED, StepKind.HANDED, StepKind.MOVED} <= {step.kind for step in steps(state.history)}


def test_both_hands_and_who_is_above_are_written_to_as_for_any_task() -> None:
    story = asked()
    story.reaches(days(25))
    story.hears(leader_ended("ward", "leader", days(25)), leader_appointed("ward", "new leader", days(26)))
    story.reaches(days(26))

    assert set(occasions(story)) >= {Occasion.ESCALATED, Occasion.HANDED_FROM, Occasion.HANDED_TO}


@pytest.mark.parametrize("kind", ["absence-talk", "a-kind-that-no-rule-names"])
def test_outside_the_pages_it_has_no_name(kind: str) -> None:
    story = asked(kind=kind)

    story.reaches(DUE)

    assert task(story).kind == kind
    assert task(story).is_local
    assert is_discreet(task(story), TaskRules())
    assert Occasion.FOLLOW_UP in occasions(story)
    assert Occasion.REMINDED not in occasions(story)
    assert {row.kind for row in story.rows() if isinstance(row, Entry)} == {"follow-up"}


def test_a_type_that_nobody_here_knows_yet_is_told_to_few_until_it_is_known() -> None:
    story = asked("retention.something-new-due.v1", kind="something-new")

    assert [said.kind for said in story.said(FollowUpOpened)] == ["follow-up"]


@pytest.mark.parametrize("wire", ["note.of-our-own", *(event.wire for event in EVENTS if "call" in event.model_fields)])
def test_only_what_is_local_or_unknown_is_a_follow_up(wire: str) -> None:
    story = town()
    story.hears_revisions([told(duty(), wire)])
    (state,) = story.states.values()
    local = {event.wire for event in EVENTS if event.data_class is DataClass.LOCAL_ONLY}

    assert is_local(state.history) is (wire in local)
    assert bool(story.said(FollowUpOpened)) is (wire in local)


def test_the_same_duty_told_as_a_task_by_mistake_is_taken_back_there() -> None:
    story = town()
    story.hears_revisions([told(duty(), "onboarding.intro-milestone-due.v1")])

    story.hears_revisions([told(duty(), number=2)])

    assert [type(said) for said in story.said(TaskState)] == [FollowUpOpened]
    assert [(said.body.wire, said.stands) for _, said in story.spoken] == [
        ("notification.task-opened.v1", True),
        ("notification.follow-up-opened.v1", True),
        ("notification.task-opened.v1", False),
    ]

"""Whatever comes in whatever order, number and batches: the same standing task and the same row."""

from collections.abc import Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.base import CallState, Event, HolderRole
from contracts.notification import TaskState
from services.chassis.subject import Revision
from tests.kit.builders import an_id, deputy_appointed, end_registered, leader_appointed, leader_ended, noon, unit_changed
from tests.kit.story import Story, revision
from tests.unit.notification.duties import DUTY, MONDAY, days, duty, leaders, mentor_named, tasks, town, tree

LIFE = (
    duty(opens=days(9), state=CallState.PLANNED),
    duty(),
    duty(unit="kitchen", closes=days(7)),
    duty(about="leader", closes=days(3)),
    duty(role=HolderRole.MENTOR, plan="plan", closes=days(20)),
    duty(state=CallState.DONE, state_on=days(5)),
    duty(state=CallState.DECLINED),
    duty(state=CallState.MISSED),
)
ORGANISATION = (
    *tree(),
    *leaders(),
    leader_ended("ward", "leader", days(2)),
    leader_appointed("ward", "new leader", days(6)),
    deputy_appointed("area", "deputy", "chief", days(1), until=days(8)),
    unit_changed("kitchen", "hall", days(4)),
)
MENTORS = (mentor_named("mentor", until=days(12)), mentor_named("another"))


def _heard(life: Sequence[tuple[int, bool]]) -> list[Revision[Event]]:
    said = [revision(LIFE[at], noon(MONDAY), fact=DUTY, number=n + 1, stands=stands) for n, (at, stands) in enumerate(life)]
    named = [revision(event, noon(MONDAY), fact=an_id("mentor"), number=n) for n, event in enumerate(MENTORS, 1)]
    leaves = end_registered(days(9), person="another", registered=MONDAY)
    return [*said, *named, *(revision(event, noon(MONDAY)) for event in (*ORGANISATION, leaves))]


def _told(story: Story, end: date) -> tuple[list[str], list[object]]:
    story.reaches(end)
    return [said.model_dump_json() for said in story.said(TaskState)], list(tasks(story))


@settings(max_examples=150, deadline=None)
@given(
    life=st.lists(st.tuples(st.integers(0, len(LIFE) - 1), st.booleans()), min_size=1, max_size=4),
    data=st.data(),
    end=st.integers(0, 40),
)
def test_order_repetition_and_batches_do_not_matter(life: list[tuple[int, bool]], data: st.DataObject, end: int) -> None:
    heard = _heard(life)
    plain = Story(town().service, MONDAY)
    plain.hears_revisions(heard)

    mixed = Story(town().service, MONDAY)
    again = data.draw(st.lists(st.sampled_from(heard), max_size=6))
    shuffled = data.draw(st.permutations([*heard, *again]))
    while shuffled:
        size = data.draw(st.integers(1, len(shuffled)))
        mixed.hears_revisions(shuffled[:size])
        shuffled = shuffled[size:]

    assert _told(plain, days(end)) == _told(mixed, days(end))


@settings(max_examples=60, deadline=None)
@given(life=st.lists(st.tuples(st.integers(0, len(LIFE) - 1), st.just(True)), min_size=1, max_size=3), stops=st.sets(st.integers(1, 30)))
def test_how_often_the_clock_is_looked_at_does_not_matter(life: list[tuple[int, bool]], stops: set[int]) -> None:
    asleep = Story(town().service, MONDAY)
    asleep.hears_revisions(_heard(life))
    awake = Story(town().service, MONDAY)
    awake.hears_revisions(_heard(life))

    for stop in sorted(stops):
        awake.reaches(days(stop))

    assert _told(asleep, days(31)) == _told(awake, days(31))


def test_the_builders_tell_different_people_apart() -> None:
    assert len({an_id(name) for name in ("leader", "chief", "director", "deputy", "person", "new leader")}) == 6

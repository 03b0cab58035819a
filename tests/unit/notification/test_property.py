"""Over random organisations and lives: no task without holder or reason, no case with its own person or below, in any order."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.base import CallState, Event, HolderRole
from contracts.hr import LeaderAppointed
from contracts.hr.organisation import UnitRole
from contracts.notification import TaskOpened, TaskState, WhyHolder
from contracts.onboarding.mentor import MentorKind
from contracts.words import LeaderLevel
from services.chassis.organisation import Organisation
from services.chassis.subject import Revision
from services.notification.domain.deputy import ENDS_KIND
from services.notification.domain.inbox import why_held
from services.notification.domain.task import Stage, Task
from tests.kit.builders import (
    an_id,
    deputy_appointed,
    end_registered,
    leader_appointed,
    leader_ended,
    noon,
    on_leave,
    role_assigned,
    unit_changed,
)
from tests.kit.story import Story, revision
from tests.unit.notification.duties import DUTY, MONDAY, days, duty, mentor_named, tasks, town

UNITS = ("hall", "area", "ward", "kitchen", "team")
PEOPLE = tuple(f"person {number}" for number in range(6))
BY_ROLE = frozenset({WhyHolder.ROLE_HOLDER})
PLANS = ("plan", "another plan")

people, units = st.sampled_from(PEOPLE), st.sampled_from(UNITS)
starts, ends = st.integers(-20, 20), st.integers(-5, 30)


@dataclass(frozen=True)
class World:
    """What is heard, in the order of the story that would tell it."""

    heard: tuple[Revision[Event], ...]


def _until(draw: st.DrawFn) -> date | None:
    return draw(st.none() | st.builds(days, ends))


@st.composite
def organisations(draw: st.DrawFn) -> list[Event]:
    """A tree, which may move, and who leads, stands in and has roles in it, for periods."""
    told: list[Event] = [unit_changed(unit, draw(st.sampled_from(UNITS[:at])) if at else None) for at, unit in enumerate(UNITS)]
    moves = draw(st.lists(st.integers(1, 4), max_size=1))
    told += [unit_changed(UNITS[at], draw(st.sampled_from(UNITS[:at])), days(draw(starts))) for at in moves]
    for unit, person in draw(st.lists(st.tuples(units, people), max_size=7)):
        first, last = draw(starts), draw(st.none() | ends)
        level = draw(st.sampled_from((LeaderLevel.TEAM, LeaderLevel.CHIEF)))
        told.append(leader_appointed(unit, person, days(first), leader_level=level))
        if last is not None:
            told.append(leader_ended(unit, person, days(max(first, last))))
    led = [event for event in told if isinstance(event, LeaderAppointed)]
    for unit, person, at in draw(st.lists(st.tuples(units, people, st.integers(0, 6)), max_size=4)):
        leader = led[at % len(led)].person_key if led else an_id(person)
        told.append(
            deputy_appointed(unit, person, "nobody", days(draw(starts)), until=_until(draw)).model_copy(update={"deputy_for": leader})
        )
    for unit, person in draw(st.lists(st.tuples(units, people), max_size=3)):
        role = draw(st.sampled_from((UnitRole.AMR, UnitRole.TR)))
        told.append(role_assigned(unit, person, role, days(draw(starts)), until=_until(draw)))
    return told


@st.composite
def mentors(draw: st.DrawFn) -> list[Revision[Event]]:
    """Who is named as mentor of two plans, in several revisions, and whose jobs end."""
    told: list[Revision[Event]] = []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        kind = draw(st.sampled_from((MentorKind.PROFESSIONAL, MentorKind.SOCIAL)))
        plan = draw(st.sampled_from(PLANS))
        event = mentor_named(draw(st.none() | people), kind, plan=plan, on=days(draw(starts)), until=_until(draw))
        stands = draw(st.sampled_from((True, True, True, False)))
        told.append(revision(event, noon(MONDAY), fact=an_id(f"{kind} of {plan}"), number=number, stands=stands))
    for person in draw(st.lists(people, max_size=2, unique=True)):
        end = end_registered(days(draw(ends)), person=person, registered=MONDAY)
        told.append(revision(end, noon(MONDAY), fact=an_id(f"end of {person}"), stands=draw(st.booleans())))
    for person, first in draw(st.lists(st.tuples(people, starts), max_size=2)):
        leave = on_leave(days(first), draw(st.none() | st.builds(days, st.integers(first, 40))), person=person)
        told.append(revision(leave, noon(MONDAY), fact=an_id(f"leave of {person} from {first}"), number=draw(st.integers(1, 9))))
    return told


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """An organisation and the life of one duty in it: every revision may say another unit, person, role, window or state."""
    told = [revision(event, noon(MONDAY)) for event in draw(organisations())]
    told += draw(mentors())
    for number in range(1, draw(st.integers(1, 4)) + 1):
        life = duty(
            opens=days(draw(st.integers(-3, 12))),
            state=draw(st.sampled_from([*[CallState.OPEN] * 4, *CallState])),
            unit=draw(units),
            about=draw(st.none() | people),
            role=draw(st.sampled_from([*[HolderRole.NEAREST_LEADER] * 4, *[HolderRole.MENTOR] * 4, *HolderRole])),
            plan="plan",
        )
        stands = draw(st.sampled_from((True, True, True, False)))
        told.append(revision(life, noon(MONDAY), fact=DUTY, number=number, stands=stands))
    return World(tuple(told))


def _posts(organisation: Organisation, path: tuple[UUID, ...], day: date) -> set[UUID]:
    leaders = {leader.person for unit in path for leader in organisation.leaders(unit, day)}
    return leaders | {deputy.person for unit in path for deputy in organisation.deputies(unit, None, day)}


def _is_above(holder: UUID, task: Task, organisation: Organisation, day: date) -> bool:
    """By what the rule book says, not by how it is done: a post of one's own above all that the person of the case leads here."""
    path = organisation.path(task.unit_id, day)
    own = [at for at, unit in enumerate(path) if any(leader.person == task.about_person for leader in organisation.leaders(unit, day))]
    above, below = (path[: own[0]], path[own[0] :]) if own else (path, ())
    leads = any(leader.person == holder for unit in above for leader in organisation.leaders(unit, day))
    stands_in = [d for unit in above for d in organisation.deputies(unit, None, day) if d.person == holder]
    may_stand_in = any(d.deputy_for != task.about_person for d in stands_in) and holder not in _posts(organisation, below, day)
    return leads or may_stand_in


def _check(story: Story) -> None:
    day = story.now.date()
    organisation = story.snapshot.organisation()
    said = {opened.task_id: opened for opened in story.said(TaskOpened)}
    for task in tasks(story):
        if task.state is not Stage.OPEN:
            assert task.task_id not in said
            continue
        assert task.why_holder not in {None, WhyHolder.UNKNOWN}
        assert why_held(task)
        assert (task.holder is None) <= task.in_hr_queue, "nobody has it and HR does not see it"
        assert (said[task.task_id].holder_key, said[task.task_id].why_holder) == (task.holder, task.why_holder)
        seen_by = [person for person in (task.holder, *task.shared_with, task.escalated_to) if person is not None]
        if task.about_person is not None:
            assert task.about_person not in seen_by, "a case is shown to whom it is about"
        assert task.escalated_to not in {task.holder} - {None}
        for person in seen_by:
            if task.why_holder not in BY_ROLE or person == task.escalated_to:
                assert _is_above(person, task, organisation, day), "a case is shown to somebody below"


@settings(max_examples=400, deadline=None)
@given(world=worlds(), stops=st.lists(st.integers(0, 40), min_size=1, max_size=5))
def test_no_open_task_is_without_a_holder_or_a_reason_and_none_is_with_its_own_person_or_below(world: World, stops: list[int]) -> None:
    story = Story(town().service, MONDAY)
    story.hears_revisions(world.heard)
    _check(story)

    for stop in sorted(stops):
        story.reaches(days(stop))
        _check(story)


@settings(max_examples=200, deadline=None)
@given(world=worlds(), data=st.data(), end=st.integers(0, 40))
def test_whatever_comes_in_whatever_order_ends_the_same(world: World, data: st.DataObject, end: int) -> None:
    plain, mixed = Story(town().service, MONDAY), Story(town().service, MONDAY)
    plain.hears_revisions(world.heard)
    shuffled = list(data.draw(st.permutations(world.heard)))
    while shuffled:
        size = data.draw(st.integers(1, len(shuffled)))
        mixed.hears_revisions(shuffled[:size])
        shuffled = shuffled[size:]

    assert _end_of(plain, end) == _end_of(mixed, end)


def _end_of(story: Story, end: int) -> tuple[list[Task], list[str]]:
    """Rows and what is said of them. That a deputy's last day was told before it was known who follows stays told: that is left out."""
    story.reaches(days(end))
    rows = [task for task in tasks(story) if (task.kind, task.state) != (ENDS_KIND, Stage.CANCELLED)]
    kept = {task.task_id for task in rows}
    return rows, sorted(said.model_dump_json() for said in story.said(TaskState) if said.task_id in kept)

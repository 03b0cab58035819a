"""A town hall with two departments, and the duties that arise there. Dates are fixed; Monday 2 March 2026 is the day most begins."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from contracts.base import Call, Called, CallState, HolderRole
from contracts.hr import LeaderAppointed, UnitChanged
from contracts.notification import TaskOpened
from contracts.onboarding import MentorNamed
from contracts.onboarding.mentor import MentorKind
from services.notification.app import SERVICE
from services.notification.domain.deputy import ENDS_KIND
from services.notification.domain.task import Task
from tests.kit.builders import MUNICIPALITY, an_id, leader_appointed, unit_changed
from tests.kit.story import Story

MONDAY = date(2026, 3, 2)
DUTY = an_id("duty")
NAMED = an_id("who is named")
LEADER = (an_id("leader"), "no-mentor")
MENTOR = (an_id("mentor"), "role-holder")
"""Who holds a duty that asks a mentor, and why."""


def days(count: int) -> date:
    """So many days after the Monday."""
    return MONDAY + timedelta(days=count)


def call(
    *,
    opens: date = MONDAY,
    closes: date | None = None,
    state: CallState = CallState.OPEN,
    unit: str = "ward",
    about: str | None = "person",
    role: HolderRole = HolderRole.NEAREST_LEADER,
    **more: object,
) -> Call:
    """The part of a duty that wants something done: open for two weeks, missed two weeks later."""
    last = closes or opens + timedelta(days=14)
    fields = {
        "kind": "talk-2-weeks",
        "role": role,
        "unit_id": an_id(unit),
        "about_person": an_id(about) if about else None,
        "opens": opens,
        "due": last,
        "closes": last,
        "missed_after": last + timedelta(days=14),
        "state": state,
        "link": "/onboarding/talks/1",
        **more,
    }
    return Call.model_validate(fields)


def duty(
    *,
    opens: date = MONDAY,
    closes: date | None = None,
    state: CallState = CallState.OPEN,
    unit: str = "ward",
    about: str | None = "person",
    role: HolderRole = HolderRole.NEAREST_LEADER,
    plan: str | None = None,
    **more: object,
) -> Called:
    """An event of a duty as notification reads it: its call, and the plan it is a step of."""
    wanted = call(opens=opens, closes=closes, state=state, unit=unit, about=about, role=role, **more)
    return Called(municipality=MUNICIPALITY, call=wanted, plan_id=an_id(plan) if plan else None)


def step(**more: object) -> Called:
    """A step of the plan that a mentor is asked for, for a month."""
    return duty(**{"role": HolderRole.MENTOR, "plan": "plan", "closes": days(30), **more})  # type: ignore[arg-type]  # its own fields


def tour(rules: str = "", **more: object) -> Story:
    """The mentor of the person's plan is asked for something."""
    story = town(rules=rules)
    story.hears(step(**more), fact=DUTY)
    return story


def mentor_named(
    mentor: str | None,
    kind: MentorKind = MentorKind.PROFESSIONAL,
    *,
    plan: str = "plan",
    on: date = MONDAY,
    until: date | None = None,
    **more: object,
) -> MentorNamed:
    """A colleague is the mentor of the person; nobody named: a team is."""
    fields = {
        "municipality": MUNICIPALITY,
        "employment_id": an_id("job"),
        "person_key": an_id("person"),
        "unit_id": an_id("ward"),
        "plan_id": an_id(plan),
        "mentor_kind": kind if mentor else MentorKind.TEAM,
        "mentor_key": an_id(mentor) if mentor else None,
        "mentor_employment_id": an_id(f"job of {mentor}") if mentor else None,
        "team_unit_id": None if mentor else an_id("kitchen"),
        "named_on": on,
        "named_from": on,
        "until": until,
        **more,
    }
    return MentorNamed.model_validate(fields)


def tree() -> Sequence[UnitChanged]:
    """Hall over area, area over ward and kitchen."""
    return (unit_changed("hall"), unit_changed("area", "hall"), unit_changed("ward", "area"), unit_changed("kitchen", "area"))


def leaders() -> Sequence[LeaderAppointed]:
    """Every unit but the kitchen has a leader."""
    return (leader_appointed("hall", "director"), leader_appointed("area", "chief"), leader_appointed("ward", "leader"))


def town(now: date = MONDAY, rules: str = "") -> Story:
    """Notification, which has heard of the tree and its leaders. `rules` are lines of its own table."""
    head = f'municipality = "{MUNICIPALITY}"\nname = "Prøvekommune"\nlive_from = 2020-01-01\n[notification]\n'
    story = Story(SERVICE, now, head + rules)
    story.hears(*tree(), *leaders())
    return story


def tasks(story: Story) -> list[Task]:
    """The rows of the inbox."""
    return [row for row in story.rows() if isinstance(row, Task)]


def task(story: Story) -> Task:
    """The only row there is, beside those about the last days of deputies."""
    (only,) = (row for row in tasks(story) if row.kind != ENDS_KIND)
    return only


def held_by(story: Story) -> tuple[UUID | None, str | None]:
    """Who holds the only task, and why; the row and what was said agree."""
    row = task(story)
    said = [said for said in story.said(TaskOpened) if said.task_id == row.task_id]
    assert [(opened.holder_key, opened.why_holder) for opened in said] == [(row.holder, row.why_holder)]
    return row.holder, row.why_holder

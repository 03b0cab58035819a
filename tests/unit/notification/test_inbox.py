"""How the inbox sorts what it shows, and why each row is there."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from contracts.base import CallState, HolderRole
from contracts.notification import WhyHolder
from services.notification.domain.inbox import Count, Look, Part, counted, fits, inbox, keys_of, lies_with, part_of, why_shown
from services.notification.domain.task import Task
from tests.kit.builders import an_id, leader_appointed, role_assigned
from tests.unit.notification.duties import DUTY, MONDAY, days, duty, task, town

LONG_AGO = days(-30)
SUNDAY = days(6)


def a_task(*, due: date = MONDAY, closes: date | None = None, state: CallState = CallState.OPEN, opens: date = LONG_AGO) -> Task:
    """A row of the leader's inbox."""
    story = town()
    story.hears(duty(opens=opens, closes=closes or due, due=due, state=state), fact=DUTY)
    return task(story)


@pytest.mark.parametrize(
    ("due", "closes", "part"),
    [
        (days(-1), days(-1), Part.LATE),
        (days(-1), MONDAY, Part.THIS_WEEK),
        (MONDAY, MONDAY, Part.THIS_WEEK),
        (SUNDAY, SUNDAY, Part.THIS_WEEK),
        (SUNDAY, days(20), Part.THIS_WEEK),
        (days(7), days(7), Part.LATER),
    ],
)
def test_late_begins_when_the_window_has_closed_and_the_week_ends_on_sunday(due: date, closes: date, part: Part) -> None:
    assert part_of(a_task(due=due, closes=closes), MONDAY) is part


def test_on_a_sunday_the_week_is_that_day() -> None:
    assert part_of(a_task(due=SUNDAY), SUNDAY) is Part.THIS_WEEK
    assert part_of(a_task(due=days(7)), SUNDAY) is Part.LATER


def test_what_is_planned_is_coming() -> None:
    assert part_of(a_task(opens=days(5), due=days(9), state=CallState.PLANNED), MONDAY) is Part.COMING


def test_the_most_urgent_comes_first_and_empty_parts_are_left_out() -> None:
    later, sooner = (replace(a_task(due=days(n)), task_id=an_id(str(n))) for n in (4, 3))
    coming = a_task(opens=days(5), due=days(9), state=CallState.PLANNED)

    found = inbox([later, coming, sooner], MONDAY)

    assert found.parts == ((Part.THIS_WEEK, (sooner, later)), (Part.COMING, (coming,)))
    assert (found.open, found.late, found.all) == (2, 0, 3)


def test_late_tasks_are_counted_among_the_open_ones() -> None:
    found = inbox([a_task(due=days(-3)), a_task(due=days(9))], MONDAY)

    assert (found.open, found.late) == (2, 1)


def test_an_empty_inbox_has_no_parts() -> None:
    assert inbox([], MONDAY).parts == ()


def test_a_page_of_a_long_list_knows_how_many_there_are_in_all() -> None:
    counts = [Count(Part.LATE, "a", DUTY, 4), Count(Part.LATE, "b", DUTY, 3), Count(Part.COMING, "a", DUTY, 2)]

    found = inbox([a_task(due=days(-3))], MONDAY, counts)

    assert counted([a_task(due=days(-3))], MONDAY) == [Count(Part.LATE, "talk-2-weeks", an_id("ward"), 1)]
    assert [(part, len(tasks)) for part, tasks in found.parts] == [(Part.LATE, 1)]
    assert (found.open, found.late, found.all, found.many[Part.LATE]) == (7, 7, 9, 7)


@pytest.mark.parametrize(
    ("look", "count"),
    [
        (Look(), 3),
        (Look(kinds=("a",)), 2),
        (Look(kinds=()), 0),
        (Look(unit=an_id("ward")), 2),
        (Look(late=True), 1),
        (Look(kinds=("a",), unit=an_id("ward"), late=True), 1),
    ],
)
def test_what_is_looked_at_is_chosen_by_kind_unit_and_lateness(look: Look, count: int) -> None:
    counts = [
        Count(Part.LATE, "a", an_id("ward"), 1),
        Count(Part.LATER, "b", an_id("ward"), 1),
        Count(Part.COMING, "a", an_id("kitchen"), 1),
    ]

    assert sum(fits(each, look) for each in counts) == count
    assert look.is_any is (look != Look())


@pytest.mark.parametrize(
    ("about", "link", "keys"),
    [
        (an_id("person"), "/onboarding/talks/1", {DUTY, an_id("person")}),
        (an_id("person"), f"/onboarding/talks/{DUTY}", {DUTY, an_id("person")}),
        (None, f"/recruitment/vacancies/{an_id('vacancy')}", {DUTY, an_id("vacancy")}),
        (None, "/retention", {DUTY}),
    ],
)
def test_a_task_rests_on_its_duty_and_on_whom_or_what_that_is_about(about: UUID | None, link: str, keys: set[UUID]) -> None:
    assert keys_of(replace(a_task(), about_person=about, link=link)) == keys


def late_task() -> Task:
    """Late enough for HR; two lead the ward."""
    story = town(days(30))
    story.hears(leader_appointed("ward", "second leader", days(-5)))
    story.hears(duty(closes=days(3)), fact=DUTY)
    return task(story)


@pytest.mark.parametrize(
    ("viewer", "why"),
    [("leader", "nearest-leader"), ("second leader", "shared"), ("chief", "escalated"), ("somebody in HR", "hr-late")],
)
def test_everybody_is_told_why_they_see_it(viewer: str, why: str) -> None:
    assert why_shown(late_task(), an_id(viewer)) == why
    assert lies_with(late_task(), an_id(viewer), hr=viewer == "somebody in HR")
    assert not lies_with(late_task(), an_id("somebody else"), hr=False)


@pytest.mark.parametrize(
    ("role", "why"),
    [
        (HolderRole.HR, "hr"),
        (HolderRole.SECOND_PARTY, "second-party"),
        (HolderRole.LEADERS_LEADER, "leaders-leader"),
        (HolderRole.AMR, "no-amr"),
        (HolderRole.MENTOR, "no-mentor"),
        (HolderRole.ADVISER, "no-adviser"),
        (HolderRole.UNKNOWN, "no-unknown"),
    ],
)
def test_whom_the_role_itself_names_is_no_exception(role: HolderRole, why: str) -> None:
    story = town()
    story.hears(duty(role=role), fact=DUTY)

    assert why_shown(task(story), task(story).holder or an_id("somebody in HR")) == why


def test_who_has_a_role_is_told_which_and_who_sees_it_beside_and_above() -> None:
    story = town()
    story.hears(role_assigned("ward", "representative"), role_assigned("ward", "second"))
    story.hears(duty(role=HolderRole.AMR, closes=days(3)), fact=DUTY)
    story.reaches(days(30))
    found = task(story)

    seen = {name: why_shown(found, an_id(name)) for name in ("representative", "second", "leader", "somebody in HR")}
    assert seen == {"representative": "amr", "second": "shared-role", "leader": "escalated-role", "somebody in HR": "hr-late"}


def test_an_exception_is_told() -> None:
    assert why_shown(replace(a_task(), why_holder=WhyHolder.DEPUTY), an_id("leader")) == "deputy"


def test_an_ended_task_has_no_reason_but_the_queue() -> None:
    assert why_shown(replace(a_task(), holder=None, why_holder=None), an_id("leader")) == "hr-queue"

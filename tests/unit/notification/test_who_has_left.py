"""From a registered end to the task: who has left holds none, though no source has ended what they led, stood in for or represented."""

from collections.abc import Callable
from datetime import date
from itertools import permutations

import pytest

from contracts.base import HolderRole
from contracts.notification import WhyHolder
from services.intake.domain.records import Seen
from tests.kit.builders import an_id
from tests.kit.story import Story
from tests.unit.intake.directory.rows import deputy, role
from tests.unit.intake.hall import Hall, job_shown, leads, left
from tests.unit.notification.duties import DUTY, MONDAY, days, duty, held_by, town

SINCE, KNOWN, LATER = date(2021, 6, 1), date(2026, 2, 2), date(2026, 2, 9)
LAST = days(-1)
KITCHEN = {"unit_id": an_id("kitchen")}
"""Of whose people only intake has told who leads them."""
CHIEF = an_id("chief")
CASES: list[tuple[Seen, str, HolderRole, str, tuple[object, str]]] = [
    (leads(SINCE, **KITCHEN), "leader", HolderRole.NEAREST_LEADER, "nearest-leader", (CHIEF, "vacant-post")),
    (role(SINCE, **KITCHEN), "representative", HolderRole.AMR, "role-holder", (None, "hr-queue")),
    (role(SINCE, role="tr", **KITCHEN), "representative", HolderRole.TR, "role-holder", (None, "hr-queue")),
]
NAMES = ["leader", "amr", "tr"]


def told(hall: Hall, today: date = MONDAY) -> Story:
    """What notification makes of all that intake said: a duty in the kitchen."""
    story = town(today)
    story.hears_revisions(hall.spoken)
    return story


def held(hall: Hall, role: HolderRole = HolderRole.NEAREST_LEADER, today: date = MONDAY) -> tuple[object, str | None]:
    story = told(hall, today)
    story.hears(duty(unit="kitchen", role=role), fact=DUTY)
    return held_by(story)


@pytest.mark.parametrize(("row", "who", "role", "why", "then"), CASES, ids=NAMES)
def test_who_has_left_hands_over_with_the_reason_and_has_it_back_where_the_end_is_taken_back(
    row: Seen, who: str, role: HolderRole, why: str, then: tuple[object, str]
) -> None:
    hall = Hall(KNOWN).shows(row, job_shown(SINCE, who))
    assert held(hall, role) == (an_id(who), why)

    hall.shows(left(KNOWN, LAST, who))
    assert held(hall, role) == then
    assert held(hall, role, LAST) == (an_id(who), why), "who is still there on the last day"

    hall.shows(job_shown(LATER, who))
    assert held(hall, role) == (an_id(who), why)


def test_a_deputy_who_has_left_stands_in_no_longer() -> None:
    hall = Hall(LAST).shows(leads(SINCE, **KITCHEN, last_day=days(-30)), job_shown(SINCE, "deputy"))
    hall.shows(deputy(SINCE, deputy_for=an_id("leader"), unit_id=an_id("kitchen")))
    assert held(hall) == (an_id("deputy"), WhyHolder.DEPUTY)

    hall.shows(left(KNOWN, LAST, "deputy")).reaches(MONDAY)
    assert held(hall) == (CHIEF, WhyHolder.VACANT_POST)

    hall.shows(job_shown(LATER, "deputy"))
    assert held(hall) == (an_id("deputy"), WhyHolder.DEPUTY)


def test_a_standing_deputy_who_will_leave_takes_nothing_from_a_leader_who_is_there() -> None:
    hall = Hall(KNOWN).shows(
        leads(SINCE, **KITCHEN), deputy(SINCE, deputy_for=an_id("leader"), unit_id=an_id("kitchen")), job_shown(SINCE, "deputy")
    )

    hall.shows(left(KNOWN, days(10), "deputy"))

    assert held(hall) == (an_id("leader"), WhyHolder.NEAREST_LEADER)


def test_an_open_task_is_handed_to_the_next_one_up_on_the_day_after_the_last() -> None:
    story = told(Hall(KNOWN).shows(leads(SINCE, **KITCHEN), job_shown(SINCE), left(KNOWN, days(9))))
    story.hears(duty(unit="kitchen"), fact=DUTY)
    story.reaches(days(9))
    assert held_by(story) == (an_id("leader"), WhyHolder.NEAREST_LEADER)

    story.reaches(days(10))

    assert held_by(story) == (CHIEF, WhyHolder.VACANT_POST)


@pytest.mark.parametrize(("row", "who", "role", "why", "then"), CASES, ids=NAMES)
def test_any_order_of_rows_leaves_it_with_the_same_one(row: Seen, who: str, role: HolderRole, why: str, then: tuple[object, str]) -> None:
    steps: list[Callable[[Hall], Hall]] = [
        lambda hall: hall.shows(row),
        lambda hall: hall.shows(job_shown(SINCE, who)),
        lambda hall: hall.shows(left(KNOWN, LAST, who)),
    ]
    for order in permutations(steps):
        hall = Hall(LATER)
        for step in order:
            step(hall)
        assert held(hall, role) == then != (an_id(who), why)

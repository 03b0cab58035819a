"""The last day of a deputy is told ahead, to whoever may name the next one."""

from datetime import date

import pytest

from contracts.base import HolderRole
from contracts.notification import TaskCancelled, TaskOpened
from contracts.words import ReasonClass
from services.chassis.ids import standing_for
from services.notification.domain.task import Stage, Task
from tests.kit.builders import an_id, deputy_appointed, end_registered, leader_ended
from tests.kit.story import Story
from tests.unit.notification.duties import MONDAY, days, tasks, town

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


def leaving(story: Story, last: int = 20, **more: object) -> Story:
    """The deputy's job ends."""
    story.hears(end_registered(days(last), person="deputy", registered=MONDAY, **more))  # type: ignore[arg-type]  # the builder's own fields
    return story


@pytest.mark.parametrize(("day", "told"), [(5, False), (6, True), (20, True), (21, False)])
@pytest.mark.parametrize("until", [LAST, None], ids=["with a last day", "until further"])
def test_a_deputy_whose_job_ends_is_told_of_as_one_whose_period_does(day: int, told: bool, until: date | None) -> None:
    story = leaving(with_deputy(until=until))

    story.reaches(days(day))

    assert bool(story.said(TaskOpened)) is told
    assert not told or (task(story).closes, task(story).about_person) == (days(20), an_id("deputy"))


def test_that_a_deputy_leaves_soon_is_told_at_once() -> None:
    story = leaving(with_deputy(until=None), last=3)

    assert (task(story).due, task(story).why_holder) == (days(3), "nearest-leader")


def test_a_deputy_appointed_shortly_before_leaving_is_told_of_too() -> None:
    story = town()
    story.hears(deputy_appointed("ward", "deputy", "leader", days(-2)))

    leaving(story, last=3)

    assert task(story).due == days(3)


def test_a_job_that_ends_after_the_period_changes_nothing() -> None:
    story = leaving(with_deputy(), last=41)

    story.reaches(days(26))

    assert task(story).closes == LAST


def test_an_end_that_is_taken_back_ends_the_task() -> None:
    story = with_deputy(until=None)
    end = end_registered(days(3), person="deputy", registered=MONDAY)
    fact = story.hears(end)
    assert story.said(TaskOpened)

    story.hears(end, fact=fact, number=2, stands=False)

    assert not story.said(TaskOpened)


def test_only_another_one_who_stands_in_ends_it() -> None:
    story = leaving(with_deputy(until=None), last=3)
    story.hears(deputy_appointed("ward", "deputy", "leader", days(2), until=days(90)))
    assert story.said(TaskOpened)

    story.hears(deputy_appointed("ward", "next deputy", "leader", days(4)))

    assert not story.said(TaskOpened)


@pytest.mark.parametrize(
    ("job", "end", "told"),
    [
        ("job of deputy", {"employment": "another job"}, False),
        ("job of deputy", {"reason_class": ReasonClass.INTERNAL_MOVE}, True),
        (None, {"employment": "some job"}, True),
        (None, {"employment": "some job", "reason_class": ReasonClass.INTERNAL_MOVE}, False),
    ],
    ids=["another job", "moves from the job", "no job was told", "no job was told and the person stays"],
)
def test_only_the_end_of_the_deputys_job_counts(job: str | None, end: dict[str, object], told: bool) -> None:
    employment = an_id(job) if job else standing_for(an_id("deputy"))
    story = with_deputy(until=None, employment_id=employment)

    leaving(story, last=3, **end)

    assert bool(story.said(TaskOpened)) is told


def test_an_end_from_before_the_appointment_is_of_another_time() -> None:
    assert not tasks(leaving(with_deputy(until=None), last=-40))

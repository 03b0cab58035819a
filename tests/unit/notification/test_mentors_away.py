"""A mentor who leaves or is away for long is not asked meanwhile: the nearest leader is, and is told why."""

from uuid import UUID

import pytest

from contracts.hr import LeaveRegistered
from contracts.onboarding.mentor import MentorKind
from contracts.words import ReasonClass
from services.notification.domain.mailing import MailWanted, Occasion
from tests.kit.builders import an_id, end_registered, on_leave
from tests.unit.notification.duties import DUTY, LEADER, MENTOR, MONDAY, NAMED, days, held_by, mentor_named, step, task, tour, town


@pytest.mark.parametrize("before", [True, False], ids=["known before", "known after"])
def test_the_day_after_the_mentors_last_day_at_work_the_leader_has_it_again(before: bool) -> None:
    story = tour()
    end = end_registered(days(9), person="mentor", registered=MONDAY)
    story.hears(*((end, mentor_named("mentor")) if before else (mentor_named("mentor"), end)))

    story.reaches(days(9))
    assert held_by(story) == MENTOR
    story.reaches(days(10))

    assert held_by(story) == LEADER
    wanted = [said.body for state in story.states.values() for said in state.history.standing(MailWanted)]
    assert (Occasion.HANDED_TO, an_id("leader")) in {(mail.occasion, mail.recipient) for mail in wanted}


def test_the_other_mentor_goes_on_when_one_leaves() -> None:
    story = tour()
    story.hears(mentor_named("mentor"), mentor_named("social", MentorKind.SOCIAL))
    story.hears(end_registered(days(3), person="mentor", registered=MONDAY))

    story.reaches(days(4))

    assert (task(story).holder, task(story).shared_with) == (an_id("social"), ())


def test_an_end_that_is_taken_back_gives_the_task_back_to_the_mentor() -> None:
    story = tour()
    story.hears(mentor_named("mentor"))
    end = end_registered(days(3), person="mentor", registered=MONDAY)
    fact = story.hears(end)
    story.reaches(days(4))

    story.hears(end, fact=fact, number=2, stands=False)

    assert held_by(story) == MENTOR


def test_another_mentor_is_not_held_by_the_end_of_the_first_one() -> None:
    story = tour()
    story.hears(end_registered(days(3), person="mentor", registered=MONDAY))
    story.hears(mentor_named("mentor"), fact=NAMED)
    story.hears(mentor_named("another"), fact=NAMED, number=2)

    story.reaches(days(4))

    assert held_by(story) == (an_id("another"), "role-holder")


@pytest.mark.parametrize(
    ("job", "end", "holder"),
    [
        ("job of mentor", {}, LEADER),
        ("job of mentor", {"reason_class": ReasonClass.INTERNAL_MOVE}, LEADER),
        ("job of mentor", {"employment": "another job"}, MENTOR),
        (None, {"employment": "another job"}, LEADER),
        (None, {"employment": "another job", "reason_class": ReasonClass.INTERNAL_MOVE}, MENTOR),
        ("job of mentor", {"last": -30}, MENTOR),
    ],
    ids=["the job", "moves from the job", "another job", "some job", "moves from some job", "before being named"],
)
def test_only_the_end_of_the_job_counts(job: str | None, end: dict[str, object], holder: tuple[UUID, str]) -> None:
    story = tour()
    last = days(int(str(end.pop("last", 2))))
    story.hears(mentor_named("mentor", mentor_employment_id=an_id(job) if job else None))

    story.hears(end_registered(last, person="mentor", registered=MONDAY, **end))  # type: ignore[arg-type]  # the builder's own fields
    story.reaches(days(3))

    assert held_by(story) == holder


@pytest.mark.parametrize("to", [16, 40, None])
def test_during_a_long_leave_the_leader_has_it_and_then_the_mentor_again(to: int | None) -> None:
    story = tour(closes=days(60))
    story.hears(mentor_named("mentor"), on_leave(days(3), days(to) if to else None, person="mentor"))

    story.reaches(days(2))
    assert held_by(story) == MENTOR
    story.reaches(days(3))
    assert held_by(story) == LEADER
    story.reaches(days(41))

    assert held_by(story) == (MENTOR if to else LEADER)


@pytest.mark.parametrize(
    ("leave", "rules"),
    [
        (on_leave(days(0), days(12), person="mentor"), ""),
        (on_leave(days(0), days(40), person="mentor"), "mentor_away_days = 42"),
        (on_leave(days(0), None, person="mentor", employment="another job"), ""),
        (on_leave(days(0), None, person="another"), ""),
    ],
    ids=["short", "short by the rules", "from another job", "another person"],
)
def test_no_other_leave_changes_hands(leave: LeaveRegistered, rules: str) -> None:
    story = town(rules=rules)
    story.hears(mentor_named("mentor"), leave)

    story.hears(step(), fact=DUTY)

    assert held_by(story) == MENTOR


def test_a_leave_from_any_job_counts_where_no_job_was_told() -> None:
    story = town()
    story.hears(mentor_named("mentor", mentor_employment_id=None), on_leave(days(0), None, person="mentor", employment="some job"))

    story.hears(step(), fact=DUTY)

    assert held_by(story) == LEADER

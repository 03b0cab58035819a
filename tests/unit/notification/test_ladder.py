"""A late task is shown one step higher, once per step, counted in working days."""

from datetime import date, timedelta

import pytest

from contracts.base import CallState
from contracts.notification import TaskEscalated
from tests.kit.builders import an_id, closing_day, leader_appointed, leader_ended
from tests.kit.story import Story
from tests.unit.notification.duties import DUTY, MONDAY, days, duty, task, town

CLOSES = days(4)
"""Friday 6 March 2026."""


def steps(story: Story) -> list[tuple[str, object, int, str]]:
    """Every step that was said."""
    bodies = [said.body for _, said in story.spoken if isinstance(said.body, TaskEscalated)]
    return [(body.to_role, body.to_key, body.working_days_late, body.cause) for body in bodies]


def late_task(rules: str = "", **more: object) -> Story:
    """The ward's leader was asked to be done by Friday 6 March."""
    story = town(rules=rules)
    story.hears(duty(closes=CLOSES, **more), fact=DUTY)  # type: ignore[arg-type]  # the builder's own fields
    return story


TO_CHIEF = ("leaders-leader", an_id("chief"), 5, "late")
TO_HR = ("hr", None, 10, "late")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 3, 12), []),
        (date(2026, 3, 13), [TO_CHIEF]),
        (date(2026, 3, 19), [TO_CHIEF]),
        (date(2026, 3, 20), [TO_CHIEF, TO_HR]),
    ],
)
def test_five_working_days_late_goes_to_the_leaders_leader_and_ten_to_hr(day: date, said: list[object]) -> None:
    story = late_task()

    while story.now.date() < day:
        story.reaches(story.now.date() + timedelta(days=1))

    assert steps(story) == said


def test_after_downtime_one_wake_up_says_every_step_once() -> None:
    story = late_task()

    story.reaches(date(2026, 4, 1))
    story.reaches(date(2026, 4, 2))

    assert steps(story) == [TO_CHIEF, TO_HR]


def test_a_holiday_is_no_working_day() -> None:
    story = town(date(2026, 3, 23))
    story.hears(duty(opens=date(2026, 3, 23), closes=date(2026, 3, 31)), fact=DUTY)

    story.reaches(date(2026, 4, 8))
    story.reaches(date(2026, 4, 9))
    assert not steps(story)
    story.reaches(date(2026, 4, 10))

    assert steps(story) == [TO_CHIEF]


def test_a_closing_day_that_is_told_late_moves_the_step() -> None:
    story = late_task()
    story.reaches(date(2026, 3, 12))

    story.hears(closing_day(date(2026, 3, 13)))
    story.reaches(date(2026, 3, 15))
    assert not steps(story)
    story.reaches(date(2026, 3, 16))

    assert steps(story) == [TO_CHIEF]


def test_the_holder_keeps_a_task_that_the_leaders_leader_sees_too() -> None:
    story = late_task()

    story.reaches(date(2026, 3, 13))

    assert (task(story).holder, task(story).escalated_to, task(story).in_hr_queue) == (an_id("leader"), an_id("chief"), False)


def test_at_the_last_step_hr_sees_it_beside_the_two() -> None:
    story = late_task()

    story.reaches(date(2026, 3, 20))

    assert (task(story).holder, task(story).escalated_to, task(story).in_hr_queue) == (an_id("leader"), an_id("chief"), True)


def test_who_sees_it_follows_a_new_leaders_leader_without_another_step() -> None:
    story = late_task()
    story.reaches(date(2026, 3, 13))

    story.hears(leader_ended("area", "chief", days(-1)), leader_appointed("area", "new chief", MONDAY))

    assert task(story).escalated_to == an_id("new chief")
    assert steps(story) == [TO_CHIEF]


def test_the_leaders_leader_is_another_person_than_the_holder_and_not_the_one_it_is_about() -> None:
    story = town()
    story.hears(leader_ended("ward", "leader", days(-1)), leader_ended("area", "chief", days(-1)))
    story.hears(leader_appointed("ward", "chief of both"), leader_appointed("area", "chief of both"))
    story.hears(duty(closes=CLOSES), fact=DUTY)

    story.reaches(date(2026, 3, 13))

    assert steps(story) == [("leaders-leader", an_id("director"), 5, "late")]


def test_where_nobody_is_above_hr_sees_it_at_the_first_step() -> None:
    story = late_task(unit="hall")

    story.reaches(date(2026, 3, 13))

    assert steps(story) == [("hr", None, 5, "no-leader")]
    assert (task(story).escalated_to, task(story).in_hr_queue) == (None, True)


def test_what_lies_in_the_queue_of_hr_has_nobody_above() -> None:
    story = late_task(unit="unit nobody told of")

    story.reaches(date(2026, 4, 1))

    assert not steps(story)


def test_a_closed_window_that_moves_on_begins_the_ladder_anew() -> None:
    story = late_task()
    story.reaches(date(2026, 3, 13))

    story.hears(duty(closes=date(2026, 3, 27)), fact=DUTY, number=2)
    assert (task(story).escalated_to, task(story).in_hr_queue) == (None, False)
    story.reaches(date(2026, 4, 1))
    story.reaches(date(2026, 4, 9))

    assert steps(story) == [TO_CHIEF, TO_CHIEF]


def test_what_was_done_in_the_meantime_is_not_escalated() -> None:
    story = late_task()

    story.hears(duty(closes=CLOSES, state=CallState.DONE, state_on=CLOSES), fact=DUTY, number=2)
    story.reaches(date(2026, 4, 1))

    assert not steps(story)


@pytest.mark.parametrize(("rules", "said"), [("leaders_leader_after = 0", [TO_HR]), ("hr_after = 0", [TO_CHIEF])])
def test_a_step_of_zero_days_is_off(rules: str, said: list[object]) -> None:
    story = late_task(rules)

    story.reaches(date(2026, 4, 1))

    assert steps(story) == said


@pytest.mark.parametrize(("day", "told"), [(0, False), (1, True), (2, True)])
def test_a_duty_of_the_law_is_shown_to_the_leaders_leader_three_days_before_it_is_due(day: int, told: bool) -> None:
    story = late_task(kind="absence-talk")

    story.reaches(days(day))

    assert steps(story) == ([("leaders-leader", an_id("chief"), 0, "legal")] if told else [])

"""Whose task it is: the right leader as of now, never nobody, never everybody with the role."""

from datetime import date

import pytest

from contracts.base import HolderRole
from contracts.words import UnitChange
from tests.kit.builders import an_id, deputy_appointed, leader_appointed, leader_ended, unit_changed
from tests.unit.notification.duties import DUTY, MONDAY, days, duty, held_by, task, town

TOLD = {HolderRole.NEAREST_LEADER, HolderRole.LEADERS_LEADER, HolderRole.MENTOR}
"""Whom the organisation tells of; a mentor's is the nearest leader's where none is named."""


def test_the_leader_of_the_unit_gets_the_task() -> None:
    story = town()

    story.hears(duty(), fact=DUTY)

    assert held_by(story) == (an_id("leader"), "nearest-leader")


def test_a_unit_that_never_had_a_leader_belongs_to_the_leader_above_in_the_ordinary_way() -> None:
    story = town()

    story.hears(duty(unit="kitchen"), fact=DUTY)

    assert held_by(story) == (an_id("chief"), "nearest-leader")


def test_a_vacant_post_climbs_and_says_so() -> None:
    story = town()
    story.hears(leader_ended("ward", "leader", days(-1)))

    story.hears(duty(), fact=DUTY)

    assert held_by(story) == (an_id("chief"), "vacant-post")


@pytest.mark.parametrize(("last", "holder"), [(MONDAY, "leader"), (days(-1), "chief")])
def test_a_leader_holds_to_and_with_the_last_day(last: date, holder: str) -> None:
    story = town()
    story.hears(leader_ended("ward", "leader", last))

    story.hears(duty(), fact=DUTY)

    assert task(story).holder == an_id(holder)


def test_several_vacant_posts_climb_to_the_first_who_is_there() -> None:
    story = town()
    story.hears(leader_ended("ward", "leader", days(-1)), leader_ended("area", "chief", days(-1)))

    story.hears(duty(), fact=DUTY)

    assert held_by(story) == (an_id("director"), "vacant-post")


def test_where_nobody_leads_it_lies_in_the_queue_of_hr() -> None:
    story = town()

    story.hears(duty(unit="unit nobody told of"), fact=DUTY)

    assert held_by(story) == (None, "hr-queue")
    assert task(story).in_hr_queue


def test_a_case_about_the_leader_goes_to_the_leaders_leader() -> None:
    story = town()

    story.hears(duty(about="leader"), fact=DUTY)

    assert held_by(story) == (an_id("chief"), "own-case")


def test_a_case_about_who_takes_the_post_over_goes_above_it_from_the_day_this_is_known() -> None:
    story = town()
    story.hears(leader_ended("ward", "leader", days(29)), leader_appointed("ward", "newcomer", day=days(30)))

    story.hears(duty(about="newcomer"), fact=DUTY)

    assert held_by(story) == (an_id("chief"), "own-case")


def test_a_case_about_who_once_led_the_unit_is_the_leaders() -> None:
    story = town()
    story.hears(leader_appointed("ward", "before", day=days(-60)), leader_ended("ward", "before", days(-30)))

    story.hears(duty(about="before"), fact=DUTY)

    assert held_by(story) == (an_id("leader"), "nearest-leader")


def test_a_case_about_the_leader_never_goes_to_the_deputy_below() -> None:
    story = town()
    story.hears(deputy_appointed("ward", "deputy", "leader", until=days(30)))

    story.hears(duty(about="leader"), fact=DUTY)

    assert held_by(story) == (an_id("chief"), "own-case")


def test_a_case_about_a_leader_who_has_left_does_not_go_to_the_deputy_of_that_leader() -> None:
    story = town()
    story.hears(deputy_appointed("ward", "deputy", "leader"), leader_ended("ward", "leader", days(-1)))

    story.hears(duty(about="leader"), fact=DUTY)

    assert held_by(story) == (an_id("chief"), "vacant-post")


def test_a_case_about_a_leader_never_goes_to_somebody_below_even_where_the_leader_is_placed_there() -> None:
    story = town()

    story.hears(duty(unit="ward", about="chief"), fact=DUTY)

    assert held_by(story) == (an_id("director"), "own-case")


def test_the_top_leaders_own_case_is_for_hr() -> None:
    story = town()

    story.hears(duty(unit="hall", about="director"), fact=DUTY)

    assert held_by(story) == (None, "hr-queue")


def test_a_case_about_nobody_goes_to_the_nearest_leader() -> None:
    story = town()

    story.hears(duty(about=None), fact=DUTY)

    assert held_by(story) == (an_id("leader"), "nearest-leader")


@pytest.mark.parametrize(("day", "holder"), [(-1, "leader"), (0, "deputy"), (9, "deputy"), (10, "leader")])
def test_a_deputy_for_a_period_takes_it_from_the_first_to_the_last_day(day: int, holder: str) -> None:
    story = town(days(day))
    story.hears(deputy_appointed("ward", "deputy", "leader", MONDAY, until=days(9)))

    story.hears(duty(opens=days(-5), closes=days(20)), fact=DUTY)

    assert held_by(story) == (an_id(holder), "deputy" if holder == "deputy" else "nearest-leader")


def test_a_standing_deputy_waits_until_the_post_is_vacant() -> None:
    story = town()
    story.hears(deputy_appointed("ward", "deputy", "leader"))
    story.hears(duty(), fact=DUTY)
    assert held_by(story) == (an_id("leader"), "nearest-leader")

    story.hears(leader_ended("ward", "leader", days(-1)))

    assert held_by(story) == (an_id("deputy"), "deputy")


@pytest.mark.parametrize(
    ("takes", "until", "holder"),
    [
        ("limited-period", None, "leader"),
        ("limited-period", days(9), "deputy"),
        ("any-appointment", None, "deputy"),
        ("vacant-post-only", days(9), "leader"),
    ],
)
def test_the_municipality_decides_when_a_deputy_takes_over_from_a_leader_in_post(takes: str, until: date | None, holder: str) -> None:
    story = town(rules=f'deputy_takes = "{takes}"')
    story.hears(deputy_appointed("ward", "deputy", "leader", until=until))

    story.hears(duty(), fact=DUTY)

    assert task(story).holder == an_id(holder)


@pytest.mark.parametrize(("subjects", "holder"), [(("talk-2-weeks",), "deputy"), (("mus",), "leader")])
def test_a_deputy_takes_only_the_subjects_he_is_named_for(subjects: tuple[str, ...], holder: str) -> None:
    story = town()
    story.hears(deputy_appointed("ward", "deputy", "leader", until=days(9), subjects=subjects))

    story.hears(duty(), fact=DUTY)

    assert task(story).holder == an_id(holder)


def test_the_deputys_own_case_climbs_because_the_leader_is_away() -> None:
    story = town()
    story.hears(deputy_appointed("ward", "deputy", "leader", until=days(9)))

    story.hears(duty(about="deputy"), fact=DUTY)

    assert held_by(story) == (an_id("chief"), "absent-leader")


def test_two_who_lead_one_unit_both_see_it_and_the_first_appointed_holds_it() -> None:
    story = town()
    story.hears(leader_appointed("ward", "second leader", days(-30)))

    story.hears(duty(), fact=DUTY)

    assert held_by(story) == (an_id("leader"), "nearest-leader")
    assert task(story).shared_with == (an_id("second leader"),)


def test_of_two_leaders_the_one_who_is_there_holds_it() -> None:
    story = town()
    story.hears(leader_appointed("ward", "second leader", days(-30)), deputy_appointed("ward", "deputy", "leader", until=days(9)))

    story.hears(duty(), fact=DUTY)

    assert held_by(story) == (an_id("second leader"), "nearest-leader")
    assert task(story).shared_with == (an_id("deputy"),)


@pytest.mark.parametrize(("unit", "holder"), [("ward", "chief"), ("kitchen", "director"), ("hall", None)])
def test_a_task_for_the_leaders_leader_goes_above_the_nearest_post(unit: str, holder: str | None) -> None:
    story = town()

    story.hears(duty(unit=unit, about=None, role=HolderRole.LEADERS_LEADER), fact=DUTY)

    assert task(story).holder == (an_id(holder) if holder else None)


def test_without_any_post_there_is_no_leaders_leader() -> None:
    story = town()

    story.hears(duty(unit="unit nobody told of", role=HolderRole.LEADERS_LEADER), fact=DUTY)

    assert held_by(story) == (None, "hr-queue")


def test_cover_and_recruit_is_asked_of_the_leader_above_also_when_the_post_is_vacant() -> None:
    story = town()
    story.hears(leader_ended("ward", "leader", days(-1)))

    story.hears(duty(about=None, role=HolderRole.LEADERS_LEADER), fact=DUTY)

    assert held_by(story) == (an_id("chief"), "nearest-leader")


@pytest.mark.parametrize(("rule", "holder"), [("hr", None), ("leaders-leader", "chief")])
def test_the_second_party_is_whom_the_municipality_chose(rule: str, holder: str | None) -> None:
    story = town(rules=f'second_party = "{rule}"')

    story.hears(duty(role=HolderRole.SECOND_PARTY), fact=DUTY)

    assert task(story).holder == (an_id(holder) if holder else None)


@pytest.mark.parametrize("role", [role for role in HolderRole if role not in TOLD])
def test_a_role_nobody_has_told_of_is_never_guessed(role: HolderRole) -> None:
    story = town()

    story.hears(duty(role=role), fact=DUTY)

    assert held_by(story) == (None, "hr-queue")


def test_a_closed_units_tasks_stay_with_its_leader_until_somebody_else_is_named() -> None:
    story = town()
    story.hears(unit_changed("ward", "area", days(-1), UnitChange.CLOSED))

    story.hears(duty(), fact=DUTY)

    assert held_by(story) == (an_id("leader"), "nearest-leader")


def test_no_deputy_above_is_somebody_below_the_person_of_the_case() -> None:
    story = town()
    story.hears(deputy_appointed("hall", "leader", "director", until=days(9)))

    story.hears(duty(about="chief"), fact=DUTY)

    assert held_by(story) == (None, "hr-queue")


def test_who_leads_below_and_above_the_person_of_the_case_holds_it_as_leader_above() -> None:
    story = town()
    story.hears(leader_ended("hall", "director", days(-1)), leader_appointed("hall", "leader"))

    story.hears(duty(about="chief"), fact=DUTY)

    assert held_by(story) == (an_id("leader"), "own-case")

"""Who comes and goes in the next 14 days, and who is told of it: by the rules of danish-hr 1, 3 and 7. It is Monday 2 March 2026."""

from datetime import date, timedelta

import pytest

from contracts.hr.absence import RESTRICTED_TOPIC
from contracts.words import EmploymentForm, LeaveKind, ReasonClass
from services.chassis.envelope import Ear
from services.notification.app import SERVICE
from tests.kit.builders import (
    end_registered,
    hired,
    leader_appointed,
    moved,
    on_leave,
)
from tests.unit.notification.comings import LONG_AGO, told
from tests.unit.notification.duties import days, town


@pytest.mark.parametrize(("ahead", "seen"), [(-1, False), (0, True), (14, True), (15, False)])
def test_who_starts_is_told_of_from_14_days_before_to_the_day_itself(ahead: int, seen: bool) -> None:
    story = town()
    story.hears(hired(days(ahead), unit="ward"))

    assert told(story) == ([(ahead, "start", "ward", "leader")] if seen else [])


def test_a_start_comes_into_sight_and_goes_as_time_goes_on() -> None:
    story = town()
    story.hears(hired(days(20), unit="ward"))

    story.reaches(days(5))
    assert told(story) == []
    for day in (6, 20):
        story.reaches(days(day))
        assert told(story) == [(20, "start", "ward", "leader")]
    story.reaches(days(21))
    assert told(story) == []


def test_the_municipality_says_how_far_is_looked_and_of_what_is_told() -> None:
    story = town(rules='coming_days = 3\ndigest_people = ["start"]\n')
    story.hears(hired(days(3), unit="ward"), hired(days(4), unit="ward", person="another"))
    story.hears(end_registered(days(3), unit="ward"))

    assert told(story) == [(3, "start", "ward", "leader")]


def test_a_start_is_the_first_day_at_work() -> None:
    story = town()
    story.hears(hired(days(1), unit="ward", first_working_day=days(4)))

    assert told(story) == [(4, "start", "ward", "leader")]


def test_a_start_that_is_moved_or_never_was_is_told_as_it_is_now() -> None:
    story = town()
    fact = story.hears(hired(days(3), unit="ward"))
    story.hears(hired(days(9), unit="ward"), fact=fact, number=2)
    assert told(story) == [(9, "start", "ward", "leader")]

    story.hears(hired(days(9), unit="ward"), fact=fact, number=3, stands=False)

    assert told(story) == []


def test_who_stops_is_told_of_to_the_last_day() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), end_registered(days(10), unit="ward"))
    assert told(story) == [(10, "end", "ward", "leader")]

    story.reaches(days(10))
    assert told(story) == [(10, "end", "ward", "leader")]
    story.reaches(days(11))
    assert told(story) == []


def test_an_end_that_is_withdrawn_is_not_told_and_one_that_is_moved_is_told_once() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"))
    fact = story.hears(end_registered(days(10), unit="ward"))
    story.hears(end_registered(days(12), unit="ward"), fact=fact, number=2)
    assert told(story) == [(12, "end", "ward", "leader")]

    story.hears(end_registered(days(12), unit="ward"), fact=fact, number=3, stands=False)

    assert told(story) == []


def test_what_is_told_when_it_is_over_is_no_news() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), end_registered(days(-1), unit="ward"), on_leave(days(-9), days(-5), unit="ward"))

    assert told(story) == []


@pytest.mark.parametrize("kind", LeaveKind)
def test_a_leave_is_told_by_its_first_day_and_the_day_of_return_whatever_kind_it_is(kind: LeaveKind) -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), on_leave(days(2), days(7), unit="ward", leave_kind=kind))

    assert told(story) == [(2, "leave", "ward", "leader"), (8, "return", "ward", "leader")]


def test_a_leave_without_a_known_return_has_none() -> None:
    story = town()
    fact = story.hears(hired(LONG_AGO, unit="ward"), on_leave(days(2), None, unit="ward"))
    assert told(story) == [(2, "leave", "ward", "leader")]

    story.hears(on_leave(days(2), days(5), unit="ward"), fact=fact, number=2)
    assert told(story) == [(2, "leave", "ward", "leader"), (6, "return", "ward", "leader")]
    story.hears(on_leave(days(2), days(5), unit="ward"), fact=fact, number=3, stands=False)
    assert told(story) == []


def test_leaves_that_touch_or_overlap_are_one() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"))
    story.hears(on_leave(days(1), days(3), unit="ward"), on_leave(days(4), days(8), unit="ward"), on_leave(days(2), days(5), unit="ward"))

    assert told(story) == [(1, "leave", "ward", "leader"), (9, "return", "ward", "leader")]


def test_a_leave_turned_round_is_none() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), on_leave(days(9), days(4), unit="ward"))

    assert told(story) == []


def test_who_stops_during_a_leave_is_told_of_and_never_comes_back() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), on_leave(days(1), days(9), unit="ward"), end_registered(days(5), unit="ward"))

    assert told(story) == [(1, "leave", "ward", "leader"), (5, "end", "ward", "leader")]


def test_who_is_hired_while_on_leave_starts_when_it_ends() -> None:
    story = town()
    story.hears(hired(days(1), unit="ward"), on_leave(days(-3), days(4), unit="ward"))

    assert told(story) == [(5, "start", "ward", "leader")]


def test_who_moves_stops_in_one_unit_and_starts_in_the_other() -> None:
    story = town()
    story.hears(leader_appointed("kitchen", "new leader"))
    story.hears(hired(LONG_AGO, unit="ward"))
    fact = story.hears(moved(days(6), "ward", "kitchen"))
    assert told(story) == [(5, "end", "ward", "leader"), (6, "start", "kitchen", "new leader")]

    story.hears(moved(days(6), "ward", "kitchen"), fact=fact, number=2, stands=False)

    assert told(story) == []


def test_who_moves_during_a_leave_starts_in_the_new_unit_when_back() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), moved(days(3), "ward", "kitchen"), on_leave(days(-30), days(9), unit="ward"))

    assert told(story) == [(2, "end", "ward", "leader"), (10, "start", "kitchen", "chief")]


def test_where_the_unit_moved_nobody_comes_or_goes() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), moved(days(3), "ward", "kitchen", internal_move=False))
    story.hears(on_leave(days(5), None, unit="kitchen"))

    assert told(story) == [(5, "leave", "kitchen", "chief")]


def test_who_moves_before_the_first_day_at_work_starts_in_the_new_unit_only() -> None:
    story = town()
    story.hears(hired(days(1), unit="ward", first_working_day=days(4)), moved(days(3), "ward", "kitchen"))

    assert told(story) == [(4, "start", "kitchen", "chief")]


@pytest.mark.parametrize("employment", ["job of person", "another number"])
def test_the_next_contract_in_the_same_unit_is_neither_an_end_nor_a_start(employment: str) -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), end_registered(days(4), unit="ward"))
    story.hears(hired(days(5), unit="ward", employment=employment))
    assert told(story) == []

    story.hears(end_registered(days(12), unit="ward", employment=employment))
    assert told(story) == [(12, "end", "ward", "leader")]


def test_a_contract_that_begins_on_a_saturday_is_the_next_one_all_the_same() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), end_registered(days(4), unit="ward"))
    story.hears(hired(days(5), unit="ward", employment="another number", first_working_day=days(7)))

    assert told(story) == []


def test_a_rehire_ends_what_was_before_it_under_the_same_number() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), hired(days(5), unit="kitchen", rehire=True))

    assert told(story) == [(4, "end", "ward", "leader"), (5, "start", "kitchen", "chief")]


def test_a_rehire_after_a_break_is_an_end_and_a_start() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), end_registered(days(4), unit="ward"), hired(days(10), unit="ward", rehire=True))

    assert told(story) == [(4, "end", "ward", "leader"), (10, "start", "ward", "leader")]


def test_a_move_before_a_rehire_says_nothing_of_where_the_rehire_is() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), moved(days(-90), "ward", "kitchen"), end_registered(days(-60), unit="kitchen"))
    story.hears(hired(days(10), unit="ward", rehire=True))

    assert told(story) == [(10, "start", "ward", "leader")]


def test_one_of_two_jobs_in_a_unit_changes_nothing_there() -> None:
    story = town()
    hourly = {"employment": "evenings", "employment_form": EmploymentForm.HOURLY}
    story.hears(hired(LONG_AGO, unit="ward"), hired(days(2), unit="ward", **hourly))  # type: ignore[arg-type]
    story.hears(end_registered(days(9), unit="ward", **hourly), on_leave(days(4), days(6), unit="ward", **hourly))  # type: ignore[arg-type]
    assert told(story) == []

    story.hears(on_leave(days(4), days(6), unit="ward"))
    assert told(story) == [(4, "leave", "ward", "leader"), (7, "return", "ward", "leader")], "away from both"


def test_the_second_of_two_jobs_that_begin_in_a_unit_is_no_start() -> None:
    story = town()
    story.hears(hired(days(1), unit="ward", first_working_day=days(5)), hired(days(1), unit="ward", employment="evenings"))

    assert told(story) == [(1, "start", "ward", "leader")]


def test_two_jobs_in_two_units_are_told_to_two_leaders() -> None:
    story = town()
    story.hears(hired(days(2), unit="ward"), hired(days(2), unit="kitchen", employment="evenings"))

    assert told(story) == [(2, "start", "kitchen", "chief"), (2, "start", "ward", "leader")]


def test_nobody_is_told_of_anything_about_a_dead_person() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), hired(LONG_AGO, unit="kitchen", employment="evenings"))
    story.hears(on_leave(days(-9), days(2), unit="ward"), end_registered(days(9), unit="kitchen", employment="evenings"))
    assert len(told(story)) == 2

    story.hears(end_registered(days(-1), unit="ward", reason_class=ReasonClass.DEATH_OR_EMIGRATION))
    assert told(story) == []
    story.hears(hired(days(7), unit="ward", rehire=True))
    assert (7, "start", "ward", "leader") in told(story), "who had emigrated and is hired again"


@pytest.mark.parametrize("reason", [reason for reason in ReasonClass if reason is not ReasonClass.DEATH_OR_EMIGRATION])
def test_why_somebody_stops_makes_no_difference(reason: ReasonClass) -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), end_registered(days(9), unit="ward", reason_class=reason))

    assert told(story) == [(9, "end", "ward", "leader")]


def test_a_day_that_means_no_day_breaks_nothing() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), on_leave(days(2), date.max, unit="ward"), end_registered(date.max - timedelta(days=1)))
    story.hears(moved(date.max, "ward", "kitchen"))

    assert told(story) == [(2, "leave", "ward", "leader")]


def test_absence_is_not_heard() -> None:
    """Leave is never illness; that somebody is absent lies on a topic that this service does not read."""
    assert RESTRICTED_TOPIC not in Ear.of(SERVICE, ()).topics() | frozenset(SERVICE.topics)

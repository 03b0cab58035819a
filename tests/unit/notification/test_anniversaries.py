"""Who has been employed for a round number of years, told in the digest as who comes and goes is. It is Monday 2 March 2026."""

from datetime import date

import pytest

from contracts.words import ReasonClass
from tests.kit.builders import end_registered, hired, moved, on_leave
from tests.kit.story import Story
from tests.unit.notification.comings import comings, told
from tests.unit.notification.duties import days, town

IN_A_WEEK = days(7)


def years_before(count: int, day: date = IN_A_WEEK) -> date:
    """The same date so many years before."""
    return day.replace(year=day.year - count)


def anniversaries(story: Story) -> list[tuple[int, int, str]]:
    """In how many days, after how many years, in which unit."""
    years = {(each.day - days(0)).days: each.years for each in comings(story) if each.kind == "anniversary"}
    return [(ahead, years[ahead], unit) for ahead, kind, unit, _ in told(story) if kind == "anniversary"]


@pytest.mark.parametrize("years", [1, 10, 25, 40])
def test_the_leader_is_told_14_days_ahead_of_who_has_been_here_for_so_many_years(years: int) -> None:
    story = town()
    story.hears(hired(years_before(years), unit="ward"))

    assert told(story) == [(7, "anniversary", "ward", "leader")]
    assert anniversaries(story) == [(7, years, "ward")]


@pytest.mark.parametrize("years", [2, 9, 20, 39, 50])
def test_no_other_year_is_told(years: int) -> None:
    story = town()
    story.hears(hired(years_before(years), unit="ward"))

    assert told(story) == []


@pytest.mark.parametrize(("ahead", "seen"), [(-1, False), (0, True), (14, True), (15, False)])
def test_it_is_told_from_14_days_before_to_the_day_itself(ahead: int, seen: bool) -> None:
    story = town()
    story.hears(hired(years_before(10, days(ahead)), unit="ward"))

    assert (anniversaries(story) != []) is seen


def test_it_comes_into_sight_and_goes_as_time_goes_on() -> None:
    story = town()
    story.hears(hired(days(0), unit="ward"))

    for day, seen in ((date(2027, 2, 15), []), (date(2027, 2, 16), [(365, 1, "ward")]), (date(2027, 3, 3), [])):
        story.reaches(day)
        assert anniversaries(story) == seen
    story.reaches(date(2036, 2, 20))
    assert [years for _, years, _ in anniversaries(story)] == [10]


def test_the_municipality_says_after_which_years_or_never() -> None:
    told_of = [hired(years_before(years), unit="ward", person=f"{years}") for years in (1, 10, 12)]
    twelve, never, without = (
        town(rules=line) for line in ("anniversary_years = [12]", "anniversary_years = []", 'digest_people = ["start", "end"]')
    )
    for story in (twelve, never, without):
        story.hears(*told_of)

    assert [anniversaries(story) for story in (twelve, never, without)] == [[(7, 12, "ward")], [], []]


def test_moves_next_contracts_other_jobs_and_leaves_break_nothing() -> None:
    story = town()
    story.hears(
        hired(years_before(10), unit="kitchen", employment="first job"),
        end_registered(date(2020, 7, 31), unit="kitchen", employment="first job", reason_class=ReasonClass.FIXED_TERM_END),
        hired(date(2020, 8, 1), unit="kitchen", employment="second job"),
        moved(date(2023, 5, 1), "kitchen", "ward", employment="second job"),
        on_leave(date(2024, 1, 1), date(2024, 12, 31), unit="ward", employment="second job"),
    )

    assert anniversaries(story) == [(7, 10, "ward")]


def test_after_a_break_the_years_are_counted_from_the_new_hire() -> None:
    story = town()
    story.hears(
        hired(years_before(10), unit="ward"),
        end_registered(date(2025, 3, 7), unit="ward"),
        hired(years_before(1), unit="ward", rehire=True, previous_last_working_day=date(2025, 3, 7)),
    )

    assert anniversaries(story) == [(7, 1, "ward")]


def test_who_is_in_two_units_is_told_of_in_both() -> None:
    story = town()
    story.hears(hired(years_before(25), unit="ward"), hired(date(2020, 1, 1), unit="kitchen", employment="evenings"))

    assert anniversaries(story) == [(7, 25, "kitchen"), (7, 25, "ward")]


def test_who_stops_before_it_or_has_died_has_none() -> None:
    stops, died, stays = town(), town(), town()
    for story in (stops, died, stays):
        story.hears(hired(years_before(25), unit="ward"))
    stops.hears(end_registered(days(6), unit="ward"))
    died.hears(hired(years_before(1), unit="kitchen", employment="a job that payroll has not ended yet"))
    died.hears(end_registered(days(-1), unit="ward", reason_class=ReasonClass.DEATH_OR_EMIGRATION))
    stays.hears(end_registered(days(7), unit="ward"))

    assert [anniversaries(story) for story in (stops, died, stays)] == [[], [], [(7, 25, "ward")]]


@pytest.mark.parametrize("before", [None, date(2016, 3, 8)])
def test_of_whom_nobody_told_when_it_began_no_years_are_counted(before: date | None) -> None:
    """A source that shows the last hire alone says that there was one before; without a hire nothing is known at all."""
    again, unknown = town(), town()
    again.hears(hired(years_before(10), unit="ward", rehire=True, previous_last_working_day=before))
    unknown.hears(moved(years_before(10), "kitchen", "ward"))

    assert (anniversaries(again), anniversaries(unknown)) == ([], [])


def test_a_job_before_that_is_told_of_as_well_makes_the_start_known() -> None:
    story = town()
    story.hears(
        hired(years_before(25), unit="ward"),
        end_registered(date(2016, 3, 8), unit="ward"),
        hired(years_before(10), unit="ward", rehire=True, previous_last_working_day=date(2016, 3, 8)),
    )

    assert anniversaries(story) == [(7, 25, "ward")]


def test_from_29_february_it_is_the_last_day_of_the_month() -> None:
    story = town(date(2026, 2, 20))
    story.hears(hired(date(2016, 2, 29), unit="ward"))

    assert [each.day for each in comings(story)] == [date(2026, 2, 28)]


def test_a_start_that_means_no_day_has_no_anniversary() -> None:
    story = town()
    story.hears(hired(date.max, unit="ward"), hired(date.min, unit="ward", person="another"))

    assert anniversaries(story) == []

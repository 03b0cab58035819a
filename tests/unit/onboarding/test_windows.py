"""When a leader is asked for a follow-up talk, until when it is in time, and when it is missed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.base import CallState
from contracts.onboarding import IntroMilestone, IntroMilestoneDue, IntroMilestoneMissed, IntroMilestonePlanned, IntroPlanMade
from contracts.words import Closed, MilestoneKind
from services.onboarding.app import SERVICE
from tests.kit.builders import an_id, closing_day, hired
from tests.kit.story import Story
from tests.unit.onboarding.scene import MONDAY, TALKS_ALONE, THREE_MONTHS, begun, day, talk

NORDDJURS = """
municipality = "730"
name = "Norddjurs' regler"
live_from = 2020-01-01
[onboarding.templates]
first-year.from_scratch = true
first-year.steps = { talk-3-months = {} }
"""


@pytest.mark.parametrize(("number", "asked"), [(9, False), (10, True), (11, True)])
def test_the_leader_is_asked_on_the_tenth_day(number: int, asked: bool) -> None:
    story = begun()

    story.reaches(day(number))

    assert bool(story.said(IntroMilestoneDue)) is asked


@pytest.mark.parametrize(
    ("first", "opens"),
    [(date(2026, 3, 20), datetime(2026, 3, 29, 22, tzinfo=UTC)), (date(2026, 10, 16), datetime(2026, 10, 25, 23, tzinfo=UTC))],
    ids=["after 23 hours", "after 25 hours"],
)
def test_the_leader_is_asked_at_midnight_when_clocks_were_turned_the_day_before(first: date, opens: datetime) -> None:
    story = begun(first)
    story.reaches(opens - timedelta(hours=25))
    assert {state.wake_at for state in story.states.values()} == {opens}

    story.reaches(opens - timedelta(microseconds=1))
    assert story.said(IntroMilestoneDue) == []
    story.reaches(opens)
    story.reaches(opens + timedelta(hours=25))
    assert [type(r.body) for _, r in story.spoken].count(IntroMilestoneDue) == 1


@pytest.mark.parametrize(
    ("kind", "opens", "due", "closes", "missed_after"),
    [
        (MilestoneKind.TALK_2_WEEKS, date(2026, 3, 11), date(2026, 3, 16), date(2026, 3, 27), date(2026, 4, 15)),
        (MilestoneKind.TALK_3_MONTHS, date(2026, 4, 15), date(2026, 6, 2), date(2026, 6, 2), date(2026, 6, 16)),
        (MilestoneKind.TALK_6_12_MONTHS, date(2026, 9, 2), date(2026, 12, 2), date(2027, 3, 2), date(2027, 3, 16)),
    ],
)
def test_the_windows_follow_the_strategy(kind: MilestoneKind, opens: date, due: date, closes: date, missed_after: date) -> None:
    call = talk(begun(), kind).call

    assert (call.opens, call.due, call.closes, call.missed_after) == (opens, due, closes, missed_after)


def test_a_talk_is_known_as_soon_as_the_hire_is() -> None:
    story = begun()

    assert {said.milestone_kind for said in story.said(IntroMilestonePlanned)} == set(talk_kinds())
    (plan,) = story.said(IntroPlanMade)
    assert (plan.steps, plan.starts_on) == (3, MONDAY)


def talk_kinds() -> tuple[MilestoneKind, ...]:
    return (MilestoneKind.TALK_2_WEEKS, MilestoneKind.TALK_3_MONTHS, MilestoneKind.TALK_6_12_MONTHS)


@pytest.mark.parametrize(("passed", "state"), [(0, CallState.OPEN), (1, CallState.MISSED)])
def test_a_talk_is_missed_the_day_after_the_last_late_day(passed: int, state: CallState) -> None:
    story = begun()

    story.reaches(date(2026, 4, 15) + timedelta(days=passed))

    assert talk(story).call.state is state


def test_a_missed_talk_tells_the_day_it_was_missed_whenever_that_is_said() -> None:
    story = begun()

    story.reaches(date(2026, 5, 20))

    (missed,) = story.said(IntroMilestoneMissed)
    assert missed.call.state_on == date(2026, 4, 16)


def test_norddjurs_asks_for_the_three_month_talk_only() -> None:
    story = begun(rules=NORDDJURS)

    assert [said.milestone_kind for said in story.said(IntroMilestonePlanned)] == [MilestoneKind.TALK_3_MONTHS]
    assert story.said(IntroPlanMade)[0].steps == 1


def test_a_window_that_closes_on_a_danish_holiday_closes_on_the_last_working_day_before_it() -> None:
    story = begun(date(2026, 3, 9))  # day 28 is Easter Sunday; Maundy Thursday to Easter Monday are off

    assert talk(story).call.closes == date(2026, 4, 1)


def test_a_window_that_opens_on_a_sunday_opens_on_the_monday() -> None:
    story = begun(date(2026, 3, 6))  # day 10 is a Sunday

    assert talk(story).call.opens == date(2026, 3, 16)


def test_a_closing_day_told_late_moves_an_open_talk() -> None:
    story = begun()
    story.reaches(day(12))

    story.hears(closing_day(date(2026, 3, 27)))

    assert talk(story).call.closes == date(2026, 3, 26)


@pytest.mark.parametrize(("closed", "unit"), [(Closed.FROM_NOON, None), (Closed.NONE, None), (Closed.WHOLE, "other unit")])
def test_a_day_closed_from_noon_or_in_another_unit_is_a_working_day(closed: Closed, unit: str | None) -> None:
    story = begun()

    story.hears(closing_day(date(2026, 3, 27), closed, unit))

    assert talk(story).call.closes == date(2026, 3, 27)


@pytest.mark.parametrize(
    ("first", "told", "due"),
    [
        (date(2026, 4, 17), None, date(2026, 4, 30)),  # day 14 is Thursday 30 April
        (date(2026, 4, 18), None, date(2026, 5, 4)),  # day 14 is Friday 1 May, closed from noon
        (date(2026, 4, 18), Closed.NONE, date(2026, 5, 1)),
        (date(2026, 4, 18), Closed.WHOLE, date(2026, 5, 4)),
        (date(2026, 5, 23), None, date(2026, 6, 8)),  # day 14 is Friday 5 June
    ],
)
def test_no_half_day_is_proposed_for_a_talk(first: date, told: Closed | None, due: date) -> None:
    story = begun(first)

    if told is not None:
        story.hears(closing_day(date(2026, 5, 1), told))

    assert talk(story).call.due == due


def test_a_day_that_is_told_to_close_from_noon_is_proposed_no_longer() -> None:
    story = begun()
    assert talk(story).call.due == date(2026, 3, 16)

    story.hears(closing_day(date(2026, 3, 16), Closed.FROM_NOON))

    assert talk(story).call.due == date(2026, 3, 17)


def test_who_is_known_late_is_proposed_no_half_day_either() -> None:
    story = Story(SERVICE, date(2026, 4, 29), TALKS_ALONE)

    story.hears(hired(date(2026, 4, 8)))  # the second working day after is Friday 1 May

    assert (talk(story).call.due, talk(story).call.closes) == (date(2026, 5, 4), date(2026, 5, 5))


def test_a_window_whose_last_day_is_half_ends_on_it_all_the_same() -> None:
    story = begun(date(2026, 2, 1))  # three months on is Friday 1 May

    assert (talk(story, THREE_MONTHS).call.due, talk(story, THREE_MONTHS).call.closes) == (date(2026, 5, 1), date(2026, 5, 1))


def test_a_closing_day_of_the_unit_moves_its_windows() -> None:
    story = begun()

    story.hears(closing_day(date(2026, 3, 27), unit="unit"))

    assert talk(story).call.closes == date(2026, 3, 26)


def test_a_closing_day_told_after_a_talk_was_missed_moves_nothing() -> None:
    story = begun()
    story.reaches(date(2026, 4, 20))
    before = talk(story)

    story.hears(closing_day(date(2026, 3, 27)), closing_day(date(2026, 4, 15)))

    assert talk(story) == before


def test_day_one_is_the_first_day_at_work() -> None:
    story = Story(SERVICE, date(2026, 2, 1), TALKS_ALONE)

    story.hears(hired(date(2026, 3, 1), first_working_day=MONDAY))

    assert talk(story).call.opens == day(10)


def test_a_week_of_downtime_is_caught_up_at_the_first_wake_once() -> None:
    story = begun()
    spoken = len(story.spoken)

    story.reaches(day(17))
    story.reaches(day(17))

    said = [revision for _, revision in story.spoken[spoken:]]
    assert [revision.type for revision in said] == [IntroMilestoneDue.wire]
    assert talk(story).call.state_on == day(10)


def test_what_opened_before_the_municipality_was_live_is_owed_nothing() -> None:
    story = begun(date(2019, 12, 20), weeks_before=1)

    assert {said.milestone_kind for said in story.said(IntroMilestone)} == {MilestoneKind.TALK_3_MONTHS, MilestoneKind.TALK_6_12_MONTHS}


@pytest.mark.parametrize(("opens", "owed"), [(date(2026, 3, 11), True), (date(2026, 3, 12), False)])
def test_a_rule_binds_windows_that_open_on_the_day_it_is_valid_from(opens: date, owed: bool) -> None:
    story = begun(rules=TALKS_ALONE.replace("talk-2-weeks = {}", f"talk-2-weeks = {{ valid_from = {opens} }}"))

    assert (MilestoneKind.TALK_2_WEEKS in {said.milestone_kind for said in story.said(IntroMilestone)}) is owed


def test_forms_that_are_not_newcomers_are_asked_nothing() -> None:
    story = Story(SERVICE, MONDAY, f'{TALKS_ALONE}first-year.forms = ["monthly"]\n')

    story.hears(hired(MONDAY, employment_form="hourly"))

    assert story.said(IntroMilestone) == []
    assert story.said(IntroPlanMade) == []


def test_the_task_goes_to_the_nearest_leader_about_the_newcomer_with_a_link_to_its_page() -> None:
    said = talk(begun())

    assert (said.call.role, said.call.unit_id, said.call.about_person) == ("nearest-leader", an_id("unit"), an_id("person"))
    assert said.call.link == f"/onboarding/talks/{said.milestone_id}"

"""Who is told of who comes and goes: by the rules of danish-hr 3 and 7. It is Monday 2 March 2026."""

from contracts.words import LeaderLevel
from services.notification.app import SERVICE
from tests.kit.builders import (
    deputy_appointed,
    end_registered,
    hired,
    leader_appointed,
    leader_ended,
    unit_changed,
)
from tests.kit.story import Story
from tests.unit.notification.comings import LONG_AGO, told
from tests.unit.notification.duties import days, town


def test_a_leader_is_told_of_by_the_one_above_and_never_reads_of_themselves() -> None:
    story = town()
    story.hears(hired(LONG_AGO, unit="ward", person="leader"), end_registered(days(9), unit="ward", person="leader"))

    assert told(story) == [(9, "end", "ward", "chief")]


def test_a_leader_who_is_to_come_is_told_of_to_who_leads_until_then() -> None:
    story = town()
    story.hears(leader_ended("ward", "leader", days(-1)), leader_appointed("ward", "new leader", days(5)))
    story.hears(hired(days(5), unit="ward", person="new leader"), hired(days(8), unit="ward"))
    assert told(story) == [(5, "start", "ward", "chief"), (8, "start", "ward", "chief")]

    story.reaches(days(5))

    assert told(story) == [(5, "start", "ward", "chief"), (8, "start", "ward", "new leader")]


def test_who_stands_in_for_a_period_is_told_instead() -> None:
    story = town()
    story.hears(hired(days(9), unit="ward"), deputy_appointed("ward", "deputy", "leader", days(2), until=days(6)))
    assert told(story) == [(9, "start", "ward", "leader")]

    story.reaches(days(2))
    assert told(story) == [(9, "start", "ward", "deputy")]
    story.reaches(days(7))
    assert told(story) == [(9, "start", "ward", "leader")]


def test_who_stands_in_for_some_kinds_of_tasks_alone_is_not() -> None:
    story = town()
    story.hears(hired(days(9), unit="ward"), deputy_appointed("ward", "deputy", "leader", until=days(6), subjects=("talk-2-weeks",)))

    assert told(story) == [(9, "start", "ward", "leader")]


def test_both_leaders_of_a_unit_are_told() -> None:
    story = town()
    story.hears(hired(days(9), unit="ward"), leader_appointed("ward", "second", leader_level=LeaderLevel.TEAM))

    assert told(story) == [(9, "start", "ward", "leader"), (9, "start", "ward", "second")]


def test_where_nobody_leads_it_is_hrs_to_know() -> None:
    story = town()
    story.hears(unit_changed("island"), hired(days(9), unit="island"))
    assert told(story) == [(9, "start", "island", "hr")]

    story.hears(leader_appointed("island", "new leader", days(-1)))

    assert told(story) == [(9, "start", "island", "new leader")]


def test_an_organisation_that_is_heard_later_finds_the_leader() -> None:
    story = Story(SERVICE, days(0))
    story.hears(hired(days(9), unit="ward"))
    assert told(story) == [(9, "start", "ward", "hr")]

    story.hears(unit_changed("ward"), leader_appointed("ward", "leader"))

    assert told(story) == [(9, "start", "ward", "leader")]


def test_who_has_nothing_ahead_reads_no_unit_and_is_not_woken() -> None:
    """A change of leader wakes only those of whom there is something to tell."""
    story = town()
    story.hears(hired(LONG_AGO, unit="ward"), end_registered(days(40), unit="ward"))
    (state,) = (state for subject, state in story.states.items() if subject.kind == "person")
    assert (state.reads, state.wake_at is not None) == (frozenset(), True)

    story.reaches(days(41))

    (state,) = (state for subject, state in story.states.items() if subject.kind == "person")
    assert (state.reads, state.wake_at) == (frozenset(), None)

"""A feed that falls silent: HR is asked where somebody looked when it was too long, until it gives again; in whatever order it is read."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from itertools import permutations
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from contracts.base import CallState, HolderRole
from contracts.intake import FeedFellSilent, FeedHeardAgain
from services.intake.app import SERVICE
from services.intake.domain.feed_silence import FeedRow, FeedSeen, feed_subject
from services.intake.rules import IntakeRules
from tests.kit.builders import MUNICIPALITY, an_id, noon
from tests.kit.story import RULES, Story, revision

TWO = RULES + "[intake]\nfeeds_silent_after_working_days = { opus = 2 }\n"
MONDAY = date(2026, 3, 2)


def day(number: int) -> date:
    """A day of March 2026; the second is a Monday."""
    return date(2026, 3, number)


def at(heard: date, hour: int = 20) -> datetime:
    """When a file came."""
    return datetime.combine(heard, time(hour, 15), UTC)


def seen(heard: date | None, hour: int = 20) -> FeedSeen:
    return FeedSeen(municipality=MUNICIPALITY, feed="opus", last_seen=at(heard, hour) if heard else None, unit_id=an_id("root"))


def looks(story: Story, on: date, heard: date | None, hour: int = 20) -> None:
    """Somebody looks on a day, and finds that the feed was last heard then."""
    story.reaches(on)
    story._step(feed_subject(MUNICIPALITY, "opus"), [revision(seen(heard, hour), story.now, fact=uuid4())])


def heard_on_monday(rules: str = TWO) -> Story:
    """It came in the morning when somebody looked, and once more in the evening."""
    story = Story(SERVICE, MONDAY, rules)
    looks(story, MONDAY, MONDAY, hour=5)
    return story


def row_of(story: Story) -> tuple[date, date | None, date | None]:
    """Since when it is waited for, from when on silence is too long, and since when HR is asked."""
    (row,) = story.rows()
    assert isinstance(row, FeedRow)
    return row.waiting_since, row.opens, row.asked_on


def test_nothing_is_said_within_the_working_days() -> None:
    story = heard_on_monday()
    looks(story, day(4), MONDAY)

    assert story.spoken == []
    assert row_of(story) == (MONDAY, day(5), None)


def test_after_so_many_working_days_without_a_word_hr_is_asked() -> None:
    story = heard_on_monday()
    looks(story, day(5), MONDAY)

    (silent,) = story.said(FeedFellSilent)
    assert (silent.feed, silent.last_seen, silent.expected_every_hours) == ("opus", at(MONDAY), 48)
    call = silent.call
    assert (call.kind, call.role, call.unit_id, call.about_person) == ("feed-silence", HolderRole.HR, an_id("root"), None)
    assert (call.opens, call.due, call.closes, call.missed_after) == (day(5), day(6), day(12), date(2027, 3, 12))
    assert (call.state, call.state_on, call.link) == (CallState.OPEN, day(5), "/intake/deliveries")
    assert row_of(story) == (MONDAY, day(5), day(5))


def test_a_weekend_is_no_silence() -> None:
    story = heard_on_monday()
    looks(story, day(6), day(6))
    looks(story, day(10), day(6))
    assert story.spoken == []

    looks(story, day(11), day(6))
    assert [silent.call.opens for silent in story.said(FeedFellSilent)] == [day(11)]


def test_it_ends_on_the_day_on_which_it_is_heard_again_and_the_next_silence_is_another_fact() -> None:
    story = heard_on_monday()
    looks(story, day(5), MONDAY)
    looks(story, day(6), day(6))

    assert story.said(FeedFellSilent) == []
    (again,) = story.said(FeedHeardAgain)
    assert (again.last_seen, again.heard_on, again.call.state, again.call.state_on) == (at(MONDAY), day(6), CallState.DONE, day(6))
    assert (again.call.opens, again.call.closes) == (day(5), day(12))

    looks(story, day(11), day(6))
    assert [silent.last_seen for silent in story.said(FeedFellSilent)] == [at(day(6))]
    assert len(story.said(FeedHeardAgain)) == 1
    assert len({said.fact for _, said in story.spoken}) == 2


def test_what_had_come_in_time_after_all_takes_the_silence_back() -> None:
    story = heard_on_monday()
    looks(story, day(5), MONDAY)
    looks(story, day(6), day(4))

    assert len(story.withdrew(FeedFellSilent)) == 1
    assert story.said(FeedFellSilent) == []
    assert story.said(FeedHeardAgain) == []


def test_what_came_while_nobody_looked_is_never_taken_for_silence() -> None:
    story = heard_on_monday()
    story.reaches(day(20))
    assert story.spoken == []
    looks(story, day(20), day(20))
    assert story.spoken == []


def test_who_looks_late_asks_from_that_day_on() -> None:
    story = heard_on_monday()
    looks(story, day(20), MONDAY)
    looks(story, day(23), MONDAY)

    (silent,) = story.said(FeedFellSilent)
    assert (silent.call.opens, silent.call.due) == (day(20), day(23))


def test_a_feed_that_never_spoke_is_waited_for_since_the_municipality_is_live() -> None:
    story = Story(SERVICE, MONDAY, TWO.replace("live_from = 2020-01-01", f"live_from = {MONDAY}"))
    looks(story, MONDAY, None)
    assert row_of(story) == (MONDAY, day(5), None)

    looks(story, day(5), None)
    (silent,) = story.said(FeedFellSilent)
    assert silent.last_seen is None
    looks(story, day(5), day(5))
    assert [again.heard_on for again in story.said(FeedHeardAgain)] == [day(5)]


def test_what_was_heard_before_going_live_is_waited_for_from_then_on_too() -> None:
    story = Story(SERVICE, day(9), TWO.replace("live_from = 2020-01-01", "live_from = 2026-03-09"))
    looks(story, day(9), MONDAY)

    assert row_of(story) == (day(9), day(12), None)
    assert story.spoken == []


@pytest.mark.parametrize("rules", [RULES, TWO.replace("opus", "sd")], ids=["none", "another feed"])
def test_a_feed_that_no_rule_names_may_be_quiet(rules: str) -> None:
    story = heard_on_monday(rules)
    looks(story, date(2027, 3, 2), MONDAY)

    assert story.spoken == []
    assert row_of(story) == (MONDAY, None, None)


def test_each_feed_of_each_municipality_is_a_subject_of_its_own() -> None:
    assert len({feed_subject(code, feed).id for code in ("707", "730") for feed in ("opus", "sd", "sd.units")}) == 6


@pytest.mark.parametrize("days", [0, 367])
def test_a_rule_that_means_nothing_is_refused(days: int) -> None:
    with pytest.raises(ValidationError):
        IntakeRules.model_validate({"feeds_silent_after_working_days": {"opus": days}})


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_order_in_which_looks_are_read_does_not_matter(order: Sequence[int]) -> None:
    found = [(MONDAY, MONDAY), (day(5), MONDAY), (day(6), MONDAY), (day(9), day(9))]
    notes = [revision(seen(heard), noon(on), fact=UUID(int=99 - on.day)) for on, heard in found]

    def standing(numbers: Iterable[int]) -> list[FeedHeardAgain]:
        story = Story(SERVICE, day(9), TWO)
        for number in numbers:
            story._step(feed_subject(MUNICIPALITY, "opus"), [notes[number]])
        assert story.said(FeedFellSilent) == []
        return story.said(FeedHeardAgain)

    (again,) = standing(order)
    assert (again.call.opens, again.heard_on) == (day(5), day(9))
    assert [again] == standing(range(4))

"""Whatever befalls somebody, in whatever order and batches it is heard: the same steps stand, never two of one kind, none on a day off."""

from collections import Counter
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.base import CallState, Event
from services.chassis.subject import Revision
from services.onboarding.app import SERVICE
from tests.kit.story import Story
from tests.unit.onboarding.lives import BEGINNING, SUBJECT, closings, days, lives
from tests.unit.onboarding.scene import steps


def standing(story: Story) -> dict[object, tuple[str, Event]]:
    said = [one for state in story.states.values() for one in state.said.values() if one.revision.stands]
    return {one.key: (one.revision.type, one.revision.body) for one in said}


def deliver(story: Story, revisions: list[Revision[Event]]) -> None:
    """Also a leader's own records, as a restored history would bring them."""
    if revisions:
        story._step(SUBJECT, revisions)


def lived(life: list[Revision[Event]], closed: list[Revision[Event]], until: date) -> Story:
    story = Story(SERVICE, until)
    story.hears_revisions(closed)
    deliver(story, life)
    return story


@settings(max_examples=100, deadline=None)
@given(lives, closings, st.randoms(use_true_random=False), days)
def test_any_order_repetition_and_split_gives_the_same_steps(
    life: list[Revision[Event]], closed: list[Revision[Event]], chance: object, until: date
) -> None:
    assert hasattr(chance, "sample")
    whole, parts = lived(life, closed, until), Story(SERVICE, BEGINNING)

    for one in chance.sample([*life, *life, *closed], len(life) * 2 + len(closed)):
        deliver(parts, [one]) if one not in closed else parts.hears_revisions([one])
    parts.reaches(until)

    assert standing(parts) == standing(whole)
    assert parts.rows() == whole.rows()


@settings(max_examples=250, deadline=None)
@given(lives, closings, days)
def test_nobody_is_asked_twice_for_one_thing_of_one_job(life: list[Revision[Event]], closed: list[Revision[Event]], until: date) -> None:
    asked = [(row.employment_id, row.name) for row in steps(lived(life, closed, until)) if row.state == CallState.OPEN]

    assert [what for what, count in Counter(asked).items() if count > 1] == []


@settings(max_examples=250, deadline=None)
@given(lives, closings, days)
def test_no_window_ends_on_a_day_off(life: list[Revision[Event]], closed: list[Revision[Event]], until: date) -> None:
    story = lived(life, closed, until)
    off = story.rules.calendar

    for row in steps(story):
        assert off.is_working_day(row.closes)
        if row.state in {CallState.PLANNED, CallState.OPEN}:  # what is over keeps the calendar of its day
            assert story.snapshot.calendar(row.unit_id, row.closes).is_working_day(row.closes), "a day off of that unit"
        assert row.opens <= row.due <= row.closes <= row.missed_after
        assert off.is_working_day(row.missed_after) or row.missed_after == row.last_day or row.state == CallState.MISSED

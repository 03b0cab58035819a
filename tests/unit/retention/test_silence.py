"""Alarms on silence: raised after so many working days, ended when it is heard again, never for what was heard in time."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import permutations
from uuid import uuid4

import pytest

from contracts.base import CallState, HolderRole
from contracts.retention import SilenceDone, SilenceNoticed
from contracts.words import Silent
from services.chassis.service import Service, SubjectKind
from services.retention.domain.silence import KIND, SilenceSeen, silences, subject_of
from tests.kit.builders import MUNICIPALITY, an_id, noon
from tests.kit.story import RULES, Story, revision

FIVE = RULES + "[retention]\nsilence_hr_events_working_days = 5\nsilence_exit_offers_working_days = 2\n"
MONDAY = date(2026, 3, 2)
SERVICE = Service("retention", (SubjectKind(KIND, silences, records=(SilenceSeen,)),), says=(SilenceNoticed, SilenceDone))


def day(number: int) -> date:
    """A day of March 2026; the second is a Monday."""
    return date(2026, 3, number)


def seen(heard: date | None, waiting: date | None, what: Silent = Silent.HR_EVENTS) -> SilenceSeen:
    return SilenceSeen(municipality=MUNICIPALITY, what=what, heard_on=heard, waiting_since=waiting, unit_id=an_id("root"))


def note(story: Story, *notes: SilenceSeen) -> None:
    for one in notes:
        story._step(subject_of(MUNICIPALITY), [revision(one, story.now, fact=uuid4())])


def quiet_since_monday(rules: str = FIVE) -> Story:
    story = Story(SERVICE, MONDAY, rules)
    note(story, seen(MONDAY, MONDAY))
    return story


def test_nothing_is_said_within_the_working_days() -> None:
    story = quiet_since_monday()
    story.reaches(day(9))

    assert story.said(SilenceNoticed) == []
    assert story.spoken == []


def test_after_five_working_days_without_a_word_hr_is_asked_to_look() -> None:
    story = quiet_since_monday()
    story.reaches(day(10))

    (alarm,) = story.said(SilenceNoticed)
    assert (alarm.what, alarm.waiting_since) == (Silent.HR_EVENTS, MONDAY)
    call = alarm.call
    assert (call.kind, call.role, call.unit_id, call.about_person) == ("silence-hr-events", HolderRole.HR, an_id("root"), None)
    assert (call.opens, call.due, call.closes, call.state) == (day(10), day(11), day(17), CallState.OPEN)


def test_it_ends_on_the_day_on_which_it_is_heard_again_and_the_next_silence_is_another_fact() -> None:
    story = quiet_since_monday()
    story.reaches(day(10))
    story.reaches(day(12))
    note(story, seen(day(12), day(12)))

    assert story.said(SilenceNoticed) == []
    (done,) = story.said(SilenceDone)
    assert (done.call.state, done.call.state_on) == (CallState.DONE, day(12))
    story.reaches(day(20))
    assert [alarm.waiting_since for alarm in story.said(SilenceNoticed)] == [day(12)]
    assert len(story.said(SilenceDone)) == 1
    assert len({said.fact for _, said in story.spoken}) == 2


def test_what_was_heard_in_time_but_seen_late_takes_the_alarm_back() -> None:
    story = quiet_since_monday()
    story.reaches(day(10))
    note(story, seen(day(6), day(6)))

    assert story.said(SilenceNoticed) == []
    assert len(story.withdrew(SilenceNoticed)) == 1
    assert story.said(SilenceDone) == []


def test_nobody_leaves_nobody_is_missed() -> None:
    story = Story(SERVICE, MONDAY, FIVE)
    note(story, seen(MONDAY, None, Silent.EXIT_OFFERS))
    story.reaches(day(31))
    assert story.spoken == []

    note(story, seen(MONDAY, day(20), Silent.EXIT_OFFERS))
    (alarm,) = story.said(SilenceNoticed)
    assert (alarm.call.opens, alarm.call.link) == (day(25), "/retention")
    story.reaches(date(2026, 4, 1))
    note(story, seen(MONDAY, None, Silent.EXIT_OFFERS))
    assert len(story.withdrew(SilenceNoticed)) == 1, "who waited does not leave after all"


def test_an_offer_ends_a_silence_that_never_had_one() -> None:
    story = Story(SERVICE, MONDAY, FIVE)
    note(story, seen(None, MONDAY, Silent.EXIT_OFFERS))
    story.reaches(day(6))
    assert len(story.said(SilenceNoticed)) == 1
    story.reaches(day(9))
    note(story, seen(day(9), None, Silent.EXIT_OFFERS))
    assert [done.call.state_on for done in story.said(SilenceDone)] == [day(9)]


def test_without_a_rule_silence_is_silence() -> None:
    story = quiet_since_monday(RULES)
    story.reaches(date(2027, 3, 2))

    assert story.spoken == []


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_order_in_which_notes_are_read_does_not_matter(order: Sequence[int]) -> None:
    notes = [
        revision(seen(MONDAY, MONDAY), noon(MONDAY), fact=an_id("1")),
        revision(seen(day(12), day(12)), noon(day(12)), fact=an_id("2")),
        revision(seen(day(13), day(13)), noon(day(13)), fact=an_id("3")),
        revision(seen(None, day(4), Silent.EXIT_OFFERS), noon(day(5)), fact=an_id("4")),
    ]

    def standing(at: Iterable[int]) -> set[str]:
        story = Story(SERVICE, day(16), FIVE)
        for number in at:
            story._step(subject_of(MUNICIPALITY), [notes[number]])
        return {event.model_dump_json() for event in (*story.said(SilenceNoticed), *story.said(SilenceDone))}

    assert standing(order) == standing(range(4))
    assert len(standing(order)) == 2

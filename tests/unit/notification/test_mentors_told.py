"""A mentor who was told is told what changes: another first day, another mentor, a newcomer who does not come."""

from datetime import date, datetime, timedelta

import pytest

from services.notification.domain.mailing import MailWanted
from services.notification.domain.mentor import KIND, Mentored
from tests.kit.builders import an_id, noon
from tests.kit.story import Story
from tests.unit.notification.duties import MONDAY, NAMED, days, mentor_named, town

APRIL, LATER = date(2026, 4, 1), date(2026, 4, 15)
NIGHT = noon(MONDAY) - timedelta(hours=8)
"""Mails of now go out in the morning."""
NEXT_DAY = noon(days(1))


def names(story: Story, mentor: str | None, number: int, at: datetime, *, first: date = APRIL, stands: bool = True, **more: object) -> None:
    """Onboarding says who is the mentor of one newcomer; nobody named: a team is."""
    story.now = at
    fields = {"named_from": first, "until": date(2027, 3, 31), **more}
    story.hears(mentor_named(mentor, **fields), fact=NAMED, number=number, stands=stands)  # type: ignore[arg-type]  # its own fields


def told(story: Story) -> list[tuple[str, str]]:
    """Who is written to about what, in order."""
    people = {an_id(who): who for who in ("mentor", "another")}
    (state,) = (state for subject, state in story.states.items() if subject.kind == KIND)
    mails = sorted(state.history.standing(MailWanted), key=lambda mail: (mail.known_at, mail.body.occasion))
    return [(people[mail.body.recipient], mail.body.occasion.value) for mail in mails]


def named() -> Story:
    """A mentor who has had the mail."""
    story = town()
    names(story, "mentor", 1, noon(MONDAY))
    assert told(story) == [("mentor", "mentor")]
    return story


def test_another_first_day_is_one_more_mail_and_the_old_one_again_another() -> None:
    story = named()

    names(story, "mentor", 2, NEXT_DAY, first=LATER)
    names(story, "mentor", 3, NEXT_DAY + timedelta(hours=1), first=LATER, until=date(2027, 4, 14))
    assert told(story) == [("mentor", "mentor"), ("mentor", "mentor-moved")]

    names(story, "mentor", 4, NEXT_DAY + timedelta(hours=2))
    assert told(story) == [("mentor", "mentor"), *[("mentor", "mentor-moved")] * 2]


@pytest.mark.parametrize(("first", "is_told"), [(date(2026, 3, 20), True), (date(2026, 4, 9), True), (APRIL, False)])
def test_a_day_that_moves_into_the_past_is_told_while_the_other_one_is_ahead(first: date, is_told: bool) -> None:
    story = named()

    names(story, "mentor", 2, noon(date(2026, 3, 30) if first < APRIL else date(2026, 4, 5)), first=first)

    assert (("mentor", "mentor-moved") in told(story)) is is_told


def test_what_was_over_for_both_days_is_nobodys_business() -> None:
    story = named()

    names(story, "mentor", 2, noon(date(2026, 5, 4)), first=LATER)

    assert told(story) == [("mentor", "mentor")]


@pytest.mark.parametrize("instead", ["another", None])
def test_who_was_told_hears_that_somebody_else_is_it(instead: str | None) -> None:
    story = named()

    names(story, instead, 2, NEXT_DAY)

    assert told(story) == [("mentor", "mentor"), *([("another", "mentor")] if instead else []), ("mentor", "mentor-gone")]
    (row,) = (row for row in story.rows() if isinstance(row, Mentored))
    assert (row.was.mentor, row.was.newcomer, row.was.named_from) == (an_id("mentor"), an_id("person"), APRIL)


def test_who_was_told_hears_that_the_newcomer_does_not_come_once() -> None:
    story = named()

    names(story, "mentor", 2, NEXT_DAY, stands=False)
    names(story, "mentor", 3, NEXT_DAY + timedelta(hours=1), stands=False)

    assert told(story) == [("mentor", "mentor"), ("mentor", "mentor-gone")]


def test_who_is_named_again_is_told_again() -> None:
    story = named()
    names(story, "another", 2, NEXT_DAY)

    names(story, "mentor", 3, NEXT_DAY + timedelta(days=1))

    assert told(story)[-2:] == [("mentor", "mentor"), ("another", "mentor-gone")]
    assert [row.was.mentor for row in story.rows() if isinstance(row, Mentored)] == [an_id("another")]


def test_what_changes_before_the_mail_goes_out_the_mail_itself_says() -> None:
    story = town()
    names(story, "mentor", 1, NIGHT)

    names(story, "mentor", 2, NIGHT + timedelta(hours=1), first=LATER)
    story.now = NEXT_DAY
    names(story, "mentor", 3, NEXT_DAY, first=LATER, until=date(2027, 4, 14))

    assert told(story) == [("mentor", "mentor")]


@pytest.mark.parametrize("instead", ["another", None])
def test_who_was_never_told_hears_nothing(instead: str | None) -> None:
    story = town()
    names(story, "mentor", 1, NIGHT)

    names(story, instead, 2, NIGHT + timedelta(hours=1), stands=instead is not None)
    names(story, instead, 3, NEXT_DAY, stands=False)

    assert ("mentor", "mentor-gone") not in told(story)


def test_a_mentorship_that_was_over_is_not_taken_back() -> None:
    story = town()
    names(story, "mentor", 1, noon(MONDAY), until=days(3))

    names(story, "another", 2, noon(days(4)), until=date(2027, 3, 31))

    assert told(story) == [("mentor", "mentor"), ("another", "mentor")]


def test_all_at_one_moment_settles() -> None:
    story = named()

    names(story, None, 2, noon(MONDAY))
    names(story, "mentor", 3, noon(MONDAY))
    names(story, "mentor", 4, noon(MONDAY), first=LATER)
    names(story, "mentor", 5, noon(MONDAY), stands=False)

    assert sorted(told(story)) == [*[("mentor", "mentor")] * 2, *[("mentor", "mentor-gone")] * 2, ("mentor", "mentor-moved")]

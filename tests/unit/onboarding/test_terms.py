"""The end of a fixed term: who is warned of which end, when another one is told."""

from datetime import date
from uuid import UUID

import pytest

from contracts.base import CallState, HolderRole
from contracts.hr.employment import ChangedFact
from contracts.onboarding import IntroMilestone
from contracts.words import Occasion
from services.onboarding.domain.asks import do_step
from services.onboarding.domain.rows import NOT_OWED, StepRow
from tests.kit.builders import changed, hired
from tests.kit.story import RULES, Story
from tests.unit.onboarding.scene import MONDAY
from tests.unit.onboarding.whole import ask, begun

END, LATER = date(2026, 8, 31), date(2027, 8, 31)
TERM_END = ChangedFact.FIXED_TERM_END


def warnings(story: Story) -> list[tuple[str, date]]:
    """State and preferred day of each warning that the term ends, the first first."""
    found = [row for row in story.rows() if isinstance(row, StepRow) and row.occasion == Occasion.TERM_ENDING]
    return sorted(((row.state, row.due) for row in found), key=lambda told: told[1])


def called(story: Story) -> list[tuple[CallState, date]]:
    """As it is said to others."""
    return [(said.call.state, said.call.due) for said in story.said(IntroMilestone) if said.occasion is Occasion.TERM_ENDING]


def the_open(story: Story) -> StepRow:
    (found,) = [row for row in story.rows() if isinstance(row, StepRow) and (row.name, row.state) == ("fixed-term-end", "open")]
    return found


def prolonged(story: Story, on: date, until: date | None = LATER, fact: UUID | None = None) -> None:
    story.reaches(on)
    story.hears(changed(date(2026, 9, 1), TERM_END, until.isoformat() if until else None), fact=fact)


@pytest.mark.parametrize("on", [date(2026, 4, 1), date(2026, 7, 10)])
def test_a_prolonged_term_is_warned_of_by_its_new_end_alone(on: date) -> None:
    story = begun(fixed_term_until=END)

    prolonged(story, on)

    assert called(story) == [(CallState.PLANNED, date(2027, 8, 3))]
    assert warnings(story)[0] == (NOT_OWED, date(2026, 8, 3))


@pytest.mark.parametrize("fact", [UUID(int=1), UUID(int=2**128 - 1)])
def test_a_warning_that_was_taken_stays_and_the_new_end_has_one_of_its_own(fact: UUID) -> None:
    """Whichever of the two facts comes first in the order of their ids."""
    story = begun(fixed_term_until=END)
    story.reaches(date(2026, 7, 10))
    ask(story, do_step(the_open(story).fact, date(2026, 7, 10), HolderRole.NEAREST_LEADER))

    prolonged(story, date(2026, 7, 20), fact=fact)

    assert warnings(story) == [("done", date(2026, 8, 3)), ("planned", date(2027, 8, 3))]
    story.reaches(date(2027, 7, 8))
    assert the_open(story).due == date(2027, 8, 3)


def test_a_warning_that_was_missed_stays_missed() -> None:
    story = begun(fixed_term_until=END)
    story.reaches(date(2026, 8, 25))

    prolonged(story, date(2026, 8, 26))

    assert warnings(story) == [("missed", date(2026, 8, 3)), ("planned", date(2027, 8, 3))]


def test_who_is_made_permanent_is_warned_of_no_longer() -> None:
    story = begun(fixed_term_until=END)

    prolonged(story, date(2026, 7, 10), None)

    assert called(story) == []


def test_who_was_permanent_and_gets_an_end_is_warned_of() -> None:
    """Though the hire itself was over and done with before we were live."""
    story = begun(date(2015, 3, 2), RULES.replace("2020", "2026"))
    story.reaches(date(2026, 3, 2))

    story.hears(changed(date(2026, 4, 1), TERM_END, "2027-08-31"))

    assert called(story) == [(CallState.PLANNED, date(2027, 8, 3))]


def test_a_change_that_is_taken_back_gives_the_end_of_the_hire_back() -> None:
    story = begun(fixed_term_until=END)
    told = changed(date(2026, 9, 1), TERM_END, "2027-08-31")
    fact = story.hears(told)

    story.hears(told, fact=fact, number=2, stands=False)

    assert called(story) == [(CallState.PLANNED, date(2026, 8, 3))]


@pytest.mark.parametrize("told", ["permanent", "2026-08-31"])
def test_a_word_that_is_no_day_and_the_same_day_again_change_nothing(told: str) -> None:
    story = begun(fixed_term_until=END)

    story.hears(changed(date(2026, 9, 1), TERM_END, told))

    assert warnings(story) == [("planned", date(2026, 8, 3))]


def test_a_change_belongs_to_the_hire_before_it() -> None:
    story = begun(fixed_term_until=END)

    story.hears(hired(MONDAY, employment="night job", fixed_term_until=date(2026, 12, 31)))
    story.hears(changed(date(2026, 9, 1), TERM_END, "2027-08-31", employment="night job"))

    assert sorted(called(story)) == [(CallState.PLANNED, date(2026, 8, 3)), (CallState.PLANNED, date(2027, 8, 3))]

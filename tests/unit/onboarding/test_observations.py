"""What newcomers wonder about and learn: a duty of the unit, and texts beside the history."""

from datetime import date

import pytest

from contracts.onboarding import (
    IntroMilestone,
    ObservationDone,
    ObservationDue,
    ObservationMissed,
)
from contracts.onboarding.observation import ObservationOutcome
from contracts.words import MilestoneKind, ReasonClass, TalkTheme
from services.chassis.failures import NotFound, Refused
from services.onboarding.domain.asks import (
    answer_observation,
    hold_talk,
    note_learning,
    raise_observation,
)
from services.onboarding.domain.rows import LearningRow
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, noon
from tests.unit.onboarding.scene import day
from tests.unit.onboarding.whole import LEADER, ask, begun, plan, row


def test_what_was_wondered_about_in_a_talk_is_a_duty_of_the_unit_that_names_nobody() -> None:
    story = begun()
    story.reaches(day(12))

    ask(story, hold_talk(row(story, "talk-2-weeks").fact, day(12), LEADER, (), (TalkTheme.TASKS, TalkTheme.RULES, TalkTheme.TASKS)))

    found = story.said(ObservationDue)
    assert {said.theme for said in found} == {TalkTheme.TASKS, TalkTheme.RULES}
    assert {(said.raised_in, said.call.about_person, said.record_key()) for said in found} == {
        (MilestoneKind.TALK_2_WEEKS, None, str(an_id("unit")))
    }


def test_it_is_answered_once_or_missed() -> None:
    story = begun()
    story.reaches(day(12))
    ask(story, raise_observation(plan(story).plan_id, TalkTheme.TECHNOLOGY, MilestoneKind.FIRST_WEEK, day(12), LEADER))
    fact = story.said(ObservationDue)[0].observation_id
    used = ObservationOutcome.USED
    with pytest.raises(Refused, match="observation-before-raised"):
        ask(story, answer_observation(fact, used, day(11), LEADER))
    with pytest.raises(Refused, match="day-in-future"):
        ask(story, answer_observation(fact, used, day(13), LEADER))
    with pytest.raises(NotFound, match="observation-unknown"):
        ask(story, answer_observation(an_id("another"), used, day(12), LEADER))
    story.reaches(day(90))
    assert len(story.said(ObservationMissed)) == 1

    ask(story, answer_observation(fact, used, day(90), LEADER))

    assert [said.outcome for said in story.said(ObservationDone)] == [used]
    with pytest.raises(Refused, match="observation-already-answered"):
        ask(story, answer_observation(fact, used, day(90), LEADER))


def test_it_stays_with_the_unit_when_the_newcomer_leaves_but_a_death_ends_it() -> None:
    story = begun()
    story.reaches(day(12))
    ask(story, raise_observation(plan(story).plan_id, TalkTheme.TASKS, MilestoneKind.FIRST_WEEK, day(12), LEADER))

    end = story.hears(end_registered(day(20)))
    assert len(story.said(ObservationDue)) == 1
    story.hears(end_registered(day(20), reason_class=ReasonClass.DEATH_OR_EMIGRATION), fact=end, number=2)

    assert story.said(ObservationDue) == []


def test_learning_points_are_kept_beside_the_history_until_they_are_too_old() -> None:
    story = begun()
    story.reaches(day(12))

    ask(story, note_learning(row(story, "first-week").fact, day(12), LEADER))

    (kept,) = [r for r in story.rows() if isinstance(r, LearningRow)]
    assert kept.until == date(2028, 3, 13)
    story.hears(end_registered(date(2026, 8, 31)))
    (kept,) = [r for r in story.rows() if isinstance(r, LearningRow)]
    assert kept.until == date(2027, 8, 31)
    story.reaches(noon(date(2027, 9, 1)))
    assert [r for r in story.rows() if isinstance(r, LearningRow)] == []


def test_everything_said_belongs_to_the_municipality() -> None:
    assert {said.municipality for said in begun().said(IntroMilestone)} == {MUNICIPALITY}

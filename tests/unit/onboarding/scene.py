"""A newcomer in an ordinary spring: the first day is Monday 2 March 2026."""

from datetime import date, timedelta

from contracts.base import HolderRole
from contracts.onboarding import IntroMilestone
from contracts.words import MilestoneKind
from services.onboarding.app import SERVICE
from services.onboarding.domain.asks import hold_talk
from services.onboarding.domain.rows import StepRow
from tests.kit import story as kit
from tests.kit.builders import an_id, hired
from tests.kit.story import RULES, Story

TALKS_ALONE = RULES + kit.TALKS_ALONE
"""A municipality that asks for the three talks after a hire, and for nothing else."""
MONDAY = date(2026, 3, 2)
TWO_WEEKS, THREE_MONTHS = MilestoneKind.TALK_2_WEEKS, MilestoneKind.TALK_3_MONTHS


def day(number: int, first: date = MONDAY) -> date:
    """The day of a job; day one is the first day at work."""
    return first + timedelta(days=number - 1)


def begun(first: date = MONDAY, rules: str = TALKS_ALONE, weeks_before: int = 3) -> Story:
    """Somebody whose hire became known some weeks before the first day."""
    story = Story(SERVICE, first - timedelta(weeks=weeks_before), rules)
    story.hears(hired(first))
    return story


def talk(story: Story, kind: MilestoneKind = TWO_WEEKS) -> IntroMilestone:
    """What is said of the talk of a kind."""
    (found,) = [said for said in story.said(IntroMilestone) if said.milestone_kind is kind]
    return found


def kinds(story: Story) -> set[MilestoneKind]:
    """The talks of which something is said."""
    return {said.milestone_kind for said in story.said(IntroMilestone)}


def steps(story: Story) -> list[StepRow]:
    """The rows of all steps."""
    return [row for row in story.rows() if isinstance(row, StepRow)]


def held(story: Story, on: date, kind: MilestoneKind = TWO_WEEKS) -> None:
    """The leader records that a talk was held on a day."""
    story.asks("person", an_id("person"), hold_talk(talk(story, kind).milestone_id, on, HolderRole.NEAREST_LEADER))


def corrected(story: Story, first: date) -> None:
    """The source moves the first day."""
    hire = next(iter(story.states.values())).history.latest(type(hired(MONDAY)))[0]
    story.hears(hired(first), fact=hire.fact, number=2)

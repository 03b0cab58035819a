"""A municipality that asks for everything the rule book knows."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from contracts.base import CallState, Event, HolderRole
from contracts.onboarding import IntroMilestone
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.onboarding.app import SERVICE
from services.onboarding.domain.rows import PlanRow, StepRow
from tests.kit.builders import an_id, hired
from tests.kit.story import RULES, Story
from tests.unit.onboarding.scene import MONDAY

LEADER = HolderRole.NEAREST_LEADER


def begun(first: date = MONDAY, rules: str = RULES, weeks_before: int = 3, **more: object) -> Story:
    """Somebody whose hire became known some weeks before the first day."""
    story = Story(SERVICE, first - timedelta(weeks=weeks_before), rules)
    story.hears(hired(first, **more))  # type: ignore[arg-type]  # fields of the event
    return story


def row(story: Story, name: str, occasion: str = "hire") -> StepRow:
    """The row of one step."""
    (found,) = [r for r in story.rows() if isinstance(r, StepRow) and (r.name, r.occasion) == (name, occasion)]
    return found


def names(story: Story, occasion: str = "hire") -> list[str]:
    """The steps that are owed on an occasion."""
    return [r.name for r in story.rows() if isinstance(r, StepRow) and r.occasion == occasion and r.state != "not-owed"]


def plan(story: Story, occasion: str = "hire") -> PlanRow:
    """The row of the plan of one occasion."""
    (found,) = [r for r in story.rows() if isinstance(r, PlanRow) and r.occasion == occasion]
    return found


def milestone(story: Story, fact: UUID) -> IntroMilestone:
    """What is said of one step."""
    (found,) = [said for said in story.said(IntroMilestone) if said.milestone_id == fact]
    return found


def state(story: Story, name: str, occasion: str = "hire") -> CallState:
    """The state of one step."""
    return CallState(row(story, name, occasion).state)


def ask(story: Story, decide: Callable[[History, Reference, datetime], Event]) -> None:
    """The leader records something about the person."""
    story.asks("person", an_id("person"), decide)

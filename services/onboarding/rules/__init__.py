"""A municipality's rules for introductions: the table `[onboarding]` of its file. Defaults: danish-hr, section 4."""

from collections.abc import Mapping
from functools import cached_property
from itertools import chain
from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from contracts.base import Code
from contracts.words import Occasion
from services.chassis.rules import Section
from services.onboarding.rules.defaults import STEPS
from services.onboarding.rules.merging import whole
from services.onboarding.rules.newcomer import LinkRules, Question, Rhythm, SurveyRule, SurveyRules
from services.onboarding.rules.points import Anchors, Point, day_at
from services.onboarding.rules.template import How, Mentors, Ramp, StepRule, Template, Text, Title, Where

Days = Annotated[int, Field(ge=0, le=2_000)]
Months = Annotated[int, Field(ge=0, le=120)]


class OnboardingRules(Section):
    """Which introductions are owed to whom.

    A file writes only what differs: `[onboarding.templates.first-year.steps.talk-2-weeks] on = false`.
    """

    table: ClassVar[str] = "onboarding"

    templates: dict[Code, Template] = Field(default_factory=dict, validate_default=True)
    rehire_months: Months = 3
    """Who comes back within so many months needs no full programme again: in another unit that of a move. 0: everybody is a newcomer."""
    leave_days: Days = 28
    """A leave of at least so many days calls for a reintroduction; a holiday does not (danish-hr 4)."""
    mentor_months: Months = 12
    leader_mentor_months: Months = 6
    """S2, R1: a new leader's first six months."""
    one_mentor_may_be_both: bool = False
    observation_working_days: Days = 20
    """How long a leader has to say what comes of what a newcomer wondered about; no seed names a number."""
    learning_points_months: Months = 24
    learning_points_months_after_leaving: Months = 12
    """Notes of talks: one year after leaving (danish-hr 6.6)."""
    link: LinkRules = LinkRules()
    surveys: SurveyRules = Field(default_factory=SurveyRules)

    @field_validator("templates", mode="before")
    @classmethod
    def _whole(cls, given: object) -> object:
        return whole(given) if isinstance(given, Mapping) else given

    @cached_property
    def book(self) -> Mapping[str, StepRule]:
        """Every step that any template has, by name."""
        return {name: rule for template in self.templates.values() for name, rule in reversed(template.steps.items())}

    def addable(self, occasion: Occasion, template: str) -> Mapping[str, StepRule]:
        """What may be added to a plan, by name: steps of its own template first, of others of its occasion, the municipality's own.

        Nothing else: a new leader's mentor or the plan of a return would be asked of somebody whom nobody can give one.
        """
        templates = dict(self.by_occasion.get(occasion, ()))
        in_order = (templates[name].steps.items() for name in sorted(templates, key=lambda name: name != template))
        local = ((name, rule) for name, rule in self.book.items() if rule.is_local)
        found: dict[str, StepRule] = {}
        for name, rule in (*chain.from_iterable(in_order), *local):
            found.setdefault(name, rule)
        return found

    @cached_property
    def by_occasion(self) -> Mapping[Occasion, tuple[tuple[str, Template], ...]]:
        """The templates of each occasion, by name."""
        found: dict[Occasion, tuple[tuple[str, Template], ...]] = {}
        for name, template in sorted(self.templates.items()):
            found[template.occasion] = (*found.get(template.occasion, ()), (name, template))
        return found

    @cached_property
    def reach_days(self) -> int:
        """At the most so many days after its first day an introduction has a step that closes."""
        return max((template.reach_days for template in self.templates.values()), default=0)

    @cached_property
    def has_units(self) -> bool:
        """Whether any template is for some units only."""
        return any(template.units for template in self.templates.values())


__all__ = [
    "STEPS",
    "Anchors",
    "How",
    "LinkRules",
    "Mentors",
    "OnboardingRules",
    "Point",
    "Question",
    "Ramp",
    "Rhythm",
    "StepRule",
    "SurveyRule",
    "SurveyRules",
    "Template",
    "Text",
    "Title",
    "Where",
    "day_at",
]

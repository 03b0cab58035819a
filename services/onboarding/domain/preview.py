"""What would happen for somebody on a day: the steps that a hire, a move or a return would give, before anything is known of it. Pure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.words import EmploymentForm, OccupationGroup
from services.chassis.calendar import midnight
from services.chassis.reference import Reference
from services.onboarding.domain.course import Glance, chosen, course
from services.onboarding.domain.introduction import Introduction, Trigger
from services.onboarding.domain.job import Job
from services.onboarding.domain.window import Window
from services.onboarding.rules import OnboardingRules, StepRule

NOBODY = UUID(int=0)
ENDING = (Trigger.TERM, Trigger.TRIAL)
"""Occasions of an end: without its day there is nothing to tell."""


@dataclass(frozen=True, slots=True)
class Given:
    """A person as somebody describes one: where, as what, from when, known since when, and until when where it is limited.

    `end` of a term or trial that is about to end is no last day yet: what comes after it is to be decided.
    """

    unit: UUID
    start: date
    trigger: Trigger = Trigger.HIRED
    form: EmploymentForm = EmploymentForm.MONTHLY
    profession: OccupationGroup = OccupationGroup.OTHER
    known: date | None = None
    end: date | None = None
    releasing: UUID | None = None


@dataclass(frozen=True, slots=True)
class PreviewStep:
    """A step with its window; `is_past`: the date of this step has passed."""

    name: str
    rule: StepRule
    window: Window
    is_past: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """The template somebody would have, by name (none: nothing is owed), and its steps in its order."""

    template: str
    steps: tuple[PreviewStep, ...]


def preview(rules: OnboardingRules, reference: Reference, given: Given, on: date) -> Preview:
    """The introduction that this person would get, as the rules and calendars are now, seen on the day `on`.

    Where nobody says when it became known, it is known on that day. Windows are read as those of somebody who is told of then:
    what can be done since it is known stays open for who is known late.
    """
    found = _introduction(given, reference.municipality, on)
    name, template = chosen(found, reference, rules)
    known = [Glance(midnight(found.known), found, reference, name, template)]
    steps: list[PreviewStep] = []
    for step, rule in template.steps.items() if template is not None else ():
        seen = course(known, step, midnight(on), {})
        if seen is not None and seen.owed:
            steps.append(PreviewStep(step, rule, seen.window, seen.never_started or seen.window.closes < on))
    return Preview(name if template is not None else "", tuple(steps))


def _introduction(given: Given, municipality: str, on: date) -> Introduction:
    job = Job(
        fact=NOBODY,
        municipality=municipality,
        person_key=NOBODY,
        employment_id=NOBODY,
        form=given.form,
        profession=given.profession,
        begun=given.start,
        first_day=given.start,
        units=((given.start, given.unit),),
        last_day=None if given.trigger in ENDING else given.end,
    )
    return Introduction(given.trigger, NOBODY, job, given.start, given.known or on, given.end, given.releasing)

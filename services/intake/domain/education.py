"""What rows show of an education: days in a row as pupil or student, once an end by `education-end` tells when it is to end."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from contracts.hr.learning import LadderStep, LearningOutcome
from contracts.words import EmploymentForm, OccupationGroup
from services.intake.domain.spell import Spell, Terms

TAUGHT = frozenset({EmploymentForm.PUPIL, EmploymentForm.STUDENT})
_PROFESSIONS = (
    *(OccupationGroup.NURSE, OccupationGroup.PEDAGOGUE, OccupationGroup.SOCIAL_WORKER, OccupationGroup.HEALTH_VISITOR),
    *(OccupationGroup.TEACHER, OccupationGroup.ACADEMIC_SPECIALIST),
)
STEPS: Mapping[OccupationGroup, LadderStep] = {
    OccupationGroup.SOSU_HELPER: LadderStep.HELPER,
    OccupationGroup.SOSU_ASSISTANT: LadderStep.ASSISTANT,
    OccupationGroup.PEDAGOGIC_ASSISTANT: LadderStep.ASSISTANT,
    **dict.fromkeys(_PROFESSIONS, LadderStep.PROFESSIONAL),
    OccupationGroup.UNKNOWN: LadderStep.UNKNOWN,
}
"""The step that an education leads to, by the group of the post it is given in (S0); any other group: `other`."""


class Education(NamedTuple):
    """An education within an employment. `last`: its last day, none as long as it goes on; `terms`: those of its first day."""

    first: date
    last: date | None
    planned_end: date
    terms: Terms
    outcome: LearningOutcome

    @property
    def step(self) -> LadderStep:
        """Where on the ladder it leads."""
        return STEPS.get(self.terms.occupation_group, LadderStep.OTHER)


def education_of(spell: Spell) -> Education | None:
    """The education that the rows of a spell show, none where nobody told when it is to end: no day is guessed."""
    if spell.taught_until is None:
        return None  # as of nearly everybody
    begun: tuple[date, Terms] | None = None
    last: date | None = None
    for day, terms in [(spell.first_day, spell.initial), *spell.later]:
        if terms.employment_form not in TAUGHT:
            last = last or (day - timedelta(days=1) if begun else None)
        elif (begun is None or last is not None) and day <= spell.taught_until:
            begun, last = (day, terms), None
    if begun is None:
        return None
    ended = spell.end.last_day if spell.end else None
    is_left = last is None and ended is not None and ended < spell.taught_until
    outcome = LearningOutcome.LEFT if is_left else LearningOutcome.UNKNOWN  # who passed is told by no payroll system
    return Education(begun[0], last or ended, spell.taught_until, begun[1], outcome)

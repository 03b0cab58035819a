"""Every SQL statement of onboarding: rows are saved in bulk, and read as a viewer may see them."""

from services.onboarding.store.asked import step_of_roles, steps_of_mentor, steps_of_roles, steps_waiting
from services.onboarding.store.gaps import Gaps, gaps
from services.onboarding.store.learning import MOST_LETTERS, LearningPoint, keep_words, learning_points
from services.onboarding.store.people import jobs_of, mentors_of_units, persons_named
from services.onboarding.store.reading import (
    mentor_load,
    mentors_of_plans,
    observation,
    observations_of_units,
    plan,
    plans_of_person,
    plans_of_units,
    step,
    steps_of_plans,
)
from services.onboarding.store.saving import save_rows

__all__ = [
    "MOST_LETTERS",
    "Gaps",
    "LearningPoint",
    "gaps",
    "jobs_of",
    "keep_words",
    "learning_points",
    "mentor_load",
    "mentors_of_plans",
    "mentors_of_units",
    "observation",
    "observations_of_units",
    "persons_named",
    "plan",
    "plans_of_person",
    "plans_of_units",
    "save_rows",
    "step",
    "step_of_roles",
    "steps_of_mentor",
    "steps_of_plans",
    "steps_of_roles",
    "steps_waiting",
]

"""Every SQL statement of onboarding: rows are saved in bulk, and read as a viewer may see them."""

from services.onboarding.store.gaps import Gaps, gaps
from services.onboarding.store.learning import MOST_LETTERS, LearningPoint, keep_words, learning_points
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
    talk,
    talks_of_units,
)
from services.onboarding.store.saving import save_rows

__all__ = [
    "MOST_LETTERS",
    "Gaps",
    "LearningPoint",
    "gaps",
    "keep_words",
    "learning_points",
    "mentor_load",
    "mentors_of_plans",
    "observation",
    "observations_of_units",
    "plan",
    "plans_of_person",
    "plans_of_units",
    "save_rows",
    "step",
    "steps_of_plans",
    "talk",
    "talks_of_units",
]

"""What a leader may record about an introduction; each rule that says no has a message of its own."""

from services.onboarding.domain.asks.mentors import Mentor, name_mentor
from services.onboarding.domain.asks.observations import answer_observation, raise_observation
from services.onboarding.domain.asks.plans import add_step, approve_plan
from services.onboarding.domain.asks.steps import do_step, move_step, note_learning, remove_step
from services.onboarding.domain.asks.talks import decline_talk, hold_talk

__all__ = [
    "Mentor",
    "add_step",
    "answer_observation",
    "approve_plan",
    "decline_talk",
    "do_step",
    "hold_talk",
    "move_step",
    "name_mentor",
    "note_learning",
    "raise_observation",
    "remove_step",
]

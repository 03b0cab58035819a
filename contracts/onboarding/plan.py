"""The plan of an introduction: made, approved, closed."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import AboutEmployment, Code, Count
from contracts.words import Occasion, PlanEnd

TOPIC = "onboarding.v1"


class OnboardingEvent(AboutEmployment):
    """An event of onboarding about one employment."""

    topic: ClassVar[str] = TOPIC


class IntroPlanMade(OnboardingEvent):
    """A plan for the first year exists."""

    wire: ClassVar[str] = "onboarding.intro-plan-made.v1"

    plan_id: UUID
    occasion: Occasion
    template: Code
    steps: Annotated[int, Field(ge=0)]
    starts_on: date
    workload_steps: Annotated[int, Field(ge=0)] = 0


class IntroPlanApproved(OnboardingEvent):
    """The leader approved the plan; with `newcomer_took_part` the newcomer had a say in it."""

    wire: ClassVar[str] = "onboarding.intro-plan-approved.v1"

    plan_id: UUID
    occasion: Occasion
    approved_on: date
    before_start: bool
    newcomer_took_part: bool


class IntroPlanClosed(OnboardingEvent):
    """Nothing of the plan is open any longer; how many of its steps were done in time, late, or missed."""

    wire: ClassVar[str] = "onboarding.intro-plan-closed.v1"

    plan_id: UUID
    occasion: Occasion
    closed_on: date
    end_state: PlanEnd
    done: Count
    late: Count
    missed: Count

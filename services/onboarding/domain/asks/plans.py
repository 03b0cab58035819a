"""What a leader may do with a plan: approve it, and add a step that the municipality's rules know."""

from datetime import date, datetime
from uuid import UUID

from contracts.base import HolderRole
from services.chassis.failures import NotFound, Refused
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision
from services.onboarding.domain.asks import found as look
from services.onboarding.domain.asks.found import Ask
from services.onboarding.domain.records import PlanApproved, StepAdded
from services.onboarding.domain.said import approval
from services.onboarding.domain.step import plans
from services.onboarding.rules import OnboardingRules


def approve_plan(plan: UUID, approved_on: date, by_role: HolderRole, *, newcomer_took_part: bool) -> Ask[PlanApproved]:
    """The leader approves the plan; S0: the newcomer has a part in making it."""

    def decide(history: History, reference: Reference, now: datetime) -> PlanApproved:
        found = look.plan(plan, history, reference, now)
        if approval(found, history) is not None:
            raise Refused("onboarding-plan-already-approved")
        if not found.owed:
            raise Refused("onboarding-plan-not-owed")
        look.day_possible(approved_on, found.introduction, now)
        told = {"plan": plan, "approved_on": approved_on, "by_role": by_role, "newcomer_took_part": newcomer_took_part}
        return PlanApproved.model_validate({"municipality": reference.municipality, **told})

    return decide


def add_step(plan: UUID, name: str, by_role: HolderRole) -> Ask[StepAdded]:
    """A step by its name, for one person, that the rules have for plans of this occasion; not one whose window has closed."""

    def decide(history: History, reference: Reference, now: datetime) -> StepAdded:
        found = look.plan(plan, history, reference, now)
        if name not in reference.policy(OnboardingRules).addable(found.template.occasion, found.name):
            raise NotFound("onboarding-step-unknown")
        if any(step.name == name for step in found.owed):
            raise Refused("onboarding-step-already-in-plan")
        added = StepAdded(municipality=reference.municipality, plan=plan, name=name, by_role=by_role)
        tried = history.plus([Revision(plan, 0, 1, True, now, added, added.wire)])
        steps = (step for other in plans(tried, reference, now) if other.id == plan for step in other.steps)
        if not any(step.name == name and step.is_ahead for step in steps):
            raise Refused("onboarding-step-date-passed")
        return added

    return decide

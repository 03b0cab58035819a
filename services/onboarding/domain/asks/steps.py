"""What a leader may record about a step of any kind: done, moved to an agreed day, taken out, what was learnt."""

from datetime import date, datetime
from uuid import UUID

from contracts.base import CallState, HolderRole
from services.chassis.failures import Refused
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.onboarding.domain.asks import found as look
from services.onboarding.domain.asks.found import Ask
from services.onboarding.domain.records import LearningNoted, StepDone, StepMoved, StepRemoved
from services.onboarding.rules import How


def do_step(step: UUID, done_on: date, by_role: HolderRole) -> Ask[StepDone]:
    """A step of a checklist or a course is done; one that was missed may still be done. Others are closed by what they ask for."""

    def decide(history: History, reference: Reference, now: datetime) -> StepDone:
        plan, found = look.step(step, history, reference, now)
        if found.rule.how not in {How.CHECK, How.COURSE}:
            raise Refused("onboarding-step-closed-otherwise")
        if found.state is CallState.DONE:
            raise Refused("onboarding-step-already-done")
        if plan.awaited(found.name):
            raise Refused("onboarding-step-waits")
        look.day_possible(done_on, found.introduction, now)
        return StepDone(municipality=reference.municipality, step=step, done_on=done_on, by_role=by_role)

    return decide


def move_step(step: UUID, due: date, by_role: HolderRole) -> Ask[StepMoved]:
    """Another day was agreed on: a whole working day inside the window."""

    def decide(history: History, reference: Reference, now: datetime) -> StepMoved:
        _, found = look.step(step, history, reference, now)
        if not found.is_ahead:
            raise Refused("onboarding-step-not-ahead")
        if due < reference.today:
            raise Refused("onboarding-move-to-past")
        if not found.window.opens <= due <= found.window.closes:
            raise Refused("onboarding-move-outside-window")
        calendar = reference.calendar(found.unit(reference.today))
        if not calendar.is_working_day(due):
            raise Refused("onboarding-move-to-day-off")
        if not calendar.is_meeting_day(due):
            raise Refused("onboarding-move-to-half-day")
        return StepMoved(municipality=reference.municipality, step=step, due=due, by_role=by_role)

    return decide


def remove_step(step: UUID, by_role: HolderRole) -> Ask[StepRemoved]:
    """The step is taken out of one person's plan, unless its template requires it of everybody."""

    def decide(history: History, reference: Reference, now: datetime) -> StepRemoved:
        plan, found = look.step(step, history, reference, now)
        if plan.requires(found.name):
            raise Refused("onboarding-step-required")
        if not found.is_ahead:
            raise Refused("onboarding-step-not-ahead")
        return StepRemoved(municipality=reference.municipality, step=step, by_role=by_role)

    return decide


def note_learning(step: UUID, noted_on: date, by_role: HolderRole) -> Ask[LearningNoted]:
    """Learning points were written about a step. The text is no part of it: the page keeps it under the form's id once this is durable."""

    def decide(history: History, reference: Reference, now: datetime) -> LearningNoted:
        _, found = look.step(step, history, reference, now)
        look.day_possible(noted_on, found.introduction, now)
        return LearningNoted(municipality=reference.municipality, step=step, noted_on=noted_on, by_role=by_role)

    return decide

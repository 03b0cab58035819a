"""What newcomers wonder about is noted as a theme, and the leader says what comes of it (S0: it goes into practice)."""

from datetime import date, datetime
from uuid import UUID

from contracts.base import HolderRole
from contracts.onboarding.observation import ObservationOutcome
from contracts.words import MilestoneKind, TalkTheme
from services.chassis.calendar import day_of
from services.chassis.failures import NotFound, Refused
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.onboarding.domain.asks import found as look
from services.onboarding.domain.asks.found import Ask
from services.onboarding.domain.observations import wonders
from services.onboarding.domain.records import ObservationAnswered, ObservationRaised
from services.onboarding.domain.step import plans


def raise_observation(
    plan: UUID, theme: TalkTheme, raised_in: MilestoneKind, raised_on: date, by_role: HolderRole
) -> Ask[ObservationRaised]:
    """Something was wondered about outside a talk, in connection with a step of this kind."""

    def decide(history: History, reference: Reference, now: datetime) -> ObservationRaised:
        found = look.plan(plan, history, reference, now)
        look.day_possible(raised_on, found.introduction, now)
        told = {"plan": plan, "theme": theme, "raised_in": raised_in, "raised_on": raised_on, "by_role": by_role}
        return ObservationRaised.model_validate({"municipality": reference.municipality, **told})

    return decide


def answer_observation(observation: UUID, outcome: ObservationOutcome, answered_on: date, by_role: HolderRole) -> Ask[ObservationAnswered]:
    """It is used in practice, or not; also after the window to answer it has passed."""

    def decide(history: History, reference: Reference, now: datetime) -> ObservationAnswered:
        found = wonders(history, plans(history, reference, now), reference)
        wonder = next((each for each in found if each.fact == observation), None)
        if wonder is None:
            raise NotFound("onboarding-observation-unknown")
        if wonder.answer is not None:
            raise Refused("onboarding-observation-already-answered")
        if answered_on > day_of(now):
            raise Refused("onboarding-day-in-future")
        if answered_on < wonder.raised_on:
            raise Refused("onboarding-observation-before-raised")
        told = {"observation": observation, "outcome": outcome, "answered_on": answered_on, "by_role": by_role}
        return ObservationAnswered.model_validate({"municipality": reference.municipality, **told})

    return decide

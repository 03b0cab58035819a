"""Who is asked to stand by a newcomer: a colleague of a kind, or a team; naming another one replaces the first."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.base import HolderRole
from contracts.onboarding.mentor import MentorKind
from services.chassis.failures import Refused
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.onboarding.domain import mentors
from services.onboarding.domain.asks import found as look
from services.onboarding.domain.asks.found import Ask
from services.onboarding.domain.records import MentorChosen
from services.onboarding.domain.step import Plan
from services.onboarding.rules import How, Mentors, OnboardingRules

PAIR = {MentorKind.PROFESSIONAL: MentorKind.SOCIAL, MentorKind.SOCIAL: MentorKind.PROFESSIONAL}


@dataclass(frozen=True, slots=True)
class Mentor:
    """A colleague with the employment in which he is one, or the unit of a team."""

    person: UUID | None = None
    employment: UUID | None = None
    team: UUID | None = None


def name_mentor(plan: UUID, kind: MentorKind, mentor: Mentor, named_on: date, by_role: HolderRole) -> Ask[MentorChosen]:
    """Name or replace a mentor. A team is a unit, every other kind a person."""

    def decide(history: History, reference: Reference, now: datetime) -> MentorChosen:
        found = look.plan(plan, history, reference, now)
        _fits(kind, mentor, found)
        chosen = mentors.latest(mentors.chosen_for(history, plan))
        before = chosen.get(kind)
        if before is not None and (before.body.mentor_key, before.body.team_unit_id) == (mentor.person, mentor.team):
            raise Refused("onboarding-mentor-already-named")
        other = chosen.get(PAIR.get(kind, kind))
        may_be_both = reference.policy(OnboardingRules).one_mentor_may_be_both
        if kind in PAIR and other is not None and other.body.mentor_key == mentor.person and not may_be_both:
            raise Refused("onboarding-mentor-same-person")
        look.day_possible(named_on, found.introduction, now)
        return MentorChosen(
            municipality=reference.municipality,
            plan=plan,
            by_role=by_role,
            mentor_kind=kind,
            mentor_key=mentor.person,
            mentor_employment_id=mentor.employment,
            team_unit_id=mentor.team,
            named_on=named_on,
        )

    return decide


def _fits(kind: MentorKind, mentor: Mentor, plan: Plan) -> None:
    if mentor.person == plan.introduction.job.person_key:
        raise Refused("onboarding-mentor-is-newcomer")
    has = mentor.team if kind is MentorKind.TEAM else mentor.person
    if kind is MentorKind.UNKNOWN or has is None or (mentor.team is not None and mentor.person is not None):
        raise Refused("onboarding-mentor-missing")
    of_leader = any(step.rule.how is How.MENTORS and step.rule.mentors is Mentors.LEADER for step in plan.steps)
    if (kind is MentorKind.LEADER) is not of_leader:
        raise Refused("onboarding-mentor-wrong-kind")

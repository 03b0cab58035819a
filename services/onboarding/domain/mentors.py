"""Who stands by a newcomer: of each kind the last one chosen, and since when those who must be named are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.base import HolderRole
from contracts.onboarding.mentor import MentorKind
from services.chassis.calendar import add_months
from services.chassis.subject import History, Revision
from services.onboarding.domain.introduction import Introduction
from services.onboarding.domain.job import DAY
from services.onboarding.domain.records import MentorChosen
from services.onboarding.rules import Mentors, OnboardingRules

NEEDED = {
    Mentors.BOTH: ({MentorKind.PROFESSIONAL, MentorKind.SOCIAL}, {MentorKind.TEAM}),
    Mentors.ANY: ({MentorKind.PROFESSIONAL}, {MentorKind.SOCIAL}, {MentorKind.TEAM}),
    Mentors.LEADER: ({MentorKind.LEADER},),
}
"""Any of these sets is enough (S0: both, or a fixed team; S3: one; S2: a leader's)."""


@dataclass(frozen=True, slots=True)
class Completed:
    """Since when something is complete: the day, who made it so, and when that became known."""

    on: date
    by_role: HolderRole
    known_at: datetime


def chosen_for(history: History, plan: UUID) -> list[Revision[MentorChosen]]:
    """Every choice of a mentor for a plan, in the order in which it was made."""
    found = (r for r in history.standing(MentorChosen) if r.body.plan == plan)
    return sorted(found, key=lambda r: (r.known_at, r.fact))


def latest(chosen: Iterable[Revision[MentorChosen]]) -> dict[MentorKind, Revision[MentorChosen]]:
    """Who it is now, by kind."""
    return {r.body.mentor_kind: r for r in chosen}


def completed(chosen: Iterable[Revision[MentorChosen]], wanted: Mentors) -> Completed | None:
    """Since when those are named who must be; the days are those of naming, not of noting it."""
    days: dict[MentorKind, date] = {}
    for choice in chosen:
        body = choice.body
        days.setdefault(body.mentor_kind, body.named_on)
        enough = [kinds for kinds in NEEDED[wanted] if kinds <= days.keys()]
        if enough:
            return Completed(min(max(days[kind] for kind in kinds) for kinds in enough), body.by_role, choice.known_at)
    return None


def until(found: Introduction, kind: MentorKind, rules: OnboardingRules) -> date:
    """The last day somebody is a mentor: so many months from the first day, or the end of the job."""
    months = rules.leader_mentor_months if kind is MentorKind.LEADER else rules.mentor_months
    planned = add_months(found.start, months) - DAY
    return min(planned, found.job.last_day or planned)

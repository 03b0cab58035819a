"""Who the mentors of a plan are, told to the tasks of the plan that ask a mentor. Pure.

One history per plan: who was named, who is away, and which duties are a mentor's. It decides nothing by the clock: a task looks at the
days itself.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.base import Called, HolderRole
from contracts.onboarding import MentorNamed
from contracts.onboarding.mentor import MentorKind
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision, Situation, Statement, Subject
from services.notification.domain.duty import TASK_KIND
from services.notification.domain.notes import AwayTold, MentorsTold, MentorTerm

KIND = "plan"
ASKED_FIRST = (MentorKind.PROFESSIONAL, MentorKind.SOCIAL, MentorKind.LEADER, MentorKind.UNKNOWN)
"""The rules name no kind of mentor for a step: the professional one is asked, the others see it too. A team is nobody's mailbox."""


def plan_of(revision: Revision[Any]) -> UUID | None:
    """The plan that somebody is mentor of, or that a mentor's duty is a step of; no other duty is of any concern."""
    body = revision.body
    if isinstance(body, Called):
        return body.plan_id if body.call.role is HolderRole.MENTOR else None
    found: UUID = body.plan_id
    return found


def mentors_told(history: History, _reference: Reference, _now: datetime) -> Situation:
    """The mentors, to every duty of the plan that ever was a mentor's; nothing where no colleague is one."""
    told = history.standing(AwayTold)
    named = [r for r in history.standing(MentorNamed) if r.body.mentor_key is not None and r.body.mentor_kind is not MentorKind.TEAM]
    terms = tuple(_term(revision, told) for revision in sorted(named, key=_order))
    if not terms:
        return Situation()
    municipality = history.subject.municipality
    event = MentorsTold(municipality=municipality, mentors=terms)
    asked = (duty.fact for duty in history.latest(Called))
    return Situation(tuple(Statement(("mentors", str(fact)), event, to=Subject(TASK_KIND, fact, municipality)) for fact in asked))


def _order(named: Revision[MentorNamed]) -> tuple[int, UUID]:
    return ASKED_FIRST.index(named.body.mentor_kind), named.fact


def _term(named: Revision[MentorNamed], told: Iterable[Revision[AwayTold]]) -> MentorTerm:
    """To the last day of the introduction, or of the mentor's own job. What was told of who was named before is of no concern."""
    person = named.body.mentor_key
    assert person is not None
    away = [x.body for x in told if (x.body.fact, x.body.person_key) == (named.fact, person)]
    days = [day for day in (named.body.until, *(each.last_day for each in away)) if day is not None]
    return MentorTerm(person_key=person, last=min(days, default=None), away=tuple(leave for each in away for leave in each.leaves))

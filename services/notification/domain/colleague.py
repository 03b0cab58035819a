"""Somebody whom others count on as deputy or mentor leaves or is on leave: told to the appointment or the plan (danish-hr 3.8). Pure.

One history per person. Nothing of it leaves the service. Leave is never illness: of that nothing is heard here.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.hr import DeputyAppointed, EmploymentEndRegistered, LeaveRegistered
from contracts.onboarding import MentorNamed
from contracts.words import ReasonClass
from services.chassis.ids import standing_for
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision, Situation, Statement, Subject
from services.notification.domain import deputy, plan
from services.notification.domain.notes import Absence, AwayTold
from services.notification.rules import TaskRules

KIND = "colleague"


def person_of(revision: Revision[Any]) -> UUID | None:
    """Who leaves, is on leave, stands in or is named as mentor; a team is no person."""
    body = revision.body
    found: UUID | None = body.mentor_key if isinstance(body, MentorNamed) else body.person_key
    return found


def away(history: History, reference: Reference, _now: datetime) -> Situation:
    """When this person is not there, to every appointment and every plan that counts on them; nothing where they always are."""
    return Situation(tuple(_told(history, reference.policy(TaskRules).mentor_away_days)))


def _told(history: History, shortest: int) -> Iterator[Statement]:
    for appointed in history.standing(DeputyAppointed):
        a = appointed.body
        job = None if a.employment_id == standing_for(a.person_key) else a.employment_id
        yield from _away(history, deputy.KIND, appointed.fact, appointed.fact, _last_day(history, job, a.effective_date), ())
    for named in history.standing(MentorNamed):
        n = named.body
        last = _last_day(history, n.mentor_employment_id, n.named_on)
        leaves = tuple(leave for leave in _leaves(history, n.mentor_employment_id, n.named_on) if leave.days >= shortest)
        yield from _away(history, plan.KIND, n.plan_id, named.fact, last, leaves)


def _away(history: History, kind: str, number: UUID, fact: UUID, last: date | None, leaves: tuple[Absence, ...]) -> Iterator[Statement]:
    if last is not None or leaves:
        municipality, person = history.subject.municipality, history.subject.id
        event = AwayTold(municipality=municipality, person_key=person, fact=fact, last_day=last, leaves=leaves)
        yield Statement(("away", kind, str(fact)), event, to=Subject(kind, number, municipality))


def _last_day(history: History, job: UUID | None, since: date) -> date | None:
    """The first end of the job since then. Where no job was told any counts, but that of who only moves to another one."""
    ends = (end.body for end in history.standing(EmploymentEndRegistered))
    return min((end.last_working_day for end in ends if end.last_working_day >= since and _is_of(end, job)), default=None)


def _is_of(end: EmploymentEndRegistered, job: UUID | None) -> bool:
    return end.reason_class is not ReasonClass.INTERNAL_MOVE if job is None else end.employment_id == job


def _leaves(history: History, job: UUID | None, since: date) -> tuple[Absence, ...]:
    """Leaves from the job (where none was told, from any) that are not over by then."""
    found = (leave.body for leave in history.standing(LeaveRegistered) if job in {None, leave.body.employment_id})
    days = {(leave.leave_from, leave.leave_to) for leave in found if leave.leave_to is None or leave.leave_to >= since}
    return tuple(Absence(first=first, last=last) for first, last in sorted(days, key=lambda each: (each[0], each[1] or date.max)))

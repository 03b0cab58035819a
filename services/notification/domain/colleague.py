"""Somebody whom others count on as deputy or mentor leaves: told to the appointment or the plan (danish-hr 3.8). Pure.

One history per person. A deputyship or a mentor's task ends by itself with the job; nothing of it leaves the service.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.hr import DeputyAppointed, EmploymentEndRegistered
from contracts.onboarding import MentorNamed
from contracts.words import ReasonClass
from services.chassis.ids import standing_for
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision, Situation, Statement, Subject
from services.notification.domain import deputy, plan
from services.notification.domain.notes import Leaves

KIND = "colleague"


def person_of(revision: Revision[Any]) -> UUID | None:
    """Who leaves, stands in or is named as mentor; a team is no person."""
    body = revision.body
    found: UUID | None = body.mentor_key if isinstance(body, MentorNamed) else body.person_key
    return found


def departures(history: History, _reference: Reference, _now: datetime) -> Situation:
    """The last day of this person, to every appointment and every plan that counts on them."""
    ends = [revision.body for revision in history.standing(EmploymentEndRegistered)]
    return Situation(tuple(_told(history, ends))) if ends else Situation()


def _told(history: History, ends: Iterable[EmploymentEndRegistered]) -> Iterator[Statement]:
    for appointed in history.standing(DeputyAppointed):
        a = appointed.body
        job = None if a.employment_id == standing_for(a.person_key) else a.employment_id
        yield from _leaves(history, deputy.KIND, appointed.fact, appointed.fact, _last_day(ends, job, a.effective_date))
    for named in history.standing(MentorNamed):
        n = named.body
        yield from _leaves(history, plan.KIND, n.plan_id, named.fact, _last_day(ends, n.mentor_employment_id, n.named_on))


def _leaves(history: History, kind: str, number: UUID, fact: UUID, last: date | None) -> Iterator[Statement]:
    if last is not None:
        municipality, person = history.subject.municipality, history.subject.id
        event = Leaves(municipality=municipality, person_key=person, fact=fact, last_day=last)
        yield Statement(("leaves", kind, str(fact)), event, to=Subject(kind, number, municipality))


def _last_day(ends: Iterable[EmploymentEndRegistered], job: UUID | None, since: date) -> date | None:
    """The first end of the job since then. Where no job was told any counts, but that of who only moves to another one."""
    found = (end.last_working_day for end in ends if end.last_working_day >= since and _is_of(end, job))
    return min(found, default=None)


def _is_of(end: EmploymentEndRegistered, job: UUID | None) -> bool:
    return end.reason_class is not ReasonClass.INTERNAL_MOVE if job is None else end.employment_id == job

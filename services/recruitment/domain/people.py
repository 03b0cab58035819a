"""What a person's history means for vacancies: the posts the person leaves, and the vacancy the person's hire filled."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from contracts.hr import Hired
from contracts.words import HireChannel
from services.chassis.calendar import day_of
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision, Situation, Statement, Subject
from services.recruitment.domain.job import Job, jobs
from services.recruitment.domain.records import FillConfirmed, PostLeft, PostTaken


@dataclass(frozen=True, slots=True)
class HireRow:
    """A hire that may have filled a vacancy; `vacancy_id` where the leader confirmed which."""

    hired_fact: UUID
    municipality: str
    person_key: UUID
    employment_id: UUID
    unit_id: UUID
    occupation_group: str
    first_day: date
    known_at: datetime
    vacancy_id: UUID | None


def vacancy_of(end: UUID) -> UUID:
    """The vacancy that the end of this fact leaves: a withdrawn and a second end are two vacancies."""
    return uuid5(end, "vacancy")


def posts_and_hires(history: History, reference: Reference, now: datetime) -> Situation:  # noqa: ARG001 - the clock changes nothing here
    """Each registered end leaves a post, each confirmed hire takes one (S0); what was over before we were live does neither."""
    found = jobs(history)
    live = reference.rules.live_from
    confirmed = _confirmed(history)
    left = [_left(job, history, reference) for job in found if job.end is not None]
    taken = [_taken(job.hired, confirmed[job.hired.fact]) for job in found if job.hired.fact in confirmed]
    return Situation(
        statements=(*(statement for statement in left if statement is not None), *taken),
        rows=tuple(row for job in found if day_of((row := _hire(job.hired, history, confirmed)).known_at) >= live),
    )


def _left(job: Job, history: History, reference: Reference) -> Statement | None:
    """A post is left with the unit, group and degree of the last day."""
    assert job.end is not None
    last = job.end.body.last_working_day
    known_at = max(history.first_known(job.end.fact), history.first_known(job.hired.fact))
    if max(last, day_of(known_at)) < reference.rules.live_from:
        return None
    hire, unit = job.hired.body, job.unit_on(last)
    post = PostLeft(
        municipality=hire.municipality,
        unit_id=unit,
        occupation_group=hire.occupation_group,
        degree=job.degree_on(last),
        leader_post=any(leader.person == hire.person_key for leader in reference.leaders(unit, last)),
        last_working_day=last,
        known_at=known_at,
    )
    key = ("post-left", str(hire.employment_id), str(job.end.fact))
    return Statement(key, post, to=Subject("vacancy", vacancy_of(job.end.fact), hire.municipality))


def _confirmed(history: History) -> dict[UUID, Revision[FillConfirmed]]:
    """The first confirmation of each hire."""
    records = sorted(history.standing(FillConfirmed), key=lambda r: (r.known_at, r.fact), reverse=True)
    return {record.body.hired_fact: record for record in records}


def _taken(hired: Revision[Hired], record: Revision[FillConfirmed]) -> Statement:
    hire, confirmed = hired.body, record.body
    post = PostTaken(
        municipality=hire.municipality,
        hired_fact=hired.fact,
        employment_id=hire.employment_id,
        person_key=hire.person_key,
        first_day=hire.effective_date,
        accepted_on=confirmed.accepted_on,
        internal=hire.hire_channel is HireChannel.INTERNAL,
        channel=hire.hire_channel.value,
        agency_used=confirmed.agency_used,
        alignment_noted=confirmed.alignment_noted,
        confirmed_at=record.known_at,
    )
    key = ("post-taken", str(hired.fact), str(confirmed.vacancy_id))
    return Statement(key, post, to=Subject("vacancy", confirmed.vacancy_id, hire.municipality))


def _hire(hired: Revision[Hired], history: History, confirmed: dict[UUID, Revision[FillConfirmed]]) -> HireRow:
    hire, record = hired.body, confirmed.get(hired.fact)
    return HireRow(
        hired_fact=hired.fact,
        municipality=hire.municipality,
        person_key=hire.person_key,
        employment_id=hire.employment_id,
        unit_id=hire.unit_id,
        occupation_group=hire.occupation_group.value,
        first_day=hire.effective_date,
        known_at=history.first_known(hired.fact),
        vacancy_id=record.body.vacancy_id if record else None,
    )


def hires(history: History) -> Iterator[HireRow]:
    """The hires of a person that stand, as the pages know them."""
    confirmed = _confirmed(history)
    return (_hire(job.hired, history, confirmed) for job in jobs(history))

"""Who has left holds no post: the registered end of the job that a post names bounds it, and is taken back with that end (danish-hr 3.4).

Only the history of a person knows when a job ends, only that of a unit what is held there. So who is named at a unit is noted in the
person's history as well, and that one tells the unit the end, as it tells it of leaderships.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from contracts.base import Event
from contracts.hr import EmploymentEndRegistered, Hired
from contracts.words import ReasonClass
from services.chassis.calendar import midnight
from services.chassis.ids import NAMESPACE, named, standing_for
from services.chassis.subject import History, Revision, Statement, Subject, body_text, earliest, made
from services.intake.domain.records import UNIT

Ended = Mapping[UUID, EmploymentEndRegistered]
"""The last end of jobs, by the id under which a unit names them."""
Ends = Sequence[Revision[EmploymentEndRegistered]]
"""The same as a unit was told them."""
E = TypeVar("E", bound=Event)


class PostNamed(Event):
    """That a unit was shown to name this job of a person, whatever for; one record however often it is shown."""

    wire: ClassVar[str] = "record.post-named.v1"

    unit_id: UUID
    person_key: UUID
    employment_id: UUID

    def fact(self) -> UUID:
        """The id of the record: its content."""
        return named(NAMESPACE, f"{self.wire}\x1f{body_text(self)}".encode())


def told_to_units(history: History, statements: Iterable[Statement]) -> Iterator[Statement]:
    """The end of every job that a unit names, to that unit. `statements`: what is said of the person's jobs."""
    posts = {(note.body.unit_id, note.body.employment_id) for note in history.standing(PostNamed)}
    if not posts:
        return  # as with nearly everybody
    jobs = _jobs(said.event for said in statements if said.to is None)
    ends = {job: end for job, end in jobs.items() if end is not None}
    if (last := _last_of_all(jobs)) is not None:
        ends[standing_for(history.subject.id)] = last
    for unit, job in sorted(posts):
        if (end := ends.get(job)) is not None:
            event = changed(end, employment_id=job)
            yield Statement(("job-ends", str(unit), str(job)), event, to=Subject(UNIT, unit, history.subject.municipality))


def _jobs(said: Iterable[Event]) -> dict[UUID, EmploymentEndRegistered | None]:
    """Every job with its last end; none where nobody told of one, or where the job began again after it."""
    begun: dict[UUID, date] = {}
    ends: dict[UUID, EmploymentEndRegistered] = {}
    for event in said:
        if isinstance(event, Hired):
            begun[event.employment_id] = max(begun.get(event.employment_id, date.min), event.effective_date)
        elif isinstance(event, EmploymentEndRegistered):
            known = ends.get(event.employment_id)
            ends[event.employment_id] = event if known is None else max(known, event, key=lambda end: end.last_working_day)
    return {job: end if (end := ends.get(job)) and end.last_working_day >= begun.get(job, date.min) else None for job in {*begun, *ends}}


def _last_of_all(jobs: Mapping[UUID, EmploymentEndRegistered | None]) -> EmploymentEndRegistered | None:
    """When somebody leaves of whom no job is named: with the last of all, unless that one ends for one that nobody has told of yet."""
    ends = [end for end in jobs.values() if end is not None]
    if not ends or len(ends) < len(jobs):
        return None
    last = max(ends, key=lambda end: (end.last_working_day, end.employment_id))
    return None if last.reason_class is ReasonClass.INTERNAL_MOVE else last


def end_of(job: UUID, first: date, last: date | None, ended: Ended) -> EmploymentEndRegistered | None:
    """The end of the job where it comes before `last`. What begins after it is no matter of it: then the source knows another job."""
    end = ended.get(job)
    if end is None or end.last_working_day < first or (last is not None and last <= end.last_working_day):
        return None
    return end


def by_job(ends: Ends) -> Ended:
    """The same by job: a unit is told one end of each."""
    return {end.body.employment_id: end.body for end in ends}


def over_by(ends: Ends, today: date) -> Ends:
    """Those that have come, which alone are told of a deputy: with a last day ahead one would stand in for a period, from now on."""
    return [end for end in ends if end.body.effective_date <= today]


def next_of(ends: Ends, today: date) -> datetime | None:
    """The instant at which the next one comes."""
    return earliest(*(midnight(end.body.effective_date) for end in ends if end.body.effective_date > today))


def changed(event: E, **fields: object) -> E:
    """The same but for these fields. What is read of a history cannot be copied by the model's own way."""
    return made(type(event), {**vars(event), **fields})


def in_order(told: Revision[EmploymentEndRegistered]) -> tuple[Any, ...]:
    """Its place among the rows of a unit: when it was registered."""
    return (told.body.registered_at, told.body.registered_at, told.body.effective_date, told.fact)

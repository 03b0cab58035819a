"""All a source showed of one person: the facts of every employment, the day it starts and ends, and the name for the directory."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from itertools import chain, groupby
from typing import Any
from uuid import UUID

from contracts.base import Event
from contracts.hr import EducationEnded, EmploymentEnded, EmploymentStarted, LeaveEnded, LeaveStarted, PersonNamed
from contracts.hr.employment import ChangedFact
from services.chassis.calendar import day_of, midnight
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision, Situation, Statement, Subject, earliest, made
from services.intake.domain.claims import Claim, by_day
from services.intake.domain.education import Education, education_of
from services.intake.domain.employment import DAY, Employment, Row
from services.intake.domain.job_ends import told_to_units
from services.intake.domain.listed import ListedSeen, listing
from services.intake.domain.records import UNIT, EmploymentGone, EmploymentSeen, LeadershipShown, Seen
from services.intake.domain.shown_facts import FactsSeen, PersonSeen
from services.intake.domain.spell import End, Spell
from services.intake.domain.told import Told, named, told
from services.intake.domain.told_employment import Due, told_employments


def employments(history: History, reference: Reference, now: datetime) -> Situation:
    """The standing facts of a person's employments, whatever order, number and deliveries the rows came in."""
    return _situation(jobs_of(history), history, reference, now)


def growing() -> Callable[[History, Reference, datetime], Situation]:
    """The same for one history that grows: what is new of an employment is read where the rest of it was left."""
    jobs: list[Employment] = []

    def derive(history: History, reference: Reference, now: datetime) -> Situation:
        jobs[:] = jobs_of(history, jobs)
        return _situation(jobs, history, reference, now)

    return derive


def _situation(jobs: Sequence[Employment], history: History, reference: Reference, now: datetime) -> Situation:
    rows = history.standing(EmploymentSeen)
    statements: list[Statement] = []
    coming: list[datetime] = []
    dated: list[Due] = []
    for job in jobs:
        statements += job.shown.statements()
        statements += _led(job)
        dated += _days(job)
    today, facts = day_of(now), told(history)
    for employment in told_employments(history.subject, facts, {job.id: job.is_taught for job in jobs}) if facts else ():
        statements += employment.statements()
        dated += employment.due()
    statements += [*told_to_units(history, statements)]
    for day, said in dated:
        if day < reference.rules.live_from:
            continue  # history: for outsiders only, figures use the registered facts
        if day <= today:
            statements.append(said())
        else:
            coming.append(midnight(day))
    listed = listing(history.standing(ListedSeen), today)
    if listed.changes_on is not None:
        coming.append(midnight(listed.changes_on))
    if not listed.told:
        statements += _named([*rows, *history.standing(PersonSeen)], named(facts))
    elif listed.name is not None:
        statements.append(Statement(("person-named",), listed.name))
    return Situation(statements=tuple(statements), wake_at=earliest(*coming))


def jobs_of(history: History, before: Iterable[Employment] = ()) -> list[Employment]:
    """Every employment of a person as all rows and answers show it. `before`: those of the history that this one grew from; they go on."""
    rows: list[Revision[Row]] = [
        *history.standing(EmploymentSeen),
        *history.standing(EmploymentGone),
        *history.standing(FactsSeen),
    ]
    rows.sort(key=_employment)
    known = {job.id: job for job in before}
    shown = groupby(rows, key=_employment)
    return [known[job].grown(found) if job in known else Employment(history.subject, found) for job, found in shown]


def _employment(row: Revision[Row]) -> UUID:
    return row.body.employment_id


def may_be_noted(row: Event) -> bool:
    """Whether `notes` may have something of a record: of an answer, and of a row that cancels."""
    return type(row) is FactsSeen or (type(row) is EmploymentSeen and row.cancelled)  # isinstance is dear with pydantic


def notes(history: History, of: Container[UUID]) -> Counter[str]:
    """What is worth knowing of these records though nothing is said of it, by word."""
    found = (words for job in jobs_of(history) for fact, words in job.facts.notes.items() if fact in of)
    return Counter(chain.from_iterable(found))


def _days(job: Employment) -> Iterator[Due]:
    for spell in job.standing():
        yield spell.first_day, partial(_started, job, spell)
        if spell.end is not None:
            yield spell.end.last_day + DAY, partial(_ended, job, spell, spell.end)
        yield from _days_away(job, spell)
        if spell.taught_until is not None and (education := education_of(spell)) and education.last:
            yield education.last + DAY, partial(_no_more_taught, job, spell, education, education.last)


def _days_away(job: Employment, spell: Spell) -> Iterator[Due]:
    """A leave never starts before the employment, and who does not come back before its end is not back (samples: S14)."""
    last_day = spell.end.last_day if spell.end else date.max
    for name, leave in spell.leaves.items():
        first = max(leave.first, spell.first_day)
        if first <= min(last_day, leave.last or date.max):
            yield first, partial(_away, job, spell, name, LeaveStarted, first)
            if leave.last is not None and leave.last < last_day:
                back = leave.last + DAY
                yield back, partial(_away, job, spell, name, LeaveEnded, back)


def _led(job: Employment) -> Iterator[Statement]:
    """What the history of a unit must know of who led it: whether somebody else does, only that one can tell."""
    for spell in job.standing():
        for led in spell.leaderships():
            key = job.leadership_key("leadership-shown", spell, led)
            source = job.shown.source(job.leadership_key("leader-ended" if led.last else "leader-appointed", spell, led))
            assert led.terms.leads is not None
            fields = source.model_dump(include=set(Seen.model_fields))
            body = LeadershipShown(
                **fields, unit_id=led.terms.unit_id, leader_level=led.terms.leads, first_day=led.first, last_day=led.last
            )  # fmt: skip
            yield Statement(key, body, to=Subject(UNIT, led.terms.unit_id, source.municipality))


def _started(job: Employment, spell: Spell) -> Statement:
    source = job.shown.source(job.key("hired", spell.occurrence))
    fields = {**job.block(spell.initial), "first_working_day": spell.first_working_day}
    return Statement(job.key("employment-started", spell.occurrence), Claim(EmploymentStarted, spell.first_day, fields).event(source))


def _ended(job: Employment, spell: Spell, end: End) -> Statement:
    last = end.last_day
    source = job.left_as_shown_by(end)
    fields = {
        **job.block(spell.terms_on(last)),
        "last_working_day": last,
        "reason_class": end.reason,
        "tenure_days": max(0, (last - spell.first_day).days + 1),
    }
    return Statement(job.key("employment-ended", end.occurrence), Claim(EmploymentEnded, last + DAY, fields).event(source))


def _no_more_taught(job: Employment, spell: Spell, education: Education, last: date) -> Statement:
    """Registered by what ended it: the end of the employment, or another form."""
    to_another_form = job.key("employment-changed", spell.occurrence, ChangedFact.FORM.value, (last + DAY).isoformat())
    source = job.left_as_shown_by(spell.end) if spell.end and spell.end.last_day == last else job.shown.source(to_another_form)
    fields = {**job.block(spell.terms_on(last)), "ladder_step": education.step, "outcome": education.outcome}
    return Statement(job.key("education-ended", spell.occurrence), Claim(EducationEnded, last + DAY, fields).event(source))


def _away(job: Employment, spell: Spell, name: str, kind: type[LeaveStarted | LeaveEnded], day: date) -> Statement:
    registered = job.key("leave-registered", spell.occurrence, name)
    fields = {**job.block(spell.terms_on(day)), "leave_id": job.fact(registered)}
    what, more = ("leave-started", {}) if kind is LeaveStarted else ("leave-ended", {"back_on": day})
    return Statement(job.key(what, spell.occurrence, name), Claim(kind, day, {**fields, **more}).event(job.shown.source(registered)))


def _named(rows: Iterable[Revision[EmploymentSeen | PersonSeen]], name: Told | None) -> Iterator[Statement]:
    """The name that was registered last, by a row or by an event."""
    shown = [row for row in rows if row.body.display_name]
    row = max(shown, key=_in_order).body if shown else None
    if name is not None and (row is None or name.moment >= row.registered_at):
        yield Statement(("person-named",), name.event)
    elif row is not None:
        fields = {"person_key": row.person_key, "display_name": row.display_name, "work_mail": row.work_mail}
        yield Statement(("person-named",), made(PersonNamed, {"municipality": row.municipality, **fields}))


def _in_order(row: Revision[EmploymentSeen | PersonSeen]) -> tuple[Any, ...]:
    body = row.body
    return by_day(row, body.valid_from or body.first_day if isinstance(body, EmploymentSeen) else date.min)

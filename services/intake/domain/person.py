"""All a source showed of one person: the facts of every employment, the day it starts and ends, and the name for the directory."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import groupby

from contracts.hr import EmploymentEnded, EmploymentStarted, PersonNamed
from services.chassis.calendar import day_of, midnight
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision, Situation, Statement, earliest
from services.intake.domain.claims import Claim, by_day
from services.intake.domain.employment import DAY, Employment
from services.intake.domain.records import EmploymentSeen
from services.intake.domain.spell import End, Spell
from services.intake.domain.told import Told, named, told
from services.intake.domain.told_employment import Due, told_employments


def employments(history: History, reference: Reference, now: datetime) -> Situation:
    """The standing facts of a person's employments, whatever order, number and deliveries the rows came in."""
    rows = sorted(history.standing(EmploymentSeen), key=lambda r: r.body.employment_id)
    jobs = [Employment(history.subject, found) for _, found in groupby(rows, key=lambda r: r.body.employment_id)]
    statements: list[Statement] = []
    coming: list[datetime] = []
    dated: list[Due] = []
    for job in jobs:
        statements += job.shown.statements()
        dated += _days(job)
    facts = told(history)
    for employment in told_employments(history.subject, facts, {job.id for job in jobs}):
        statements += employment.statements()
        dated += employment.due()
    for day, said in dated:
        if day < reference.rules.live_from:
            continue  # history: for outsiders only, figures use the registered facts
        if day <= day_of(now):
            statements.append(said())
        else:
            coming.append(midnight(day))
    statements += _named(rows, named(facts))
    return Situation(statements=tuple(statements), wake_at=earliest(*coming))


def _days(job: Employment) -> Iterator[Due]:
    for spell in job.standing():
        yield spell.first_day, partial(_started, job, spell)
        if spell.end is not None:
            yield spell.end.last_day + DAY, partial(_ended, job, spell, spell.end)


def _started(job: Employment, spell: Spell) -> Statement:
    source = job.shown.source(job.key("hired", spell.occurrence))
    fields = {**job.block(spell.initial), "first_working_day": spell.first_working_day}
    return Statement(job.key("employment-started", spell.occurrence), Claim(EmploymentStarted, spell.first_day, fields).event(source))


def _ended(job: Employment, spell: Spell, end: End) -> Statement:
    last = end.last_day
    source = job.shown.source(job.key("employment-end-registered", end.occurrence))
    fields = {
        **job.block(spell.terms_on(last)),
        "last_working_day": last,
        "reason_class": end.reason,
        "tenure_days": max(0, (last - spell.first_day).days + 1),
    }
    return Statement(job.key("employment-ended", end.occurrence), Claim(EmploymentEnded, last + DAY, fields).event(source))


def _named(rows: Iterable[Revision[EmploymentSeen]], name: Told | None) -> Iterator[Statement]:
    """The name that was registered last, by a row or by an event."""
    shown = [row for row in rows if row.body.display_name]
    row = max(shown, key=lambda r: by_day(r, r.body.valid_from or r.body.first_day)).body if shown else None
    if name is not None and (row is None or name.moment >= row.registered_at):
        yield Statement(("person-named",), name.event)
    elif row is not None:
        assert row.display_name is not None
        event = PersonNamed(
            municipality=row.municipality, person_key=row.person_key, display_name=row.display_name, work_mail=row.work_mail
        )
        yield Statement(("person-named",), event)

"""What the rows of an employment make come about by itself, on its day, and what they tell the histories of units."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from contracts.hr import EmploymentEnded, EmploymentStarted, LeaveEnded, LeaveStarted
from services.chassis.subject import Statement, Subject
from services.intake.domain.claims import Claim
from services.intake.domain.employment import DAY, Employment
from services.intake.domain.records import UNIT, LeadershipShown, Seen
from services.intake.domain.spell import End, Spell
from services.intake.domain.told_employment import Due


def days(job: Employment, since: date) -> Iterator[Due]:
    """What comes about on days from `since` on, in no order; what came before is history that only outsiders ask for day by day."""
    for spell in job.standing():
        if spell.first_day >= since:
            yield spell.first_day, partial(_started, job, spell)
        if spell.end is not None and spell.end.last_day + DAY >= since:
            yield spell.end.last_day + DAY, partial(_ended, job, spell, spell.end)
        yield from (due for due in _days_away(job, spell) if due[0] >= since)


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


def _away(job: Employment, spell: Spell, name: str, kind: type[LeaveStarted | LeaveEnded], day: date) -> Statement:
    registered = job.key("leave-registered", spell.occurrence, name)
    fields = {**job.block(spell.terms_on(day)), "leave_id": job.fact(registered)}
    what, more = ("leave-started", {}) if kind is LeaveStarted else ("leave-ended", {"back_on": day})
    return Statement(job.key(what, spell.occurrence, name), Claim(kind, day, {**fields, **more}).event(job.shown.source(registered)))


def led(job: Employment) -> Iterator[Statement]:
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

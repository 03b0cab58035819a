"""Who comes and goes in the days ahead, told to whoever leads them (danish-hr 7.1): one history per person, rows for the digest.

And who has been employed for a round number of years by then (standards.md, Mail): no day of birth is known here.

Neither why somebody stops nor which kind of leave it is comes out of here; of the reasons one is read, so that nobody is written to about
a dead person. Absence is not heard at all.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias, assert_never
from uuid import UUID

from contracts.hr import Hired
from services.chassis.calendar import add_months, midnight
from services.chassis.reference import Reference
from services.chassis.subject import History, Situation, earliest
from services.notification.domain.holder import nearest_leader
from services.notification.domain.mailing import hr_of
from services.notification.domain.stays import DAY, OPEN, Days, Stay, died_on, stays
from services.notification.rules import ComingKind, TaskRules

KIND = "person"
Turn: TypeAlias = Literal[ComingKind.START, ComingKind.RETURN, ComingKind.LEAVE, ComingKind.END]
"""What changes who is in a unit."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Somebody starts, stops, goes on leave or is back in a unit; an end's day is the last one there. `years`: of an anniversary."""

    day: date
    kind: ComingKind
    unit_id: UUID
    about_person: UUID
    years: int = 0


@dataclass(frozen=True, slots=True)
class ComingFor:
    """Who is told of it: a leader, who stands in, or HR's mailbox where there is nobody."""

    recipient: UUID
    coming: Coming


@dataclass(frozen=True, slots=True)
class Died:
    """Nobody is written to who has died; `last_day`: until then somebody who only emigrates is here and reads mail."""

    last_day: date


def who_comes_and_goes(history: History, reference: Reference, _now: datetime) -> Situation:
    """What there is to tell of a person within the days ahead; looked at again when more comes into sight, and when a day is over."""
    rules = reference.policy(TaskRules)
    sight = timedelta(days=rules.coming_days)
    until = reference.today + sight
    found = (*comings(history, reference.today), *anniversaries(history, reference.today, rules.anniversary_years))
    ahead = [each for each in found if each.kind in rules.digest_people]
    died = died_on(history)
    told = (ComingFor(who, each) for each in ahead if each.day <= until for who in _readers(each, reference))
    return Situation(
        rows=(*told, *([Died(died)] if died is not None else [])),
        wake_at=earliest(*(midnight(each.day + DAY if each.day <= until else each.day - sight) for each in ahead)),
    )


def comings(history: History, today: date) -> tuple[Coming, ...]:
    """All from today on, by day. Who is in the unit all the same, by another job or the next contract, neither comes nor goes."""
    if died_on(history) is not None:
        return ()
    held = stays(history)
    found = {
        Coming(day, kind, stay.unit_on(day), history.subject.id)
        for stay in held
        for day, kind in _of(stay)
        if day >= today and _is_seen(day, kind, stay, held)
    }
    return tuple(sorted(found, key=lambda x: (x.day, x.kind, x.unit_id)))


def anniversaries(history: History, today: date, years: Collection[int]) -> tuple[Coming, ...]:
    """All from today on, of each unit somebody belongs to by then. Moves, next contracts and leaves break no employment."""
    if died_on(history) is not None:
        return ()
    held = stays(history)
    since_before = {r.body.effective_date for r in history.standing(Hired) if _goes_on(r.body)}
    found = {
        Coming(day, ComingKind.ANNIVERSARY, unit, history.subject.id, count)
        for employed in _unbroken(held)
        if employed.first not in since_before
        for count in years
        if (day := _years_after(employed.first, count)) and today <= day <= employed.last
        for stay in held
        if stay.is_in(unit := stay.unit_on(day), day)
    }
    return tuple(sorted(found, key=lambda x: (x.day, x.unit_id)))


def _unbroken(held: Sequence[Stay]) -> Sequence[Days]:
    """The days of employment, on paper: stays that overlap or follow each other are one."""
    found: list[Days] = []
    for stay in sorted(held, key=lambda x: x.begun):
        if found and max(stay.begun, date.min + DAY) - DAY <= found[-1].last:
            found[-1] = Days(found[-1].first, max(found[-1].last, stay.days.last))
        else:
            found.append(Days(stay.begun, stay.days.last))
    return found


def _goes_on(hire: Hired) -> bool:
    """Whether it follows a job at once, or nobody knows when: where nobody told of that job, the first day is not known."""
    before = hire.previous_last_working_day
    return hire.rehire and (before is None or before >= max(hire.effective_date, date.min + DAY) - DAY)


def _years_after(first: date, count: int) -> date | None:
    return add_months(first, 12 * count) if first.year + count <= date.max.year else None


def _of(stay: Stay) -> Iterator[tuple[date, Turn]]:
    """The first day at work is the start, also of who is on leave when a stay begins."""
    for at, work in enumerate(stay.work):
        yield work.first, ComingKind.RETURN if at else ComingKind.START
        if work.last < stay.days.last:
            yield work.last + DAY, ComingKind.LEAVE
    if stay.days.last < OPEN:
        yield stay.days.last, ComingKind.END


def _is_seen(day: date, kind: Turn, stay: Stay, held: Sequence[Stay]) -> bool:
    """Whether it changes who is in the unit. Of the next contract that is asked for the day on which it begins on paper, too."""
    unit = stay.unit_on(day)
    match kind:
        case ComingKind.START:
            return not _is_at_work(unit, day - DAY, held) and not _is_at_work(unit, max(stay.begun, date.min + DAY) - DAY, held)
        case ComingKind.RETURN:
            return not _is_at_work(unit, day - DAY, held)
        case ComingKind.LEAVE:
            return not _is_at_work(unit, day, held)
        case ComingKind.END:
            return not any(other.is_in(unit, day + DAY) for other in held)
        case _:  # pragma: no cover - mypy proves it
            assert_never(kind)


def _is_at_work(unit: UUID, day: date, held: Iterable[Stay]) -> bool:
    return any(stay.is_at_work_in(unit, day) for stay in held)


def _readers(each: Coming, reference: Reference) -> tuple[UUID, ...]:
    """As the inbox finds who has a task: as of today, never the person themselves, never nobody."""
    holder = nearest_leader(each, reference)
    return (hr_of(reference.municipality),) if holder.person is None else (holder.person, *holder.shared_with)

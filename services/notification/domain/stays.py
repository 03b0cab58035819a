"""Where somebody is employed, and which days of it at work, as a person's history tells it. Pure.

A stay is one job in one unit. A move within the municipality begins another one; a unit that moves takes its people along.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from contracts.hr import EmploymentEndRegistered, EmploymentEvent, Hired, LeaveRegistered, PlacementChanged
from contracts.words import ReasonClass
from services.chassis.subject import History, Revision

TELLS: tuple[type[EmploymentEvent], ...] = (Hired, PlacementChanged, LeaveRegistered, EmploymentEndRegistered)
"""What tells of stays. The last day is read from the end alone, which a withdrawn resignation takes back."""
DAY = timedelta(days=1)
OPEN = date.max
"""The last day of what has none."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days in a row, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether the day is one of them."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Stay:
    """One job in one unit. `begun`: from when it is so on paper; `days`: from the first day at work (danish-hr 1.7) to the last.

    `work`: the days without leaves, in order; none where all of it is leave.
    """

    begun: date
    units: tuple[tuple[date, UUID], ...]
    days: Days
    work: tuple[Days, ...]

    def unit_on(self, day: date) -> UUID:
        """The unit on a day; it is another one only where a unit moved as a whole."""
        return [unit for since, unit in self.units if since <= day or since == self.units[0][0]][-1]

    def is_in(self, unit: UUID, day: date) -> bool:
        """Whether the person belongs to the unit on a day, at work or not."""
        return self.begun <= day <= self.days.last and self.unit_on(day) == unit

    def is_at_work_in(self, unit: UUID, day: date) -> bool:
        """Whether the person is at work in the unit on a day."""
        return self.is_in(unit, day) and any(work.holds(day) for work in self.work)


def stays(history: History) -> tuple[Stay, ...]:
    """Every stay of every job whose hire stands; several at once are normal."""
    hires = sorted(history.standing(Hired), key=lambda r: (r.body.effective_date, r.fact))
    employments = {hire.body.employment_id: [h for h in hires if h.body.employment_id == hire.body.employment_id] for hire in hires}
    return tuple(stay for spells in employments.values() for stay in _of_employment(history, spells))


def died_on(history: History) -> date | None:
    """The last day of somebody who has died or emigrated, and was not hired again since: nobody is written to about a dead person."""
    ends = (r.body for r in history.standing(EmploymentEndRegistered))
    last = max((end.last_working_day for end in ends if end.reason_class is ReasonClass.DEATH_OR_EMIGRATION), default=None)
    is_back = last is not None and any(r.body.effective_date > last for r in history.standing(Hired))
    return None if is_back else last


def _of_employment(history: History, hires: Sequence[Revision[Hired]]) -> Iterator[Stay]:
    """The stays of one employment. A rehire under its number is another job, after the one before; an end is of the last hire before it."""
    employment = hires[0].body.employment_id
    leaves = [r.body for r in history.standing(LeaveRegistered) if r.body.employment_id == employment]
    away = sorted((Days(b.leave_from, b.leave_to or OPEN) for b in leaves), key=lambda x: (x.first, x.last))
    ends = [r.body.last_working_day for r in history.standing(EmploymentEndRegistered) if r.body.employment_id == employment]
    moves = [r for r in history.standing(PlacementChanged) if r.body.employment_id == employment]
    moves.sort(key=lambda r: (r.body.effective_date, r.body.registered_at, r.body.new_unit_id))
    following = [*(hire.body.effective_date for hire in hires[1:]), OPEN]
    for hire, until in zip(hires, following, strict=True):
        since = date.min if hire is hires[0] else hire.body.effective_date
        last = min([day for day in ends if since <= day < until], default=OPEN if until == OPEN else until - DAY)
        yield from _of_job(hire.body, [r.body for r in moves], last, away)


def _of_job(hire: Hired, moves: Sequence[PlacementChanged], last: date, away: Sequence[Days]) -> Iterator[Stay]:
    """One stay per unit; one without a day is none."""
    begun = hire.effective_date
    first = max(begun, hire.first_working_day or begun)
    moves = [move for move in moves if move.effective_date >= begun]
    units = ((begun, hire.unit_id), *((move.effective_date, move.new_unit_id) for move in moves))
    begins = [begun, *(move.effective_date for move in moves if _is_a_change(move)), OPEN]
    for since, following in pairwise(begins):
        days = Days(max(first, since), last if following == OPEN else min(last, following - DAY))
        if days.first <= days.last:
            yield Stay(since, tuple(_in_force(units, days)), days, tuple(without(days, away)))


def _is_a_change(move: PlacementChanged) -> bool:
    return move.internal_move and move.old_unit_id != move.new_unit_id


def _in_force(units: Sequence[tuple[date, UUID]], days: Days) -> Iterable[tuple[date, UUID]]:
    """The unit of the first day, and what changes later until the last one."""
    before = [unit for since, unit in units if since <= days.first]
    return [(days.first, before[-1]), *((since, unit) for since, unit in units if days.first < since <= days.last)]


def without(days: Days, away: Sequence[Days]) -> Iterator[Days]:
    """What is left of the days; leaves come in order, and those that overlap or touch are one. One turned round takes nothing away."""
    at = days.first
    for leave in away:
        if leave.first > days.last:
            break
        if leave.last < at:
            continue
        if leave.first > at:
            yield Days(at, leave.first - DAY)
        if leave.last >= days.last:
            return
        at = leave.last + DAY
    yield Days(at, days.last)

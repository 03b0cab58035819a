"""A job as a person's history tells it: from one hire to its end, with the units and leaves between. Several at once are normal."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from contracts.hr import EmploymentEndRegistered, Hired, LeaveRegistered, PlacementChanged
from contracts.words import ReasonClass
from services.chassis.subject import History, Revision


@dataclass(frozen=True, slots=True)
class Leave:
    """Days away, both included; `last` none: the return is not known."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Job:
    """One employment from a hire on; a rehire under the same number is another job."""

    hired: Revision[Hired]
    units: tuple[tuple[date, UUID], ...]
    leaves: tuple[Leave, ...]
    end: EmploymentEndRegistered | None

    @property
    def first_day(self) -> date:
        """Day 1."""
        return first_day_of(self.hired.body)

    @property
    def last_day(self) -> date | None:
        """The last working day, where an end is known."""
        return self.end.last_working_day if self.end else None

    @property
    def died(self) -> bool:
        """Whether everything ends silently."""
        return self.end is not None and self.end.reason_class is ReasonClass.DEATH_OR_EMIGRATION

    @property
    def days_away(self) -> tuple[Leave, ...]:
        """The leaves; one without a known return lasts to the end of the job, where that is known."""
        closed = (Leave(leave.first, leave.last or self.last_day) for leave in self.leaves)
        return tuple(leave for leave in closed if leave.last is None or leave.first <= leave.last)

    def unit_on(self, day: date) -> UUID:
        """The unit the job belongs to on a day; before the hire the one it begins in."""
        return [unit for since, unit in self.units if since <= day or since == self.units[0][0]][-1]

    def next_move(self, day: date) -> date | None:
        """The first day after `day` on which the job belongs to another unit."""
        return min((since for since, _ in self.units if since > day), default=None)


def first_day_of(hire: Hired) -> date:
    """Introduction counts from the first day at work (danish-hr 1.7)."""
    return hire.first_working_day or hire.effective_date


def joined(leaves: list[Leave]) -> tuple[Leave, ...]:
    """The leaves in order, overlapping and touching ones as one."""
    merged: list[Leave] = []
    for leave in sorted(leaves, key=lambda x: x.first):
        before = merged[-1] if merged else None
        if before is None or (before.last is not None and before.last + timedelta(days=1) < leave.first):
            merged.append(leave)
        else:
            ends = (before.last, leave.last)
            merged[-1] = Leave(before.first, None if None in ends else max(end for end in ends if end))
    return tuple(merged)


def jobs(history: History) -> tuple[Job, ...]:
    """Every job whose hire stands, by employment and start."""
    hires = sorted(history.standing(Hired), key=lambda r: (r.body.employment_id, r.body.effective_date, r.fact))
    return tuple(_job(history, hire, [h for h in hires if h.body.employment_id == hire.body.employment_id]) for hire in hires)


def _job(history: History, hire: Revision[Hired], hires: list[Revision[Hired]]) -> Job:
    def belongs(employment: UUID, day: date) -> bool:
        """An end or move belongs to the last hire of its employment before it."""
        if employment != hire.body.employment_id:
            return False
        return hire is ([h for h in hires if h.body.effective_date <= day] or hires[:1])[-1]

    begun = hire.body.effective_date
    ends = [r.body for r in history.standing(EmploymentEndRegistered) if belongs(r.body.employment_id, r.body.last_working_day)]
    moves = [r.body for r in history.standing(PlacementChanged) if belongs(r.body.employment_id, r.body.effective_date)]
    moves.sort(key=lambda m: (m.effective_date, m.registered_at, m.new_unit_id))
    leaves = [r.body for r in history.standing(LeaveRegistered) if r.body.employment_id == hire.body.employment_id]
    away = [Leave(leave.leave_from, leave.leave_to) for leave in leaves if leave.leave_to is None or leave.leave_from <= leave.leave_to]
    return Job(
        hired=hire,
        units=((begun, hire.body.unit_id), *((m.effective_date, m.new_unit_id) for m in moves if m.effective_date >= begun)),
        leaves=joined(away),
        end=min(ends, key=lambda e: (e.last_working_day, e.reason_class), default=None),
    )

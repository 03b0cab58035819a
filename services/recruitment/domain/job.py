"""A job as a person's history tells it, as far as a vacancy needs it: its unit and degree on a day, and its end."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.hr import EmploymentEndRegistered, Hired, HoursChanged, PlacementChanged
from services.chassis.subject import History, Revision


@dataclass(frozen=True, slots=True)
class Job:
    """One employment from a hire on; a rehire under the same number is another job."""

    hired: Revision[Hired]
    units: tuple[tuple[date, UUID], ...]
    degrees: tuple[tuple[date, str], ...]
    end: Revision[EmploymentEndRegistered] | None

    def unit_on(self, day: date) -> UUID:
        """The unit the job belongs to on a day; before the hire the one it begins in."""
        return [self.units[0][1], *(unit for since, unit in self.units if since <= day)][-1]

    def degree_on(self, day: date) -> str:
        """The degree on a day; before the hire the one it begins with."""
        return [self.degrees[0][1], *(degree for since, degree in self.degrees if since <= day)][-1]


def jobs(history: History) -> tuple[Job, ...]:
    """Every job whose hire stands, by employment and start."""
    hires = sorted(history.standing(Hired), key=lambda r: (r.body.employment_id, r.body.effective_date, r.fact))
    return tuple(_job(history, hire, [h for h in hires if h.body.employment_id == hire.body.employment_id]) for hire in hires)


def _job(history: History, hire: Revision[Hired], hires: list[Revision[Hired]]) -> Job:
    def belongs(employment: UUID, day: date) -> bool:
        """An end or change belongs to the last hire of its employment before it."""
        if employment != hire.body.employment_id:
            return False
        return hire is ([h for h in hires if h.body.effective_date <= day] or hires[:1])[-1]

    begun = hire.body.effective_date
    ends = [r for r in history.standing(EmploymentEndRegistered) if belongs(r.body.employment_id, r.body.last_working_day)]
    moves = [r.body for r in history.standing(PlacementChanged) if belongs(r.body.employment_id, r.body.effective_date)]
    hours = [r.body for r in history.standing(HoursChanged) if belongs(r.body.employment_id, r.body.effective_date)]
    moves.sort(key=lambda m: (m.effective_date, m.registered_at, m.new_unit_id))
    hours.sort(key=lambda h: (h.effective_date, h.registered_at, h.new_degree))
    return Job(
        hired=hire,
        units=((begun, hire.body.unit_id), *((m.effective_date, m.new_unit_id) for m in moves if m.effective_date >= begun)),
        degrees=((begun, hire.body.degree), *((h.effective_date, h.new_degree) for h in hours if h.effective_date >= begun)),
        end=min(ends, key=lambda r: (r.body.last_working_day, r.fact), default=None),
    )

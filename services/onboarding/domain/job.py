"""A job as a person's history tells it: from one hire to its end, with the units and leaves between. Several at once are normal."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from contracts.hr import EmploymentChanged, EmploymentEndRegistered, Hired, LeaveRegistered, PlacementChanged
from contracts.hr.employment import ChangedFact
from contracts.words import EmploymentForm, OccupationGroup, ReasonClass
from services.chassis.subject import History, Revision

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Leave:
    """Days away, both included; `last` none: the return is not known. `fact`: of the leave somebody returns from."""

    first: date
    last: date | None
    fact: UUID | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Move:
    """From `day` on the job belongs to another unit; `internal`: it is another job, not the unit that moved."""

    day: date
    old: UUID
    new: UUID
    internal: bool
    fact: UUID


@dataclass(frozen=True, slots=True)
class Term:
    """What one fact tells of the end of a fixed term. `until` none: the employment has no such end."""

    fact: UUID
    until: date | None


@dataclass(frozen=True, slots=True)
class Job:
    """One employment from a hire on; a rehire under the same number is another job. `fact`: of what tells that it began.

    `last_day`: the last working day, where an end is known; `end_reason` beside it. `terms`: as they were told, the one that holds last.
    """

    fact: UUID
    municipality: str
    person_key: UUID
    employment_id: UUID
    form: EmploymentForm
    profession: OccupationGroup
    begun: date
    first_day: date
    units: tuple[tuple[date, UUID], ...]
    leaves: tuple[Leave, ...] = ()
    moves: tuple[Move, ...] = ()
    last_day: date | None = None
    end_reason: ReasonClass | None = None
    terms: tuple[Term, ...] = ()
    trial_until: date | None = None

    @property
    def fixed_term_until(self) -> date | None:
        """The end of the fixed term that holds."""
        return self.terms[-1].until if self.terms else None

    @property
    def died(self) -> bool:
        """Whether everything ends silently."""
        return self.end_reason is ReasonClass.DEATH_OR_EMIGRATION

    @property
    def days_away(self) -> tuple[Leave, ...]:
        """The leaves; one without a known return lasts to the end of the job, where that is known."""
        closed = (Leave(leave.first, leave.last or self.last_day, leave.fact) for leave in self.leaves)
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
    """The leaves in order, overlapping and touching ones as one, which somebody returns from when the last of them ends."""
    merged: list[Leave] = []
    for leave in sorted(leaves, key=lambda x: (x.first, x.last or date.max)):
        before = merged[-1] if merged else None
        if before is None or (before.last is not None and before.last + DAY < leave.first):
            merged.append(leave)
        else:
            later = max(before, leave, key=lambda x: x.last or date.max)
            merged[-1] = Leave(before.first, later.last, later.fact)
    return tuple(merged)


def jobs(history: History) -> tuple[Job, ...]:
    """Every job whose hire stands, by employment and start."""
    hires = sorted(history.standing(Hired), key=lambda r: (r.body.employment_id, r.body.effective_date, r.fact))
    return tuple(_job(history, hire, [h for h in hires if h.body.employment_id == hire.body.employment_id]) for hire in hires)


def _job(history: History, hire: Revision[Hired], hires: list[Revision[Hired]]) -> Job:
    body = hire.body

    def belongs(employment: UUID, day: date) -> bool:
        """An end or move belongs to the last hire of its employment before it."""
        if employment != body.employment_id:
            return False
        return hire is ([h for h in hires if h.body.effective_date <= day] or hires[:1])[-1]

    begun = body.effective_date
    changes = [r for r in history.standing(EmploymentChanged) if belongs(r.body.employment_id, r.body.effective_date)]
    changes.sort(key=lambda c: (c.body.effective_date, c.body.registered_at, c.fact))
    ends = [r.body for r in history.standing(EmploymentEndRegistered) if belongs(r.body.employment_id, r.body.last_working_day)]
    moves = [r for r in history.standing(PlacementChanged) if belongs(r.body.employment_id, r.body.effective_date)]
    moves.sort(key=lambda m: (m.body.effective_date, m.body.registered_at, m.body.new_unit_id))
    moves = [m for m in moves if m.body.effective_date >= begun]
    end = min(ends, key=lambda e: (e.last_working_day, e.reason_class), default=None)
    return Job(
        fact=hire.fact,
        municipality=body.municipality,
        person_key=body.person_key,
        employment_id=body.employment_id,
        form=_form(body, changes),
        profession=body.occupation_group,
        begun=begun,
        first_day=first_day_of(body),
        units=((begun, body.unit_id), *((m.body.effective_date, m.body.new_unit_id) for m in moves)),
        leaves=joined(_leaves(history, body.employment_id)),
        moves=tuple(Move(m.body.effective_date, m.body.old_unit_id, m.body.new_unit_id, m.body.internal_move, m.fact) for m in moves),
        last_day=end.last_working_day if end else None,
        end_reason=end.reason_class if end else None,
        terms=_terms(hire, changes),
        trial_until=body.trial_until,
    )


def term_end(change: EmploymentChanged) -> date | None:
    """The end of a fixed term that a change tells; none where it tells no day."""
    try:
        return date.fromisoformat(change.new or "")
    except ValueError:
        return None


def _terms(hire: Revision[Hired], changes: list[Revision[EmploymentChanged]]) -> tuple[Term, ...]:
    """Each time another end was told; a word that is no day tells nothing, since no day is ever guessed (danish-hr 13)."""
    terms = [Term(hire.fact, hire.body.fixed_term_until)]
    for change in changes:
        until = term_end(change.body)
        is_told = change.body.what is ChangedFact.FIXED_TERM_END and (until is not None or change.body.new is None)
        if is_told and until != terms[-1].until:
            terms.append(Term(change.fact, until))
    return tuple(terms)


def _form(hire: Hired, changes: list[Revision[EmploymentChanged]]) -> EmploymentForm:
    """The form on the first day at work, which the template is chosen by; another one later makes nobody a newcomer."""
    first = first_day_of(hire)
    told = [c.body.new for c in changes if c.body.what is ChangedFact.FORM and c.body.new is not None and c.body.effective_date <= first]
    return EmploymentForm(told[-1]) if told else hire.employment_form


def _leaves(history: History, employment: UUID) -> list[Leave]:
    told = ((r.body, r.fact) for r in history.standing(LeaveRegistered) if r.body.employment_id == employment)
    return [Leave(b.leave_from, b.leave_to, fact) for b, fact in told if b.leave_to is None or b.leave_from <= b.leave_to]

"""Who leaves, as known at one moment: resignations, the ends that belong to them, withdrawals, and where the person works."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.hr import EmploymentEndRegistered, EmploymentEvent, Hired, PlacementChanged, ResignationWithdrawn, Resigned
from contracts.words import ReasonClass
from services.chassis.calendar import day_of
from services.chassis.subject import History, Revision
from services.retention.domain.records import WishJudged

OWN_WISH = frozenset({ReasonClass.OWN_REQUEST, ReasonClass.UNKNOWN})
"""Payroll does not know why; unknown counts as resigned, so that no talk is lost (danish-hr 1.12)."""


@dataclass(frozen=True, slots=True)
class Resignation:
    """A resignation that stands as received, with the end it leads to where that is heard."""

    fact: UUID
    body: Resigned
    known_on: date
    end: Revision[EmploymentEndRegistered] | None
    last_day: date
    last_day_known_on: date
    withdrawn_on: date | None
    own_wish: bool | None

    @property
    def received_on(self) -> date | None:
        """The day the employee gave notice, where the source tells."""
        return self.body.received_on

    @property
    def is_own_wish(self) -> bool:
        """Whether somebody may still be kept: not for retirement, dismissal, the end of a fixed term or death (S0)."""
        reasons = {self.body.reason_class, *([self.end.body.reason_class] if self.end else [])}
        return reasons <= OWN_WISH and self.own_wish is not False


@dataclass(frozen=True, slots=True)
class End:
    """An end of employment: standing, or undone by the withdrawal of its resignation."""

    fact: UUID
    body: EmploymentEndRegistered
    stands: bool
    known_on: date
    last_day_known_on: date
    resignation: Resignation | None

    @property
    def last_day(self) -> date:
        """The last day employed."""
        return self.body.last_working_day

    @property
    def is_withdrawn(self) -> bool:
        """Whether the resignation behind it was withdrawn."""
        return self.resignation is not None and self.resignation.withdrawn_on is not None


def first_hired_on(view: History, employment: UUID) -> date | None:
    """The first day of the employment, where it was heard."""
    return min((h.body.effective_date for h in view.standing(Hired) if h.body.employment_id == employment), default=None)


def unit_on(view: History, body: EmploymentEvent, day: date) -> UUID:
    """The unit the employment belongs to on a day; where no move is heard, the one the event itself tells."""
    moves = [
        (h.body.effective_date, h.known_at, h.body.unit_id) for h in view.standing(Hired) if h.body.employment_id == body.employment_id
    ]
    moves += [
        (p.body.effective_date, p.known_at, p.body.new_unit_id)
        for p in view.standing(PlacementChanged)
        if p.body.employment_id == body.employment_id
    ]
    return max((move for move in moves if move[0] <= day), default=(day, None, body.unit_id))[2]


def next_move(view: History, employment: UUID, after: date) -> date | None:
    """The first day after `after` on which the employment belongs to another unit."""
    days = (p.body.effective_date for p in view.standing(PlacementChanged) if p.body.employment_id == employment)
    return min((day for day in days if day > after), default=None)


def has_died(view: History) -> bool:
    """Whether the person has died or emigrated, and was not hired again since."""
    gone = [
        e.body.last_working_day for e in view.standing(EmploymentEndRegistered) if e.body.reason_class is ReasonClass.DEATH_OR_EMIGRATION
    ]
    return bool(gone) and not any(h.body.effective_date > max(gone) for h in view.standing(Hired))


def resignations(view: History) -> tuple[Resignation, ...]:
    """Every resignation that stands, withdrawn or not, by fact."""
    return tuple(_resignation(view, heard) for heard in view.standing(Resigned))


def ends(view: History, told: tuple[Resignation, ...]) -> tuple[End, ...]:
    """Every end that stands or was undone by a withdrawal, by fact; each with the last resignation that leads to it."""
    return tuple(
        End(
            fact=end.fact,
            body=end.body,
            stands=end.stands,
            known_on=day_of(view.first_known(end.fact)),
            last_day_known_on=day_of(_last_day_known(view, end)),
            resignation=behind,
        )
        for end in view.latest(EmploymentEndRegistered)
        for behind in [_behind(end, told)]
        if end.stands or (behind is not None and behind.withdrawn_on is not None)
    )


def _behind(end: Revision[EmploymentEndRegistered], told: tuple[Resignation, ...]) -> Resignation | None:
    leading = [r for r in told if r.end is not None and r.end.fact == end.fact]
    return max(leading, key=lambda r: (r.withdrawn_on is None, r.known_on, r.fact), default=None)


def _resignation(view: History, heard: Revision[Resigned]) -> Resignation:
    withdrawals = [w for w in view.standing(ResignationWithdrawn) if w.body.resignation_fact == heard.fact]
    withdrawn = min(withdrawals, key=lambda w: (w.known_at, w.fact), default=None)
    judged = max(
        (j for j in view.standing(WishJudged) if j.body.resignation == heard.fact), key=lambda j: (j.known_at, j.fact), default=None
    )
    end = _end_of(view, heard, withdrawn.known_at if withdrawn else None)
    last = end or heard
    return Resignation(
        fact=heard.fact,
        body=heard.body,
        known_on=day_of(view.first_known(heard.fact)),
        end=end,
        last_day=last.body.last_working_day,
        last_day_known_on=day_of(_last_day_known(view, last)),
        withdrawn_on=(withdrawn.body.withdrawn_on or day_of(withdrawn.known_at)) if withdrawn else None,
        own_wish=judged.body.own_wish if judged else None,
    )


def _end_of(view: History, heard: Revision[Resigned], withdrawn_at: datetime | None) -> Revision[EmploymentEndRegistered] | None:
    """The end of the same spell of the same employment, nearest in date.

    A withdrawn resignation leads to no end that became known after it, nor to one that others have decided.
    """
    spell = _spell(view, heard.body)
    same = [e for e in view.latest(EmploymentEndRegistered) if _spell(view, e.body) == spell]
    if withdrawn_at is None:
        led_to = [e for e in same if e.stands]
    else:
        led_to = [e for e in same if view.first_known(e.fact) <= withdrawn_at and e.body.reason_class in OWN_WISH]
    return min(led_to, key=lambda e: (abs((e.body.last_working_day - heard.body.last_working_day).days), e.fact), default=None)


def _spell(view: History, body: EmploymentEndRegistered | Resigned) -> tuple[UUID, int]:
    """The employment and how many times somebody was hired to it up to this last day (a rehire keeps the employment)."""
    hires = (h for h in view.standing(Hired) if h.body.employment_id == body.employment_id)
    return body.employment_id, sum(h.body.effective_date <= body.last_working_day for h in hires)


def _last_day_known(view: History, heard: Revision[EmploymentEndRegistered] | Revision[Resigned]) -> datetime:
    """When the last day that holds now was first told."""
    last = heard.body.last_working_day
    return min(r.known_at for r in view.revisions if r.fact == heard.fact and getattr(r.body, "last_working_day", None) == last)

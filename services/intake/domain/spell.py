"""One spell of an employment, from a hire to its end, built row by row in the order of registration."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from contracts.words import EmploymentForm, LeaderLevel, LeaveKind, OccupationGroup, ReasonClass
from services.intake.domain.records import EmploymentSeen

RESIGNED = frozenset({ReasonClass.OWN_REQUEST, ReasonClass.UNKNOWN})
"""An end without a known reason counts as a resignation, so that no retention talk is lost (danish-hr 1.12)."""


class Terms(NamedTuple):
    """What holds from a day on: where, as what and how much."""

    unit_id: UUID
    position_code: str | None
    employment_form: EmploymentForm
    occupation_group: OccupationGroup
    degree: str
    leads: LeaderLevel | None = None
    """How high the employment leads its unit; none where it does not."""

    @classmethod
    def of(cls, row: EmploymentSeen) -> "Terms":
        """The terms a row shows."""
        return cls(row.unit_id, row.position_code, row.employment_form, row.occupation_group, row.degree, row.leads)


@dataclass(frozen=True, slots=True)
class End:
    """The end as known; `occurrence` is the row that first showed it, so that a moved last day is the same end."""

    occurrence: UUID
    last_day: date
    reason: ReasonClass
    received_on: date | None

    @property
    def resigned(self) -> bool:
        """Whether the employee gave notice, or may have."""
        return self.reason in RESIGNED


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A resignation that was taken back, frozen as it was on that row."""

    end: End
    terms: Terms
    on: date | None


class Leave(NamedTuple):
    """A leave, both days away; none as last day: open."""

    first: date
    last: date | None
    kind: LeaveKind = LeaveKind.UNKNOWN


class Leadership(NamedTuple):
    """Somebody leads a unit from one day to another; none as last day: as far as known."""

    first: date
    last: date | None
    terms: Terms


@dataclass(slots=True)
class Spell:
    """What the rows of one spell have shown so far. `occurrence` is the first of them."""

    occurrence: UUID
    first_day: date
    first_working_day: date | None = None
    fixed_term_until: date | None = None
    from_start: Terms | None = None
    dated: dict[date, Terms] = field(default_factory=dict)
    end: End | None = None
    withdrawn: list[Withdrawn] = field(default_factory=list)
    leaves: dict[str, Leave] = field(default_factory=dict)
    """By the first day with which each was first shown."""
    taught_until: date | None = None
    """The last day of an end because an education ends; another end that is told later does not move it."""
    cancelled: bool = False
    shown: bool = False

    def confirms(self, row: EmploymentSeen) -> bool:
        """Whether a row only shows what is known: its terms hold already on its day, and it tells of no start, end or leave."""
        return (
            self.shown
            and not (self.cancelled or row.cancelled)
            and (row.first_day, row.first_working_day, row.fixed_term_until)
            == (self.first_day, self.first_working_day, self.fixed_term_until)
            and row.leave_from is None
            and row.last_day is None
            and not self._undoes_end(row)
            and row.valid_from is not None
            and row.valid_from > row.first_day
            and self.terms_on(row.valid_from) == Terms.of(row)
        )

    def take(self, fact: UUID, row: EmploymentSeen) -> None:
        """Read one more row. A cancelling row tells nothing else; one after it brings the spell back."""
        self.cancelled = row.cancelled
        if row.cancelled:
            return
        self.shown = True
        self.first_day, self.first_working_day, self.fixed_term_until = row.first_day, row.first_working_day, row.fixed_term_until
        if row.valid_from is None or row.valid_from <= row.first_day:
            self.from_start = Terms.of(row)
        else:
            self.dated[row.valid_from] = Terms.of(row)
        self._take_end(fact, row)
        if row.leave_from is not None:
            self.leaves[row.leave_from.isoformat()] = Leave(row.leave_from, row.leave_to, row.leave_kind)

    def _take_end(self, fact: UUID, row: EmploymentSeen) -> None:
        if row.last_day is not None:
            self.ends(fact, row.last_day, row.reason_class or ReasonClass.UNKNOWN, row.received_on)
        elif self._undoes_end(row):
            self.goes_on(row.withdrawn_on)

    def ends(self, fact: UUID, last_day: date, reason: ReasonClass, received_on: date | None = None) -> None:
        """The end is shown; one that was shown before is moved, or is put right."""
        self.end = End(self.end.occurrence if self.end else fact, last_day, reason, received_on)
        if reason is ReasonClass.EDUCATION_END:
            self.taught_until = last_day

    def goes_on(self, withdrawn_on: date | None = None) -> None:
        """No end is shown any more: a resignation is withdrawn, another end is only taken back."""
        if self.end is not None and self.end.resigned and self.shown:
            self.withdrawn.append(Withdrawn(self.end, self.terms_on(self.end.last_day), withdrawn_on))
        self.end = None

    def gone(self, fact: UUID, day: date, *, left: bool) -> None:
        """A whole file of a day shows the employment no more: left, where it says so; otherwise it never was (danish-hr 2.5, 2.6).

        The dates are those that are known: an end that is known stays, and who had left by then is only tidied away.
        """
        has_left = self.end is not None and self.end.last_day < day
        if left and self.first_day < day:
            if self.end is None:
                self.ends(fact, day - timedelta(days=1), ReasonClass.UNKNOWN)
        elif not has_left:
            self.cancelled = True

    def _undoes_end(self, row: EmploymentSeen) -> bool:
        """A row that tells of ends and shows none undoes it; a silent one only by showing somebody at work after the last day."""
        return self.end is not None and (row.end_told or (row.valid_from or row.first_day) > self.end.last_day)

    @property
    def initial(self) -> Terms:
        """The terms on the first day; where only later days were shown, the earliest of them reaches back to it."""
        if self.from_start is not None:
            return self.from_start
        before = [day for day in self.dated if day <= self.first_day]
        return self.dated[max(before) if before else min(self.dated)]

    @property
    def later(self) -> list[tuple[date, Terms]]:
        """The terms from later days on, in order; none after the last day."""
        if not self.dated:
            return []
        last = self.end.last_day if self.end else date.max
        return sorted((day, terms) for day, terms in self.dated.items() if self.first_day < day <= last)

    def terms_on(self, day: date) -> Terms:
        """The terms that hold on a day of the spell."""
        held = self.initial
        for start, terms in self.later:
            if start <= day:
                held = terms
        return held

    @property
    def leads(self) -> bool:
        """Whether any of its terms lead a unit, as with few."""
        if self.from_start is not None and self.from_start.leads:
            return True
        return bool(self.dated) and any(terms.leads for terms in self.dated.values())

    def leaderships(self) -> list[Leadership]:
        """Which units this spell led, one after the other: until another unit or position, or the last day."""
        if not self.leads:
            return []
        found: list[Leadership] = []
        held: Leadership | None = None
        for day, terms in [(self.first_day, self.initial), *self.later]:
            if held and (held.terms.unit_id, held.terms.leads) == (terms.unit_id, terms.leads):
                continue
            if held:
                found.append(held._replace(last=day - timedelta(days=1)))
            held = Leadership(day, None, terms) if terms.leads else None
        return [*found, held._replace(last=self.end.last_day if self.end else None)] if held else found


def spell_of(spells: list[Spell], fact: UUID, row: EmploymentSeen) -> Spell:
    """The spell a row belongs to, a new one where the row shows a start after the end (a rehire under the same number)."""
    for spell in spells[:-1]:
        if spell.first_day == row.first_day:
            return spell
    if spells:
        current = spells[-1]
        reused = current.cancelled and not row.cancelled and row.first_day != current.first_day
        if not reused and (current.end is None or row.first_day <= current.end.last_day):
            return current
    spells.append(Spell(fact, row.first_day))
    return spells[-1]

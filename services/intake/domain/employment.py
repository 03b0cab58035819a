"""The facts of one employment, from all rows that were seen of it (catalogue, sections 4 and 6)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeAlias
from uuid import UUID

from contracts.hr import (
    EducationStarted,
    EmploymentCancelled,
    EmploymentChanged,
    EmploymentEndRegistered,
    Hired,
    HoursChanged,
    LeaderAppointed,
    LeaderEnded,
    LeaveRegistered,
    PlacementChanged,
    ResignationWithdrawn,
    Resigned,
)
from contracts.hr.employment import ChangedFact
from contracts.words import ReasonClass
from services.chassis.subject import Key, Revision, Subject, fact_id
from services.intake.domain.claims import Claim, Shown, by_day
from services.intake.domain.education import education_of
from services.intake.domain.facts import UNKNOWN_DELETED, Facts
from services.intake.domain.records import SERVICE_NAME, EmploymentGone, EmploymentSeen, Seen
from services.intake.domain.shown_facts import FactsSeen
from services.intake.domain.spell import End, Leadership, Spell, Terms, spell_of

DAY = timedelta(days=1)


Row: TypeAlias = EmploymentSeen | EmploymentGone | FactsSeen
"""What can be shown of an employment: its whole state, that it is gone, or only the facts that changed."""


def in_order(row: Revision[Row]) -> tuple[Any, ...]:
    """Rows of whole states by the day from which they hold; answers with facts by when they were made."""
    body = row.body
    return by_day(row, body.valid_from or body.first_day if isinstance(body, EmploymentSeen) else date.min)


class Employment:
    """One employment of a person as the rows show it: its spells, and what is claimed of them."""

    def __init__(self, subject: Subject, rows: Iterable[Revision[Row]]) -> None:
        """Read the rows in the order of registration, whatever order they came in."""
        self._rows = sorted(rows, key=in_order)
        self.subject = subject
        self.person = self._rows[0].body.person_key
        self.id = self._rows[0].body.employment_id
        self._name = str(self.id)
        self.spells: list[Spell] = []
        self.shown = Shown[Seen]()
        self._hires: dict[UUID, tuple[object, tuple[Key, Claim]]] = {}
        self._left: dict[UUID, EmploymentGone] = {}  # by end: the row that shows that it has come
        self._read(self._rows)

    @cached_property
    def facts(self) -> Facts:
        """What answers with facts show of it; most employments are shown by rows alone."""
        return Facts(self.spells)

    def grown(self, rows: Iterable[Revision[Row]]) -> "Employment":
        """The employment of these rows: this one, gone on, where they are those it has read and others after them."""
        ordered, read = sorted(rows, key=in_order), len(self._rows)
        if ordered[:read] != self._rows:
            return Employment(self.subject, ordered)
        self._rows = ordered
        self._read(ordered[read:])
        return self

    def _read(self, rows: Iterable[Revision[Row]]) -> None:
        for row in rows:
            if not self._take(row):
                self.shown.after(row.body, self._claims())

    def _take(self, row: Revision[Row]) -> bool:
        """Whether the row only confirms what is known."""
        match row.body:
            case EmploymentSeen() as seen:
                spell = spell_of(self.spells, row.fact, seen)
                known = spell.confirms(seen)
                spell.take(row.fact, seen)
                if seen.cancelled and not spell.shown:
                    self.facts.note(row.fact, UNKNOWN_DELETED)
                return known
            case FactsSeen() as facts:
                self.facts.take(row.fact, facts)
            case EmploymentGone() as gone:
                for spell in self.spells[-1:]:
                    spell.gone(row.fact, gone.day, left=gone.left)
                    if gone.left and spell.end is not None:
                        self._left[spell.end.occurrence] = gone
        return False

    def key(self, name: str, occurrence: UUID, *more: str) -> Key:
        """The key of one fact: what, of which employment, the row that first showed it."""
        return (name, self._name, str(occurrence), *more)

    def left_as_shown_by(self, end: End) -> Seen:
        """The row that shows that the end has come: one that says so itself, else the one that told of the end."""
        told = self.shown.source(self.key("employment-end-registered", end.occurrence))
        left = self._left.get(end.occurrence)
        return left if left is not None and left.registered_at > told.registered_at else told

    def leadership_key(self, name: str, spell: Spell, led: Leadership) -> Key:
        """The key of one fact of a leadership: of which unit, since when; one from the start stays so when the start moves."""
        begins = "start" if led.first == spell.first_day else led.first.isoformat()
        return self.key(name, spell.occurrence, str(led.terms.unit_id), begins)

    def block(self, terms: Terms) -> dict[str, Any]:
        """The block E of the catalogue, as far as the terms tell."""
        return {
            "employment_id": self.id,
            "person_key": self.person,
            "unit_id": terms.unit_id,
            "employment_form": terms.employment_form,
        }

    def standing(self) -> Sequence[Spell]:
        """The spells that were and were not cancelled."""
        return [spell for spell in self.spells if spell.shown and not spell.cancelled]

    @property
    def is_taught(self) -> bool:
        """Whether the rows show an education."""
        return any(education_of(spell) for spell in self.standing())

    def fact(self, key: Key) -> UUID:
        """The fact that is said under this key."""
        return fact_id(SERVICE_NAME, self.subject, key)

    def _claims(self) -> Iterator[tuple[Key, Claim]]:
        previous: date | None = None
        for spell in self.spells:
            if spell.shown and spell.cancelled:
                yield self._cancelled(spell)
            elif spell.shown:
                yield self._hired(spell, previous)
                yield from self._changes(spell) if spell.dated else ()
                yield from self._resignations(spell) if spell.end or spell.withdrawn else ()
                yield from self._leaves(spell) if spell.leaves else ()
                yield from self._leaderships(spell) if spell.leads else ()
                if spell.taught_until is not None:
                    yield from self._taught(spell)
                previous = spell.end.last_day if spell.end else None

    def _cancelled(self, spell: Spell) -> tuple[Key, Claim]:
        fields = {**self.block(spell.initial), "hired_fact": self.fact(self.key("hired", spell.occurrence))}
        return self.key("employment-cancelled", spell.occurrence), Claim(EmploymentCancelled, spell.first_day, fields)

    def _hired(self, spell: Spell, previous: date | None) -> tuple[Key, Claim]:
        """What nearly every row only confirms: made anew where another is shown."""
        terms = spell.initial
        made_of = (spell.first_day, terms, spell.first_working_day, spell.fixed_term_until, previous)
        known = self._hires.get(spell.occurrence)
        if known is not None and known[0] == made_of:
            return known[1]
        fields = {
            **self.block(terms),
            "first_working_day": spell.first_working_day,
            "rehire": previous is not None,
            "previous_last_working_day": previous,
            "position_code": terms.position_code,
            "occupation_group": terms.occupation_group,
            "degree": terms.degree,
            "fixed_term_until": spell.fixed_term_until,
        }
        hired = self.key("hired", spell.occurrence), Claim(Hired, spell.first_day, fields)
        self._hires[spell.occurrence] = made_of, hired
        return hired

    def _changes(self, spell: Spell) -> Iterator[tuple[Key, Claim]]:
        before = spell.initial
        for day, terms in spell.later:
            if terms.unit_id != before.unit_id:
                moved = {"old_unit_id": before.unit_id, "new_unit_id": terms.unit_id, "internal_move": True}
                key = self.key("placement-changed", spell.occurrence, day.isoformat())
                yield key, Claim(PlacementChanged, day, {**self.block(terms), **moved})
            if terms.degree != before.degree:
                key = self.key("hours-changed", spell.occurrence, day.isoformat())
                yield key, Claim(HoursChanged, day, {**self.block(terms), "old_degree": before.degree, "new_degree": terms.degree})
            for what, old, new in _other_changes(before, terms):
                told = {"what": what, "old": old, "new": new, "occupation_group": terms.occupation_group}
                key = self.key("employment-changed", spell.occurrence, what.value, day.isoformat())
                yield key, Claim(EmploymentChanged, day, {**self.block(terms), **told})
            before = terms

    def _resignations(self, spell: Spell) -> Iterator[tuple[Key, Claim]]:
        if spell.end is not None:
            fields = {**self.block(spell.terms_on(spell.end.last_day)), "last_working_day": spell.end.last_day}
            key = self.key("employment-end-registered", spell.end.occurrence)
            yield key, Claim(EmploymentEndRegistered, spell.end.last_day + DAY, {**fields, "reason_class": spell.end.reason})
            if spell.end.resigned:
                yield self._resigned(spell.end, spell.terms_on(spell.end.last_day))
        for gone in spell.withdrawn:
            key, claim = self._resigned(gone.end, gone.terms)
            yield key, claim
            fields = {**self.block(gone.terms), "resignation_fact": self.fact(key), "withdrawn_on": gone.on}
            yield self.key("resignation-withdrawn", gone.end.occurrence), Claim(ResignationWithdrawn, claim.on, fields)

    def _resigned(self, end: End, terms: Terms) -> tuple[Key, Claim]:
        fields = {
            **self.block(terms),
            "last_working_day": end.last_day,
            "received_on": end.received_on,
            "reason_class": end.reason,
        }
        return self.key("resigned", end.occurrence), Claim(Resigned, end.last_day + DAY, fields)

    def _leaves(self, spell: Spell) -> Iterator[tuple[Key, Claim]]:
        for name, (first, last, kind) in spell.leaves.items():
            key = self.key("leave-registered", spell.occurrence, name)
            fields = {"leave_id": self.fact(key), "leave_from": first, "leave_to": last, "leave_kind": kind}
            yield key, Claim(LeaveRegistered, first, {**self.block(spell.terms_on(first)), **fields})

    def _taught(self, spell: Spell) -> Iterator[tuple[Key, Claim]]:
        if education := education_of(spell):
            fields = {**self.block(education.terms), "ladder_step": education.step, "planned_end": education.planned_end}
            yield self.key("education-started", spell.occurrence), Claim(EducationStarted, education.first, fields)

    def _leaderships(self, spell: Spell) -> Iterator[tuple[Key, Claim]]:
        for led in spell.leaderships():
            block = self.block(led.terms)
            fields = {**block, "leader_level": led.terms.leads}
            yield self.leadership_key("leader-appointed", spell, led), Claim(LeaderAppointed, led.first, fields)
            if led.last is not None:
                reason = spell.end.reason if spell.end and spell.end.last_day == led.last else ReasonClass.UNKNOWN
                fields = {**block, "last_day": led.last, "reason_class": reason}
                yield self.leadership_key("leader-ended", spell, led), Claim(LeaderEnded, led.last + DAY, fields)


def _other_changes(before: Terms, terms: Terms) -> Iterator[tuple[ChangedFact, str | None, str | None]]:
    """What changes that no other event tells: the position (for a source without codes its group), and how it is paid.

    The end of a fixed term is a fact of the hire, whose next revision tells another one.
    """
    if (before.position_code, before.occupation_group) != (terms.position_code, terms.occupation_group):
        yield ChangedFact.POSITION, before.position_code, terms.position_code
    if before.employment_form != terms.employment_form:
        yield ChangedFact.FORM, before.employment_form, terms.employment_form

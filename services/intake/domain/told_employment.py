"""One employment as events tell it: what was told is said as it is, and what it implies is said beside it, as rows of a file would.

A resignation implies an end and an end without another reason a resignation (danish-hr 1.12); a withdrawn resignation takes its end back
and stands as received (catalogue 4.7); a cancelled hire takes all facts of its spell back (catalogue 4.6).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from contracts.hr import (
    EducationEnded,
    EducationStarted,
    EmploymentCancelled,
    EmploymentChanged,
    EmploymentEnded,
    EmploymentEndRegistered,
    EmploymentEvent,
    EmploymentStarted,
    Hired,
    HoursChanged,
    LeaveEnded,
    LeaveRegistered,
    LeaveStarted,
    PlacementChanged,
    ResignationWithdrawn,
    Resigned,
)
from services.chassis.subject import Key, Statement, Subject, fact_id
from services.intake.domain.records import SERVICE_NAME
from services.intake.domain.spell import RESIGNED
from services.intake.domain.told import Told, key_of, name_of

DAY = timedelta(days=1)
HIRE = (Hired, EmploymentCancelled)
ROWS_TELL = (
    *HIRE,
    EmploymentChanged,
    HoursChanged,
    PlacementChanged,
    EmploymentEndRegistered,
    Resigned,
    ResignationWithdrawn,
    LeaveRegistered,
)
"""What rows of files tell of an employment: where it has rows, they decide, and the same told beside them says nothing."""
EDUCATION = (EducationStarted, EducationEnded)
"""What rows tell only of pupils and students, so that others may be told of beside their rows."""
Due = tuple[date, Callable[[], Statement]]
"""A day, and what our own clock says on it."""


@dataclass(slots=True)
class ToldSpell:
    """A hire (none where nobody told of it) and the facts from it to the next one."""

    hire: Told | None
    facts: list[Told] = field(default_factory=list)

    @property
    def is_cancelled(self) -> bool:
        """Whether it never was."""
        return self.hire is not None and (not self.hire.stands or isinstance(self.hire.event, EmploymentCancelled))

    def of(self, kind: type[Any]) -> list[Told]:
        """The standing facts of a kind, the latest told last."""
        found = [fact for fact in self.facts if isinstance(fact.event, kind) and fact.stands]
        return sorted(found, key=lambda fact: (fact.moment, fact.fact.int))


class ToldEmployment:
    """One employment of a person as it was told."""

    def __init__(self, subject: Subject, employment: UUID, facts: Iterable[Told]) -> None:
        """Put each fact into the spell it belongs to."""
        self._subject = subject
        self._id = employment
        found = list(facts)
        hires = sorted((fact for fact in found if isinstance(fact.event, HIRE)), key=lambda fact: (fact.effective, fact.fact.int))
        self.spells = [ToldSpell(hire) for hire in hires] or [ToldSpell(None)]
        placed = {fact.fact: self._spell_on(_placed_on(fact)) for fact in found if not isinstance(fact.event, HIRE)}
        for fact in found:
            if fact.fact in placed:
                spell = placed[fact.fact]
                withdraws = isinstance(fact.event, ResignationWithdrawn)
                (placed.get(fact.event.resignation_fact, spell) if withdraws else spell).facts.append(fact)

    def statements(self) -> Iterator[Statement]:
        """What stands of it."""
        for spell in self.spells:
            if spell.is_cancelled:
                yield self._cancelled(spell)
            else:
                yield from self._standing(spell)

    def due(self) -> Iterator[Due]:
        """The days it begins and ends on, and what is said then."""
        for spell in self.spells:
            if spell.hire is not None and not spell.is_cancelled:
                yield spell.hire.effective, partial(self._started, spell.hire)
                end = self._end(spell)
                if end is not None:
                    yield end.effective_date, partial(self._ended, spell, spell.hire, end)
                for leave in spell.of(LeaveRegistered):
                    yield from self._away(spell, leave, spell.hire.effective, end.last_working_day if end else date.max)

    def _away(self, spell: ToldSpell, leave: Told, first_day: date, last_day: date) -> Iterator[Due]:
        """A leave never starts before the employment, and who does not come back before its end is not back."""
        event: LeaveRegistered = leave.event
        first = max(event.leave_from, first_day)
        if first > min(last_day, event.leave_to or date.max):
            return
        about = {**_block(event), "leave_id": self._fact(self._key("leave-registered", leave.fact))}
        yield first, partial(self._said_of_leave, "leave-started", leave, LeaveStarted, {**about, "effective_date": first})
        if event.leave_to is not None and event.leave_to < last_day:
            back = event.leave_to + DAY
            fields = {**about, "unit_id": _unit_on(spell, back, event.unit_id), "effective_date": back, "back_on": back}
            yield back, partial(self._said_of_leave, "leave-ended", leave, LeaveEnded, fields)

    def _said_of_leave(self, name: str, leave: Told, kind: type[EmploymentEvent], fields: dict[str, Any]) -> Statement:
        return Statement(self._key(name, leave.fact), kind.model_validate(fields))

    def _spell_on(self, day: date) -> ToldSpell:
        begun = [spell for spell in self.spells if spell.hire is not None and spell.hire.effective <= day]
        return begun[-1] if begun else self.spells[0]

    def _key(self, name: str, *more: object) -> Key:
        return key_of(name, self._id, *more)

    def _occurrence(self, spell: ToldSpell) -> UUID:
        return spell.hire.fact if spell.hire else self._id

    def _fact(self, key: Key) -> UUID:
        return fact_id(SERVICE_NAME, self._subject, key)

    def _cancelled(self, spell: ToldSpell) -> Statement:
        assert spell.hire is not None
        fields = {**_block(spell.hire.event), "hired_fact": self._fact(self._key("hired", spell.hire.fact))}
        return Statement(self._key("employment-cancelled", spell.hire.fact), EmploymentCancelled.model_validate(fields))

    def _standing(self, spell: ToldSpell) -> Iterator[Statement]:
        if spell.hire is not None:
            yield Statement(self._key("hired", spell.hire.fact), spell.hire.event)
        for fact in spell.facts:
            if fact.stands and not isinstance(fact.event, EmploymentEndRegistered | Resigned | ResignationWithdrawn):
                yield self._as_told(fact)
        yield from self._leaving(spell)

    def _as_told(self, fact: Told) -> Statement:
        key = self._key(name_of(fact.type), fact.fact)
        filled = {"leave_id": self._fact(key)} if isinstance(fact.event, LeaveRegistered) else {}
        return Statement(key, fact.event.model_copy(update=filled))

    def _leaving(self, spell: ToldSpell) -> Iterator[Statement]:
        """The end and the resignation that hold, and those resignations that were withdrawn."""
        withdrawn = _withdrawn(spell)
        for number, (back, gone) in enumerate(withdrawn):
            key = self._resigned_key(spell, number)
            yield Statement(key, gone.event)
            event = back.event.model_copy(update={"resignation_fact": self._fact(key)})
            yield Statement(self._key("resignation-withdrawn", back.fact), event)
        end, resigned = self._end(spell), self._resignation(spell)
        if end is not None:
            yield Statement(self._key("employment-end-registered", self._occurrence(spell), len(withdrawn)), end)
        if resigned is not None:
            yield Statement(self._resigned_key(spell, len(withdrawn)), resigned)

    def _resigned_key(self, spell: ToldSpell, number: int) -> Key:
        """The n-th resignation of a spell: the same fact whether it was told or is implied."""
        return self._key("resigned", self._occurrence(spell), number)

    def _end(self, spell: ToldSpell) -> EmploymentEndRegistered | None:
        told, given = _told_end(spell), _open(spell)
        if told is not None or given is None:
            return told
        fields = {**_block(given), "last_working_day": given.last_working_day, "reason_class": given.reason_class}
        return EmploymentEndRegistered.model_validate(fields)

    def _resignation(self, spell: ToldSpell) -> Resigned | None:
        told, given = _told_end(spell), _open(spell)
        if given is not None or told is None or told.reason_class not in RESIGNED:
            return given
        return Resigned.model_validate({**_block(told), "last_working_day": told.last_working_day, "reason_class": told.reason_class})

    def _started(self, hire: Told) -> Statement:
        event = EmploymentStarted.model_validate({**_block(hire.event), "first_working_day": hire.event.first_working_day})
        return Statement(self._key("employment-started", hire.fact), event)

    def _ended(self, spell: ToldSpell, hire: Told, end: EmploymentEndRegistered) -> Statement:
        """As its end, it is another one after a resignation that was withdrawn."""
        days = max(0, (end.last_working_day - hire.effective).days + 1)
        told = {"last_working_day": end.last_working_day, "reason_class": end.reason_class, "tenure_days": days}
        again = len(_withdrawn(spell))
        key = self._key("employment-ended", hire.fact, *([again] if again else []))
        return Statement(key, EmploymentEnded.model_validate({**_block(end), **told}))


def told_employments(subject: Subject, facts: Iterable[Told], with_rows: Mapping[UUID, bool]) -> Iterator[ToldEmployment]:
    """The employments that were told of; of those `with_rows` (whether they show an education) only what no row tells."""
    by_rows = {job: (*ROWS_TELL, *EDUCATION) if is_taught else ROWS_TELL for job, is_taught in with_rows.items()}
    jobs: dict[UUID, list[Told]] = {}
    for fact in facts:
        employment = getattr(fact.event, "employment_id", None)
        if employment is not None and not isinstance(fact.event, by_rows.get(employment, ())):
            jobs.setdefault(employment, []).append(fact)
    return (ToldEmployment(subject, employment, found) for employment, found in sorted(jobs.items()))


def _unit_on(spell: ToldSpell, day: date, known: UUID) -> UUID:
    """The unit that somebody belongs to on a day: that of the last move told of by then, else the one that is known."""
    moves = sorted((fact.effective, fact.fact.int, fact.event.new_unit_id) for fact in spell.of(PlacementChanged) if fact.effective <= day)
    found: UUID = moves[-1][-1] if moves else known
    return found


def _placed_on(fact: Told) -> date:
    """The day that tells to which spell a fact belongs: an end belongs to the spell it ends, not to one that begins the day after."""
    event = fact.event
    last: date = event.last_working_day if isinstance(event, EmploymentEndRegistered | Resigned) else fact.effective
    return last


def _withdrawn(spell: ToldSpell) -> list[tuple[Told, Told]]:
    """Withdrawals in order, each with the resignation it names; one whose resignation has not come says nothing yet."""
    resigned = {fact.fact: fact for fact in spell.of(Resigned)}
    named = ((back, resigned.get(back.event.resignation_fact)) for back in spell.of(ResignationWithdrawn))
    return [(back, gone) for back, gone in named if gone is not None]


def _told_end(spell: ToldSpell) -> EmploymentEndRegistered | None:
    """The end that was told last, unless a resignation was withdrawn since."""
    undone = max((back.moment for back, _ in _withdrawn(spell)), default=None)
    ends = [fact.event for fact in spell.of(EmploymentEndRegistered) if undone is None or fact.moment > undone]
    return ends[-1] if ends else None


def _open(spell: ToldSpell) -> Resigned | None:
    """The resignation that was told last and is not withdrawn."""
    gone = {resigned.fact for _, resigned in _withdrawn(spell)}
    found = [fact.event for fact in spell.of(Resigned) if fact.fact not in gone]
    return found[-1] if found else None


def _block(event: EmploymentEvent) -> dict[str, Any]:
    """The block E of the catalogue, as this event has it."""
    return {name: getattr(event, name) for name in EmploymentEvent.model_fields}

"""The facts of one employment, laid over each other answer by answer, and the spells they show (danish-hr 1.5 to 1.10)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid5

from contracts.words import EmploymentForm, OccupationGroup, ReasonClass
from services.intake.domain.shown_facts import EMPLOYED, FactsSeen, PositionPeriod, State, StatusPeriod
from services.intake.domain.spell import End, Leave, Spell, Terms
from services.intake.domain.timeline import DAY, OPEN, Timeline

PURGED = "source-record-purged"
LEAVE_BEFORE_START = "leave-before-start"
START_ASSUMED = "start-assumed"
INCOMPLETE = "waits-for-facts"
UNKNOWN_DELETED = "cancel-of-unknown"


class Run(NamedTuple):
    """Days in a row on which somebody is employed, and why they end."""

    first: date
    last: date | None
    reason: ReasonClass = ReasonClass.UNKNOWN

    @property
    def until(self) -> date:
        """The last day, `OPEN` where there is none."""
        return self.last or OPEN


class Facts:
    """What the answers have shown of one employment; the spells that follow are kept in the list that is given."""

    def __init__(self, spells: list[Spell]) -> None:
        """Begin with nothing shown."""
        self._spells = spells
        self._ours: list[Spell] = []
        self._status: Timeline[StatusPeriod] = Timeline()
        self._units: Timeline[UUID] = Timeline()
        self._positions: Timeline[PositionPeriod] = Timeline()
        self._degrees: Timeline[str] = Timeline()
        self._starts: list[date] = []
        self._form = EmploymentForm.UNKNOWN
        self.notes: dict[UUID, list[str]] = {}
        """By answer: what somebody should know who reads of it, though it changes nothing."""

    def take(self, fact: UUID, row: FactsSeen) -> None:
        """Lay one more answer over what is known, and bring the spells to what it shows."""
        self._form = row.employment_form
        self._starts += [row.first_day] if row.first_day else []
        for unit in row.units:
            self._units.lay(unit.first, unit.last, unit.unit_id)
        for position in row.positions:
            self._positions.lay(position.first, position.last, position)
        for degree in row.degrees:
            self._degrees.lay(degree.first, degree.last, degree.degree)
        for status in row.statuses:
            if status.state is not State.DELETED:
                self._status.lay(status.first, status.last, status)
        for status in row.statuses:
            if status.state is State.DELETED:
                self._delete(fact, status)
        self._show(fact)

    def note(self, fact: UUID, word: str) -> None:
        """Keep a word about an answer, or about a row."""
        self.notes.setdefault(fact, []).append(word)

    def _delete(self, fact: UUID, status: StatusPeriod) -> None:
        """Deleted before an end is known: the employment never was. After it: the source tidies up, and nothing is said."""
        runs = self._runs()
        if not runs:
            self.note(fact, UNKNOWN_DELETED)
        elif runs[-1].last is not None:
            self.note(fact, PURGED)
        else:
            self._status.lay(runs[-1].first, None, status)

    def _runs(self) -> list[Run]:
        """Only a status that ends the employment ends a run: where nothing is told in between, nothing is guessed."""
        runs: list[Run] = []
        begun: date | None = None
        for first, _, status in self._status:
            if status.state in EMPLOYED:
                begun = begun or first
            elif begun is not None:
                if status.state is State.ENDED:
                    runs.append(Run(begun, first - DAY, status.reason or ReasonClass.UNKNOWN))
                begun = None
        return [*runs, Run(begun, None)] if begun else runs

    def _show(self, fact: UUID) -> None:
        """Every run is a spell; one whose run is gone never was."""
        free = list(self._ours)
        for run in self._runs():
            told = [day for day in self._starts if run.first <= day <= run.until]
            first_day = told[-1] if told else run.first
            spell = _same(free, run, first_day)
            if spell is None:
                spell = Spell(_fresh(fact, (s.occurrence for s in self._spells), first_day), first_day)
                self._ours.append(spell)
                self._spells.append(spell)
            else:
                free.remove(spell)
            self._bring(spell, run, fact, first_day)
            self._remark(spell, fact, told)
        for spell in free:
            spell.cancelled = True
        self._spells.sort(key=lambda spell: spell.first_day)

    def _bring(self, spell: Spell, run: Run, fact: UUID, first_day: date) -> None:
        spell.cancelled = False
        if run.last is None:
            spell.goes_on()
        else:
            used = (end.occurrence for other in self._ours for end in _ends(other))
            spell.ends(_fresh(fact, used, first_day), run.last, run.reason)
        spell.first_day = first_day
        spell.first_working_day = next(
            (max(first, first_day) for first, last, status in self._status if status.state is State.AT_WORK and last >= first_day), None
        )
        if spell.first_working_day and spell.first_working_day > run.until:
            spell.first_working_day = None
        self._bring_terms(spell, run)
        spell.leaves = _kept_names(spell.leaves, self._leaves(run))

    def _bring_terms(self, spell: Spell, run: Run) -> None:
        if not (self._units and self._degrees):
            return
        spell.shown = True
        spell.from_start = self._terms(spell.first_day)
        days = {stretch.first for line in (self._units, self._positions, self._degrees) for stretch in line}
        spell.dated = {day: self._terms(day) for day in days if spell.first_day < day <= run.until}

    def _remark(self, spell: Spell, fact: UUID, told: Sequence[date]) -> None:
        if not told:
            self.note(fact, START_ASSUMED)
        if not spell.shown:
            self.note(fact, INCOMPLETE)
        if any(leave.first < spell.first_day for leave in spell.leaves.values()):
            self.note(fact, LEAVE_BEFORE_START)

    def _terms(self, day: date) -> Terms:
        unit, degree, position = self._units.near(day), self._degrees.near(day), self._positions.near(day)
        assert unit is not None
        assert degree is not None
        if position is None:
            return Terms(unit, None, self._form, OccupationGroup.UNKNOWN, degree)
        return Terms(unit, position.code, position.form or self._form, position.group, degree, position.leads)

    def _leaves(self, run: Run) -> Iterator[Leave]:
        """Days of leave in a row, however many rows tell of them."""
        held: Leave | None = None
        for first, last, status in self._status:
            if status.state is not State.LEAVE or first < run.first or first > run.until:
                continue
            until = None if last == OPEN else last
            if held and held.last and held.last + DAY == first:
                held = held._replace(last=until)
                continue
            if held:
                yield held
            held = Leave(first, until)
        if held:
            yield held


def _same(free: Iterable[Spell], run: Run, first_day: date) -> Spell | None:
    """The spell a run shows: one that shares a day with it; of the cancelled ones only one that begins on the same day."""
    for spell in free:
        until = spell.end.last_day if spell.end else OPEN
        if not spell.cancelled and spell.first_day <= run.until and until >= run.first:
            return spell
    return next((spell for spell in free if spell.cancelled and spell.first_day == first_day), None)


def _ends(spell: Spell) -> Iterator[End]:
    yield from [spell.end] if spell.end else []
    yield from (gone.end for gone in spell.withdrawn)


def _fresh(fact: UUID, used: Iterable[UUID], day: date) -> UUID:
    """The occurrence that an answer shows; where it shows several, the later ones by their day."""
    return uuid5(fact, day.isoformat()) if fact in set(used) else fact


def _kept_names(old: dict[str, Leave], found: Iterable[Leave]) -> dict[str, Leave]:
    """Leaves under the names they were first shown with: a leave that shares a day with an old one is the same, moved."""
    free, named = dict(old), dict[str, Leave]()
    for leave in found:
        until = leave.last or OPEN
        name = next((name for name, was in free.items() if was.first <= until and (was.last or OPEN) >= leave.first), None)
        if name is None:
            name = leave.first.isoformat()
            while name in old or name in named:
                name += "+"
        free.pop(name, None)
        named[name] = leave
    return named

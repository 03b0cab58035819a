"""A person's employments as days: spells, the runs without a gap, and where the person is counted on a day (indicators A1, A2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto
from typing import TypeAlias
from uuid import UUID

from contracts.hr import EmploymentEndRegistered, Hired, HoursChanged, PlacementChanged
from contracts.words import EmploymentForm, ReasonClass
from services.chassis.calendar import add_months
from services.chassis.subject import History, Revision
from services.reporting.rules import ReportingRules

DAY = timedelta(days=1)
Units: TypeAlias = frozenset[UUID]


class Population(Enum):
    """Who is counted (A2): everybody employed, or the monthly paid."""

    P1 = auto()
    P2 = auto()

    @property
    def word(self) -> str:
        """As it stands in a measure's name."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Spell:
    """One employment from `first` to `last` (both included, none: open); `ended_by` is the fact of its end.

    `units` and `degrees` hold what is so from a day on, ascending; the first entry holds from the start.
    """

    hired_by: UUID
    employment: UUID
    first: date
    last: date | None
    ended_by: UUID | None
    reason: ReasonClass
    form: EmploymentForm
    units: tuple[tuple[date, UUID], ...]
    degrees: tuple[tuple[date, int], ...]

    def is_on(self, day: date) -> bool:
        """Employed on the day, the last day included."""
        return self.first <= day and (self.last is None or day <= self.last)

    def unit(self, day: date) -> UUID:
        """The unit on a day of the spell."""
        return [unit for since, unit in self.units if since <= max(day, self.first)][-1]

    def degree(self, day: date) -> int:
        """The employment degree on a day of the spell, in ten-thousandths of full time."""
        return [degree for since, degree in self.degrees if since <= max(day, self.first)][-1]

    @property
    def turning_days(self) -> tuple[date, ...]:
        """The days from which unit or degree are others, the start among them."""
        return (self.first, *(d for d, _ in self.units if d > self.first), *(d for d, _ in self.degrees if d > self.first))


@dataclass(frozen=True, slots=True)
class Run:
    """Spells that follow each other without a day between: the person is in the municipality from `first` to `last`."""

    first: date
    last: date | None
    spells: tuple[Spell, ...]

    @property
    def ending(self) -> Spell:
        """The employment whose end is that of the run; of several the largest, so that a person leaves for one reason."""
        ends = [spell for spell in self.spells if spell.last == self.last]
        return max(ends, key=lambda s: (s.degree(s.last or s.first), s.employment.int))


@dataclass(frozen=True, slots=True)
class Career:
    """All of a person in one municipality. `stays` are runs joined over interruptions: one per leaving."""

    runs: tuple[Run, ...]
    stays: tuple[tuple[Run, ...], ...]
    not_monthly: frozenset[EmploymentForm]

    @property
    def spells(self) -> tuple[Spell, ...]:
        """Every employment, by start."""
        return tuple(spell for run in self.runs for spell in run.spells)

    def counts(self, spell: Spell, day: date, population: Population) -> bool:
        """Whether an employment belongs to the population on a day of it (A2)."""
        return population is Population.P1 or (spell.form not in self.not_monthly and spell.degree(day) > 0)

    def _units(self, spells: Iterable[Spell], day: date, population: Population) -> Units:
        return frozenset(spell.unit(day) for spell in spells if self.counts(spell, day, population))

    def on(self, day: date, population: Population) -> Units:
        """The units in which the person is employed on the day."""
        return self._units((s for s in self.spells if s.is_on(day)), day, population)

    def during(self, run: Run, day: date, population: Population) -> Units:
        """The units on a day of a run, without the jobs that end that very day while the person stays on."""
        here = [s for s in run.spells if s.is_on(day)]
        return self._units([s for s in here if s.last != day] or here, day, population)

    def after(self, day: date, population: Population) -> Units:
        """The units in which the person is employed after the day (A1); a job that follows the next day keeps them there."""
        for run in self.runs:
            if run.first <= day and (run.last is None or day < run.last):
                return self.during(run, day, population)
        return frozenset()

    def is_employed(self, day: date) -> bool:
        """Whether the person is employed at all on the day."""
        return any(run.first <= day and (run.last is None or day <= run.last) for run in self.runs)


def career(history: History, rules: ReportingRules) -> Career:
    """The career that the standing facts of a history tell."""
    runs = _runs(_spells(history))
    stays: list[tuple[Run, ...]] = []
    for run in runs:
        if stays and not _left(stays[-1][-1], run, rules):
            stays[-1] = (*stays[-1], run)
        else:
            stays.append((run,))
    return Career(runs, tuple(stays), frozenset(rules.monthly_paid_without))


def leaving(stay: Sequence[Run]) -> Spell | None:
    """The employment with which a stay ends for good; none while it goes on, or where the end only says `internal-move`."""
    run = stay[-1]
    if run.last is None or run.ending.reason is ReasonClass.INTERNAL_MOVE:
        return None
    return run.ending


def _left(before: Run, after: Run, rules: ReportingRules) -> bool:
    assert before.last is not None
    back_too_late = after.first >= add_months(before.last + DAY, rules.interrupted_months)
    return back_too_late and before.ending.reason is not ReasonClass.INTERNAL_MOVE


def _runs(spells: Sequence[Spell]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for spell in spells:
        last = runs[-1].last if runs else None
        if runs and (last is None or spell.first <= last + DAY):
            end = None if last is None or spell.last is None else max(last, spell.last)
            runs[-1] = Run(runs[-1].first, end, (*runs[-1].spells, spell))
        else:
            runs.append(Run(spell.first, spell.last, (spell,)))
    return tuple(runs)


def _spells(history: History) -> list[Spell]:
    hires: dict[UUID, list[Revision[Hired]]] = {}
    for hire in history.standing(Hired):
        hires.setdefault(hire.body.employment_id, []).append(hire)
    all_ends = history.standing(EmploymentEndRegistered)
    all_places, all_hours = history.standing(PlacementChanged), history.standing(HoursChanged)
    found: list[Spell] = []
    for employment, hired in hires.items():
        hired.sort(key=lambda r: (r.body.effective_date, r.fact))
        places = sorted((r for r in all_places if r.body.employment_id == employment), key=_by_day)
        hours = sorted((r for r in all_hours if r.body.employment_id == employment), key=_by_day)
        ends = _ends([r.body for r in hired], [r for r in all_ends if r.body.employment_id == employment])
        for n, hire in enumerate(hired):
            since = hire.body.effective_date if n else date.min  # what changed in the spell before is said anew by the rehire
            units = [(p.body.effective_date, p.body.new_unit_id) for p in places if p.body.effective_date >= since]
            degrees = [(h.body.effective_date, _degree(h.body.new_degree)) for h in hours if h.body.effective_date >= since]
            found.append(_spell(hire, ends[n], units, degrees))
    return sorted((s for s in found if s.last is None or s.first <= s.last), key=lambda s: (s.first, s.employment, s.hired_by))


def _by_day(revision: Revision[PlacementChanged] | Revision[HoursChanged]) -> tuple[date, datetime, UUID]:
    return (revision.body.effective_date, revision.body.registered_at, revision.fact)


def _spell(hire: Revision[Hired], end: "_End", units: list[tuple[date, UUID]], degrees: list[tuple[date, int]]) -> Spell:
    b = hire.body
    return Spell(
        hired_by=hire.fact,
        employment=b.employment_id,
        first=b.effective_date,
        last=end.last,
        ended_by=end.fact,
        reason=end.reason,
        form=b.employment_form,
        units=((date.min, b.unit_id), *units),
        degrees=((date.min, _degree(b.degree)), *degrees),
    )


def _degree(written: str) -> int:
    return int(written.replace(".", ""))


@dataclass(frozen=True, slots=True)
class _End:
    last: date | None = None
    fact: UUID | None = None
    reason: ReasonClass = ReasonClass.UNKNOWN


def _ends(hires: Sequence[Hired], ends: Iterable[Revision[EmploymentEndRegistered]]) -> list[_End]:
    """For each hire under one employment number, ascending, the end that closes it; of several the one registered last."""
    closed = [_End() for _ in hires]
    for n, following in enumerate(hires[1:]):  # a rehire tells that the spell before it is over, even before its end is heard
        closed[n] = _End(following.previous_last_working_day or following.effective_date - DAY)
    for end in sorted(ends, key=lambda r: (r.body.registered_at, r.fact)):
        body = end.body
        begun = [n for n, hire in enumerate(hires) if hire.effective_date <= body.last_working_day]
        if begun or not _is_of_a_spell_before(body.last_working_day, hires[0]):
            n = begun[-1] if begun else 0  # an end before the start: nobody was ever employed
            closed[n] = _End(body.last_working_day, end.fact, body.reason_class)
    return closed


def _is_of_a_spell_before(last: date, first_heard: Hired) -> bool:
    return first_heard.rehire and last <= (first_heard.previous_last_working_day or date.max)

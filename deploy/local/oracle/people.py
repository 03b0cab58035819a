"""Persons on days: who is employed, who left for good, and in which units they are counted (indicators A1 to A3)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from deploy.local.oracle.days import DAY, months_on
from deploy.local.oracle.rows import Row
from deploy.local.oracle.spells import INTERNAL, Spell, spells
from deploy.local.oracle.tree import Tree

INTERRUPTED_MONTHS = 3
Staff: TypeAlias = dict[str, set[str]]
"""Persons by unit, everybody at or below it."""


@dataclass(frozen=True)
class Leaving:
    """A person who left the municipality for good: the last day, the reason, and the jobs that ended with it."""

    person: str
    day: date
    reason: str
    ended: tuple[Spell, ...]


class People:
    """Everybody, as the rows tell that are given. `everyone` in questions means P1, else P2 (the monthly paid)."""

    def __init__(self, employments: Iterable[Row], units: Iterable[Row]) -> None:
        """Take the rows in the order of registration."""
        by_number: dict[str, list[Row]] = defaultdict(list)
        for row in employments:
            by_number[row.cells["employment"]].append(row)
        self.rows = dict(by_number)
        self.tree = Tree(units)
        self.jobs: dict[str, list[Spell]] = defaultdict(list)
        for rows in by_number.values():
            for spell in spells(rows):
                self.jobs[spell.person].append(spell)
        self.leavings = [leaving for person in self.jobs for leaving in self._leavings(person)]

    def employed(self, person: str, day: date) -> bool:
        """Whether a person is employed at all on a day."""
        return any(job.holds(day) for job in self.jobs.get(person, ()))

    def _leavings(self, person: str) -> Iterable[Leaving]:
        jobs = self.jobs[person]
        for day in sorted({job.last_day for job in jobs if job.last_day is not None and job.last_day >= job.start}):
            ended = tuple(job for job in jobs if job.last_day == day and job.holds(day))
            if not ended or self.employed(person, day + DAY):
                continue
            largest = max(ended, key=lambda job: (job.terms_on(day)[1], job.employment))
            back = min((job.start for job in jobs if job.start > day), default=date.max)
            if largest.reason != INTERNAL and back >= months_on(day + DAY, INTERRUPTED_MONTHS):
                yield Leaving(person, day, largest.reason, ended)

    def on(self, day: date, *, everyone: bool) -> Staff:
        """Who is employed on a day, in the tree of that day."""
        staff: Staff = defaultdict(set)
        for person, jobs in self.jobs.items():
            for job in jobs:
                if job.holds(day) and (everyone or job.is_monthly()):
                    self._enter(staff, person, job.unit_on(day), day)
        return staff

    def after(self, day: date, *, everyone: bool) -> Staff:
        """Who is employed after a day: who goes on, also in a job that begins the day after; the unit is that of the day."""
        staff: Staff = defaultdict(set)
        for person, jobs in self.jobs.items():
            here = [job for job in jobs if job.holds(day)]
            if here and self.employed(person, day + DAY):
                for job in [job for job in here if job.lasts_beyond(day)] or here:
                    if everyone or job.is_monthly():
                        self._enter(staff, person, job.unit_on(day), day)
        return staff

    def left(self, first: date, last: date, *, everyone: bool, reason: str | None = None) -> dict[str, list[str]]:
        """Who left between two days, both included, by the unit they left in the tree of that day; a person may leave twice."""
        found: dict[str, list[str]] = defaultdict(list)
        for leaving in self.leavings:
            if first <= leaving.day <= last and reason in (None, leaving.reason):
                staff: Staff = defaultdict(set)
                for job in leaving.ended:
                    if everyone or job.is_monthly():
                        self._enter(staff, leaving.person, job.unit_on(leaving.day), leaving.day)
                for unit in staff:
                    found[unit].append(leaving.person)
        return found

    def _enter(self, staff: Staff, person: str, unit: str, day: date) -> None:
        for above in self.tree.chain(unit, day):
            staff[above].add(person)

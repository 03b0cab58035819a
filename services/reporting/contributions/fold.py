"""The fold over what was known when: each day books how it changed what the person adds."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID

from services.chassis.calendar import day_of, midnight
from services.chassis.reference import Reference
from services.chassis.subject import Booking, History, Situation
from services.reporting.contributions.duties import count_duties
from services.reporting.contributions.employment import career
from services.reporting.contributions.persons import count_persons
from services.reporting.contributions.sheet import Cell, Sheet, Tree
from services.reporting.rules import ReportingRules


def contributions(history: History, tree: Tree, rules: ReportingRules) -> Mapping[Cell, int]:
    """All that a person adds, past and future, by the facts of `history` and the tree."""
    sheet = Sheet(tree)
    whole = career(history, rules)
    count_persons(whole, sheet)
    count_duties(history, whole, sheet)
    return sheet.amounts


def derive(history: History, reference: Reference, _now: datetime) -> Situation:
    """The bookings of a person: (known_on, measure, unit, org_month, period, split) → amount.

    A booking is the difference between what the facts known by the end of a day add and what those of the day before did;
    so the same facts give the same bookings, in whatever order they were heard.
    """
    rules = reference.policy(ReportingRules)
    days = {day_of(revision.known_at) for revision in history.revisions}
    known: dict[date, Mapping[Cell, int]] = {}
    while missing := sorted(days - known.keys()):
        for day in missing:
            known[day] = contributions(history.at(end_of(day)), _TreeOfDay(reference, day), rules)
        days |= _days_of_reorganisation(reference, min(days))
    booked: dict[Booking, int] = {}
    before: Mapping[Cell, int] = {}
    for day in sorted(known):
        now = known[day]
        booked |= {(day.isoformat(), *cell): amount for cell, amount in difference(before, now)}
        before = now
    return Situation(booked=booked)


def difference(before: Mapping[Cell, int], now: Mapping[Cell, int]) -> Iterable[tuple[Cell, int]]:
    """The cells whose amount is another, with by how much."""
    for cell, amount in now.items():
        change = amount - before.get(cell, 0)
        if change:
            yield cell, change
    for cell, amount in before.items():
        if cell not in now:
            yield cell, -amount


def end_of(day: date) -> datetime:
    """The last instant of a Danish day."""
    return midnight(day + timedelta(days=1)) - timedelta(microseconds=1)


def _days_of_reorganisation(reference: Reference, since: date) -> set[date]:
    """The days on which something about a unit that was read became known; only who has several units reads any."""
    return {day for day in map(day_of, reference.units_known_moments()) if day > since}


class _TreeOfDay:
    """The tree as it was known at the end of a day; asked for only when a person has several units."""

    def __init__(self, reference: Reference, day: date) -> None:
        self._latest = reference
        self._day = day

    @cached_property
    def _reference(self) -> Reference:
        return self._latest.at(end_of(self._day))

    def path(self, unit: UUID, on: date) -> tuple[UUID, ...]:
        return self._reference.path(unit, on)

    def path_changes(self, unit: UUID, on: date) -> date | None:
        return self._reference.path_changes(unit, on)

"""What ought to be true, worked out anew from the raw log alone: own parsing, own highest revision, own known-on. Slow on purpose."""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from contracts.words import Closed
from services.chassis.calendar import Calendar
from tests.faults.raw import Line

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
NAMESPACE = UUID("5f0b1f86-6d0c-5d0e-9f52-6a6f7262766c")
HIRED, ENDED, CLOSED = "hr.hired.v1", "hr.employment-end-registered.v1", "hr.calendar-changed.v1"
WAIT = timedelta(days=10)

Number = tuple[str, int, int]
"""Fact, epoch, revision."""
Letter = tuple[tuple[int, int, str, int, int], bool]
"""Partition, offset and revision of a record that nobody could read, and whether it is outrun."""
Cell = tuple[str, str]
"""Unit and month."""


def danish(moment: datetime) -> date:
    """The Danish day of an instant."""
    return moment.astimezone(COPENHAGEN).date()


@dataclass(frozen=True, slots=True)
class Told:
    """A record of the log, read."""

    type: str
    fact: str
    order: tuple[int, int]
    stands: bool
    known_at: datetime
    body: Mapping[str, Any]
    appended: int

    @property
    def number(self) -> Number:
        """Which revision it is."""
        return (self.fact, *self.order)


def read(line: Line) -> Told:
    """A record, with nothing of the chassis' parser."""
    known_at, stands = datetime.fromisoformat(line.header("ce_time")), line.header("ce_stands") == "true"
    return Told(
        line.header("ce_type"), line.header("ce_fact"), _order(line), stands, known_at, json.loads(line.value or b"{}"), line.appended
    )


def is_readable(line: Line) -> bool:
    """Whether its body is whole."""
    try:
        json.loads(line.value or b"")
    except ValueError:
        return False
    return True


def _order(line: Line) -> tuple[int, int]:
    return int(line.header("ce_epoch")), int(line.header("ce_revision"))


def standing(told: Iterable[Told], wire: str) -> list[Told]:
    """The highest revision of every fact of a type, if it stands."""
    highest: dict[str, Told] = {}
    for each in told:
        if each.type == wire and (each.fact not in highest or highest[each.fact].order < each.order):
            highest[each.fact] = each
    return [each for each in highest.values() if each.stands]


def calendar(organisation: Iterable[Told]) -> Calendar:
    """The working days, with the closing days of the municipality; the latest told about a day wins."""
    told = sorted(standing(organisation, CLOSED), key=lambda each: (each.known_at, UUID(each.fact)))
    return Calendar(days={date.fromisoformat(each.body["day"]): Closed(each.body["closed"]) for each in told})


def rings_on(hire: Told, days: Calendar) -> date:
    """The day of a bell."""
    return days.on_or_after(date.fromisoformat(hire.body["effective_date"]) + WAIT)


def bells(told: Sequence[Told], days: Calendar) -> dict[str, date]:
    """Fact of a hire → the day of its bell, for those that have one."""
    ended = {end.body["employment_id"] for end in standing(told, ENDED)}
    return {hire.fact: rings_on(hire, days) for hire in standing(told, HIRED) if hire.body["employment_id"] not in ended}


def bell_fact(person: str, hire: str) -> str:
    """Under which fact the service speaks of a bell."""
    return str(uuid5(NAMESPACE, f"toy\x1fperson\x1f{person}\x1fbell\x1f{hire}"))


def _by_person(lines: Iterable[Line]) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for told in map(read, filter(is_readable, lines)):
        found.setdefault(told.body["person_key"], []).append(told)
    return found


@dataclass(frozen=True)
class World:
    """The inputs of the log, and all that follows from them on a day."""

    employment: Sequence[Line]
    organisation: Sequence[Line]
    today: date
    gone: Sequence[Line] = ()
    """What lay on employment topics that were deleted, all of it read before that."""

    @cached_property
    def closings(self) -> list[Told]:
        """What was told of closing days, in the order of the log."""
        return [read(line) for line in self.organisation]

    @cached_property
    def people(self) -> dict[str, list[Told]]:
        """Everything on the log about each person, doubles too, in the order of the log."""
        return _by_person(self.employment)

    @cached_property
    def ever(self) -> dict[str, list[Told]]:
        """The same with what lay on deleted topics before it: all that could be heard, in its order."""
        return _by_person([*self.gone, *self.employment])

    @cached_property
    def numbers(self) -> Counter[Number]:
        """Every revision that was said at all, once each."""
        return Counter({each.number for told in self.people.values() for each in told})

    @cached_property
    def letters(self) -> Counter[Letter]:
        """What nobody could read, wherever it lay: outrun where a revision of its fact was read that is as high or higher, else open."""
        highest: dict[str, tuple[int, int]] = {}
        for told in chain(*self.ever.values()):
            highest[told.fact] = max(highest.get(told.fact, told.order), told.order)
        found: set[Letter] = set()
        for line in (*self.gone, *self.employment):
            if not is_readable(line):
                fact, order = line.header("ce_fact"), _order(line)
                found.add(((line.partition, line.offset, fact, *order), fact in highest and highest[fact] >= order))
        return Counter(found)

    @cached_property
    def statements(self) -> dict[str, tuple[str, str, dict[str, Any]]]:
        """Fact of a bell → its type, the hire it is about, and its body."""
        days = calendar(self.closings)
        found: dict[str, tuple[str, str, dict[str, Any]]] = {}
        for person, told in self.people.items():
            hires = {hire.fact: hire.body for hire in standing(told, HIRED)}
            for fact, day in bells(told, days).items():
                body = {name: hires[fact][name] for name in ("municipality", "employment_id", "person_key", "unit_id")}
                kind = "toy.bell-rang.v1" if day <= self.today else "toy.bell-planned.v1"
                found[bell_fact(person, fact)] = (kind, fact, {**body, "rings_on": day.isoformat()})
        return found

    @cached_property
    def ledger(self) -> Counter[tuple[str, str, str]]:
        """Known on, unit, month → amount; what comes to nothing is left out."""
        found: Counter[tuple[str, str, str]] = Counter()
        for told in self.people.values():
            before: set[Cell] = set()
            once = list({each.number: each for each in told}.values())
            for moment in sorted({each.known_at for each in once}):
                hires = standing([each for each in once if each.known_at <= moment], HIRED)
                after = {(hire.body["unit_id"], hire.body["effective_date"][:7]) for hire in hires}
                for cell in before ^ after:
                    found[danish(moment).isoformat(), *cell] += 1 if cell in after else -1
                before = after
        return Counter({cell: amount for cell, amount in found.items() if amount})

    @cached_property
    def pages(self) -> dict[tuple[str, str], list[str]]:
        """What the pages show of each person (days of bells that rang) and of each unit (how many hires)."""
        rang: dict[str, list[str]] = {person: [] for person in self.people}
        for kind, _, body in self.statements.values():
            rang[body["person_key"]] += [body["rings_on"]] if kind == "toy.bell-rang.v1" else []
        hires = Counter(hire.body["unit_id"] for told in self.people.values() for hire in standing(told, HIRED))
        units = {("unit", unit): [str(count)] for unit, count in hires.items()}
        return {("person", person): sorted(days) for person, days in rang.items()} | units


@dataclass
class Clock:
    """Which time the service's clock showed at a moment of the machine's own clock (ms), over all its moves."""

    moves: list[tuple[int, timedelta]] = field(default_factory=list)
    """From when on (the earliest it may have been), and how far ahead."""

    def latest(self, appended: int) -> datetime:
        """The clock showed at most this when a record was appended."""
        place = bisect_left(self.moves, (appended + 100, timedelta.max))
        return datetime.fromtimestamp((appended + 100) / 1000, COPENHAGEN) + self.moves[max(0, place - 1)][1]


def may_ring(rung: Mapping[str, Any], hire: str, told: Sequence[Told], closings: Sequence[Told], clock: Clock) -> bool:
    """Whether a bell might ring on its day: some state of the log that holds all that was on it before that day says so.

    A person's records lie on one partition, so what a service knew of a person is a beginning of that list.
    """
    day = date.fromisoformat(rung["rings_on"])

    def first(lines: Sequence[Told]) -> int:
        return sum(danish(clock.latest(each.appended)) < day for each in lines)

    for known_closings in range(first(closings), len(closings) + 1):
        days = calendar(closings[:known_closings])
        for known in range(first(told), len(told) + 1):
            found = {each.fact: each for each in standing(told[:known], HIRED)}
            if bells(told[:known], days).get(hire) == day and found[hire].body["unit_id"] == rung["unit_id"]:
                return True
    return False

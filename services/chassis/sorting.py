"""What each record of a batch is for: read once, and put where it belongs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from contracts.base import Event
from contracts.hr import PersonNamed
from services.chassis.envelope import Erased, Heard, Record, Skipped, parse
from services.chassis.metrics import Outcome, Place
from services.chassis.outcomes import of_new
from services.chassis.reconcile import Moment
from services.chassis.reference import ORGANISATION
from services.chassis.remains import Invalid
from services.chassis.runtime import Runtime
from services.chassis.service import SubjectKind
from services.chassis.subject import Revision, Subject


@dataclass(slots=True)
class Sorted:
    """A batch by what it is for."""

    subjects: dict[Subject, list[Revision[Event]]] = field(default_factory=dict)
    by_number: dict[tuple[str, int], list[Revision[Event]]] = field(default_factory=dict)
    """The lists of `subjects` once more: by kind and number, which are found faster, for every record."""
    reference: list[Revision[Event]] = field(default_factory=list)
    names: list[Revision[PersonNamed]] = field(default_factory=list)
    erased: list[Erased] = field(default_factory=list)
    dead: list[tuple[Record, Invalid]] = field(default_factory=list)
    outlived: list[tuple[Record, Invalid]] = field(default_factory=list)
    """Dead as well, and erased by a tombstone of their key that came later."""
    outcomes: Counter[tuple[Outcome, Place]] = field(default_factory=Counter)
    heard: dict[tuple[str, str], datetime] = field(default_factory=dict)
    """By topic and municipality, when the latest of what joins histories became known."""

    def cannot_read(self, record: Record, why: Invalid) -> None:
        """The record is dead."""
        self.dead.append((record, why))
        self.outcomes[Outcome.DEAD_LETTERED, Place.DEAD_LETTERS] += 1

    def hear(self, body: Event, known_at: datetime) -> None:
        """Something was heard of this topic and municipality."""
        latest = self.heard.get((body.topic, body.municipality))
        if latest is None or latest < known_at:
            self.heard[body.topic, body.municipality] = known_at

    def erase(self, erased: Erased) -> None:
        """A name that is erased after it was told in the same batch is not kept at all; one that is told after it is.

        So is a letter: what could not be read and lies before the tombstone leaves a line, and what lies after it waits.
        """
        told = len(self.names)
        self.names = [r for r in self.names if r.body.person_key != erased.person]
        self.erased.append(erased)
        nameless = [(r, why) for r, why in self.dead if r.topic == PersonNamed.topic and why.subject == erased.person]
        self.outlived += nameless
        self.dead = [letter for letter in self.dead if letter not in nameless]
        gone = told - len(self.names)
        self.outcomes.update(of_new(Place.NAMES, gone, min(gone, 1)))
        self.outcomes[Outcome.ACCEPTED, Place.NAMES] += 1


@dataclass(frozen=True, slots=True)
class Joins:
    """Where events of one class go; asked once per class, since a check against ABCs costs more than all the rest."""

    names: bool
    reference: bool
    kinds: tuple[SubjectKind, ...]


class Sorter:
    """Reads the records of one service."""

    def __init__(self, runtime: Runtime) -> None:
        """Read as this service hears."""
        self._runtime = runtime
        self._places: dict[type[Event], Joins] = {}

    def sort(self, records: Sequence[Record], moment: Moment) -> Sorted:
        """Read each record once; what cannot be read is dead."""
        found = Sorted()
        for record in records:
            match parse(record, self._runtime.ear, moment.stamp):
                case Heard() as heard:
                    self._place(heard.revision, found)
                case Erased() as erased:
                    found.erase(erased)
                case Invalid() as wrong:
                    found.cannot_read(record, wrong)
                case Skipped():
                    found.outcomes[Outcome.SKIPPED, Place.NOWHERE] += 1
        return found

    def refuse(self, records: Sequence[Record], reason: str) -> Sorted:
        """Records that can be read and not taken: dead, all of them."""
        found = Sorted()
        for record in records:
            found.cannot_read(record, self._runtime.ear.cannot_read(record, reason, misfit=True))
        return found

    def _place(self, revision: Revision[Event], found: Sorted) -> None:
        body = revision.body
        place = self._places.get(type(body))
        if place is None:
            place = self._places[type(body)] = self._place_of(type(body))
        if place.names:
            found.names.append(cast("Revision[PersonNamed]", revision))
        elif place.reference:
            found.reference.append(revision)
        if place.kinds:
            found.hear(body, revision.known_at)
        for kind in place.kinds:
            number = kind.by(revision)
            if number is None:
                continue
            theirs = found.by_number.get((kind.name, number.int))
            if theirs is None:
                subject = Subject(kind.name, number, body.municipality)
                theirs = found.by_number[kind.name, number.int] = found.subjects[subject] = []
            theirs.append(revision)

    def _place_of(self, body: type[Event]) -> "Joins":
        kinds = tuple(kind for kind in self._runtime.service.subjects if issubclass(body, kind.hears))
        return Joins(issubclass(body, PersonNamed), issubclass(body, ORGANISATION), kinds)

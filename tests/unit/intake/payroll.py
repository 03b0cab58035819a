"""A whole payroll system as intake sees it: answers in, and what is said of each employment and unit; the real pure steps, no I/O."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from contracts.base import Event
from contracts.hr import PostVacant
from services.chassis.advance import Said, State, advance, empty
from services.chassis.reference import Snapshot
from services.chassis.rules import load
from services.chassis.subject import History, Revision, Subject
from services.intake.app import SERVICE
from services.intake.domain import may_be_noted, notes
from services.intake.domain.keys import known_at, unit_id
from services.intake.reading.draft import Draft
from services.intake.reading.files import read
from services.intake.reading.mapping import Mapping
from services.intake.reading.result import Reading
from services.intake.seen import Keys, Records, persons
from services.intake.whole import GONE, Ids, Shown, Thing, differing, digest_of, gone_of, named, source_of
from tests.kit.builders import an_id, noon
from tests.kit.deliveries import MAPPINGS, ROOT

MUNICIPALITY = "730"


class OpaqueIds(dict[str, UUID]):
    """The same opaque id for the same key of the source."""

    def __missing__(self, key: str) -> UUID:
        return an_id(key)


class Line(NamedTuple):
    """One thing said: the event's name without speaker and version, its revision, whether it stands, and its body."""

    name: str
    revision: int
    stands: bool
    body: Event

    @property
    def short(self) -> tuple[str, int, bool, date]:
        """What a table of the samples tells of it."""
        return self.name, self.revision, self.stands, getattr(self.body, "effective_date")  # noqa: B009 - not every event has one


class Payroll:
    """All subjects of one municipality."""

    def __init__(self, mapping: str = "sd", text: str = "", municipality: str = MUNICIPALITY) -> None:
        """Begin with nothing known. `text`: another mapping than the committed one."""
        self.municipality = municipality
        self.mapping = Mapping.parse(text) if text else Mapping.load(MAPPINGS / f"{mapping}.toml")
        self.rules = load(ROOT / "deploy" / "rules")[municipality]
        self.states: dict[Subject, State] = {}
        self.shown: dict[Thing, Shown] = {}
        self.notes: Counter[str] = Counter()
        self.said: list[tuple[Subject, Revision[Event]]] = []

    def loads(self, path: Path, on: date, *, first_load: bool = False) -> Reading:
        """A delivery arrives on a day, and all it tells is known from then on; what a first load tells of history was known then."""
        reading = read(self.mapping, path, self.municipality)
        records, keys = Records(self.mapping, self.municipality), Keys(OpaqueIds(), OpaqueIds())
        arrivals: dict[Subject, list[Revision[Event]]] = defaultdict(list)
        for draft in self._drafts(reading, keys):
            assert not draft.person or draft.person in persons([draft])
            subject, seen = records.of(draft, keys)
            known = known_at(seen.registered_at, noon(on), self.rules.live_from, first_load=first_load)
            arrivals[subject].append(Revision(seen.fact(), 0, 1, True, known, seen, seen.wire))
        told = self._round(arrivals, noon(on))
        for subject, rows in told.items():
            if noted := {row.fact for row in rows if may_be_noted(row.body)}:
                self.notes += notes(self.states[subject].history, noted)
        return reading

    def _drafts(self, reading: Reading, keys: Keys) -> list[Draft]:
        """The rows of a delivery; of a whole file those that differ from the last one, as `delivery.py` keeps it."""
        drafts = [accepted.draft for accepted in reading.accepted]
        if reading.whole is None or self.mapping.opus is None:
            return drafts
        people, numbers = named(drafts, reading.whole)
        ids = Ids({p: keys.persons[p] for p in people}, {n: keys.employments[n] for n in numbers}, partial(unit_id, MUNICIPALITY))
        drafts = differing(drafts, reading.whole, self.shown, self.mapping.opus, ids)
        for draft in drafts:
            if draft.kind in GONE:
                del self.shown[gone_of(draft)]
            elif (thing := ids.thing(source_of(draft))) is not None:
                self.shown[thing] = Shown(digest_of(draft), ids.persons.get(draft.person))
        return drafts

    def reaches(self, day: date) -> "Payroll":
        """The clock wakes whom it must, day by day in order."""
        due = sorted((state.wake_at, subject) for subject, state in self.states.items() if state.wake_at)
        for wake_at, subject in due:
            moment: datetime | None = wake_at
            while moment is not None and moment <= noon(day):
                self.step(subject, [], moment)
                moment = self.states[subject].wake_at
        return self

    def clear(self) -> "Payroll":
        """Forget what was said until now; it stays known."""
        self.said.clear()
        self.notes.clear()
        return self

    def of(self, number: str) -> list[Line]:
        """What was said of one employment (its number, with the institution), the name aside."""
        return [line for line in self._lines() if getattr(line.body, "employment_id", None) == an_id(number)]

    def of_unit(self, code: str) -> list[Line]:
        """What was said of one unit."""
        unit = Records(self.mapping, self.municipality).unit_id(code)
        return [line for line in self._lines() if line.name == "unit-changed" and getattr(line.body, "unit_id") == unit]  # noqa: B009

    def of_post(self, code: str) -> list[Line]:
        """What was said of the leader's post of one unit."""
        unit = Records(self.mapping, self.municipality).unit_id(code)
        return [line for line in self._lines() if isinstance(line.body, PostVacant) and line.body.unit_id == unit]

    def standing(self) -> dict[UUID, str]:
        """Every fact that stands, with its body."""
        held = (said.revision for state in self.states.values() for said in state.said.values())
        return {revision.fact: f"{revision.type} {revision.body!r}" for revision in held if revision.stands}

    def _lines(self) -> list[Line]:
        return [Line(r.type.split(".")[1], r.revision, r.stands, r.body) for _, r in self.said]

    def step(self, subject: Subject, rows: list[Revision[Event]], now: datetime) -> None:
        """Own records of one subject arrive at a moment."""
        self._round({subject: rows}, now)

    def _round(self, arrivals: dict[Subject, list[Revision[Event]]], now: datetime) -> dict[Subject, list[Revision[Event]]]:
        """Kind after kind; what one says to a later one comes there in the same transaction."""
        pending = defaultdict(list, arrivals)
        for kind in SERVICE.subjects:
            for subject in [each for each in pending if each.kind == kind.name]:
                for said in self._derived(subject, pending[subject], now):
                    if said.to is not None:
                        pending[said.to].append(said.revision)
        return arrivals

    def _derived(self, subject: Subject, rows: list[Revision[Event]], now: datetime) -> list[Said]:
        """What is said, to others and to another subject."""
        snapshot = Snapshot(History(Subject("reference", UUID(int=0), self.municipality)), self.rules)
        state = self.states.get(subject) or empty(subject)
        step = advance(SERVICE, SERVICE.kind(subject.kind), state, rows, snapshot, now.astimezone(UTC))
        assert step.broken is None
        self.states[subject] = step.state
        self.said += [(subject, said.revision) for said in step.says if said.to is None]
        return list(step.says)

"""A service told as a story, in memory: what it hears, how time goes, what people ask, what it says. The real pure step, no I/O."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import TypeVar
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from contracts.base import Event
from services.chassis.advance import State, advance, empty
from services.chassis.packing import pack, unpack
from services.chassis.reference import ORGANISATION, Reference, Snapshot, read_name
from services.chassis.rules import Rules, parse
from services.chassis.service import Service, SubjectKind
from services.chassis.subject import History, Revision, Subject
from tests.kit.builders import MUNICIPALITY, noon

E = TypeVar("E", bound=Event)

RULES = """
municipality = "730"
name = "Prøvekommune"
live_from = 2020-01-01
"""
TALKS_ALONE = """
[onboarding.templates]
return.on = false
move.on = false
new-leader.on = false
first-year.from_scratch = true
first-year.steps = { talk-2-weeks = {}, talk-3-months = {}, talk-6-12-months = {} }
"""
"""The rules of one who asks for the three talks after a hire, and for nothing else of an introduction."""


def revision(event: E, known_at: datetime, *, fact: UUID | None = None, number: int = 1, stands: bool = True) -> Revision[E]:
    """One revision as it comes from the bus; without a fact one that belongs to the event's content."""
    return Revision(fact or uuid5(NAMESPACE_OID, event.model_dump_json()), 0, number, stands, known_at, event, event.wire)


def _reads(name: str, state: State) -> bool:
    return name in state.reads


class Story:
    """One service over time. `municipality` and calendars come from `rules` (TOML text)."""

    def __init__(self, service: Service, now: datetime | date, rules: str = RULES) -> None:
        """Begin on `now` with nothing heard."""
        self.service = service
        self.now = noon(now) if not isinstance(now, datetime) else now
        self.rules: Rules = parse(rules)
        self.organisation = History(Subject("reference", UUID(int=0), self.rules.municipality))
        self.states: dict[Subject, State] = {}
        self.spoken: list[tuple[Subject, Revision[Event]]] = []
        self._rows: dict[Subject, tuple[object, ...]] = {}

    @property
    def snapshot(self) -> Snapshot:
        """The reference as heard so far."""
        return Snapshot(self.organisation, self.rules)

    def hears(
        self, *events: Event, fact: UUID | None = None, number: int = 1, stands: bool = True, known_at: datetime | None = None
    ) -> UUID:
        """Events arrive in one batch, known from now (or `known_at`). The fact of the last is returned."""
        return self.hears_revisions(revision(e, known_at or self.now, fact=fact, number=number, stands=stands) for e in events)

    def hears_revisions(self, revisions: Iterable[Revision[Event]]) -> UUID:
        """Revisions arrive in one batch; organisation events go to the reference and wake who read them, and to who hears them."""
        by_subject: dict[tuple[str, UUID], list[Revision[Event]]] = {}
        last = UUID(int=0)
        for heard in revisions:
            last = heard.fact
            if isinstance(heard.body, ORGANISATION):
                self.organisation = self.organisation.plus([heard])
                self._wake(partial(_reads, read_name(heard.body)))
            for kind in self.service.subjects:
                if isinstance(heard.body, kind.hears) and (number := kind.by(heard)) is not None:
                    by_subject.setdefault((kind.name, number), []).append(heard)
        for (kind_name, subject_id), new in by_subject.items():
            self._step(Subject(kind_name, subject_id, self.rules.municipality), new)
        return last

    def reaches(self, moment: datetime | date) -> None:
        """Time goes on; whoever is to be woken by then is woken, once."""
        self.now = moment if isinstance(moment, datetime) else noon(moment)
        self._wake(lambda state: state.wake_at is not None and state.wake_at <= self.now)

    def asks(self, kind: str, subject_id: UUID, decide: Callable[[History, Reference, datetime], Event], form: UUID | None = None) -> None:
        """A person asks something of one subject. Raises `Refused` where the rule says no."""
        subject = Subject(kind, subject_id, self.rules.municipality)
        state = self.states.get(subject) or empty(subject)
        event = decide(state.history, Reference(self.snapshot, self.now.date()), self.now)
        self._step(subject, [revision(event, self.now, fact=form or uuid4())])

    def said(self, kind: type[E]) -> list[E]:
        """What the service claims now, of this type and no other state of its fact."""
        held = [said for state in self.states.values() for said in state.said.values() if said.to is None]
        return [s.revision.body for s in held if s.revision.stands and isinstance(s.revision.body, kind)]

    def withdrew(self, kind: type[E]) -> list[E]:
        """What the service said and took back."""
        held = [said for state in self.states.values() for said in state.said.values()]
        return [s.revision.body for s in held if not s.revision.stands and isinstance(s.revision.body, kind)]

    def rows(self) -> list[object]:
        """The rows of the pages, of all subjects."""
        return [row for subject in sorted(self._rows) for row in self._rows[subject]]

    def _kind(self, subject: Subject) -> SubjectKind:
        return self.service.kind(subject.kind)

    def _wake(self, due: Callable[[State], bool]) -> None:
        for subject, state in list(self.states.items()):
            if due(state):
                self._step(subject, [])

    def _step(self, subject: Subject, new: list[Revision[Event]]) -> None:
        state = self.states.get(subject) or empty(subject)
        kind = self._kind(subject)
        step = advance(self.service, kind, state, new, self.snapshot, self.now)
        decided = [r for r in step.recorded if r not in new]
        assert unpack(kind, b"".join(map(pack, decided))) == decided, "what a service decides it must be able to read from its history"
        self.states[subject] = step.state
        self._rows[subject] = tuple(step.situation.rows) if step.situation else ()
        self.spoken += [(subject, said.revision) for said in step.says if said.to is None]
        for said in step.says:
            if said.to is not None:
                self._step(replace(said.to, municipality=subject.municipality), [said.revision])


__all__ = ["MUNICIPALITY", "RULES", "TALKS_ALONE", "Story", "revision"]

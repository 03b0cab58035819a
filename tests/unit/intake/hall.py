"""A town hall as its sources show it, all persons and units of it: rows in, and what intake says; the real pure steps, no I/O."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from contracts.base import Event
from services.chassis.advance import State, advance, empty
from services.chassis.reference import Snapshot
from services.chassis.rules import parse
from services.chassis.subject import History, Revision, Subject
from services.intake.app import SERVICE
from services.intake.domain.event_seen import EventSeen
from services.intake.domain.named_posts import with_named
from services.intake.domain.records import PERSON, UNIT, EmploymentSeen, LeaderSeen, Seen
from services.intake.ours import subject_field
from tests.kit.builders import MUNICIPALITY, an_id, noon
from tests.kit.story import RULES
from tests.unit.intake.source import leader_shown, shown

E = TypeVar("E", bound=Event)
LONG_AFTER = date(2030, 1, 1)


def job_shown(registered: date, who: str = "leader", job: str | None = None, **more: object) -> EmploymentSeen:
    """A row of somebody's employment, without an end unless one is given."""
    return shown(registered, person_key=an_id(who), employment_id=an_id(job or f"job of {who}"), **more)


def left(registered: date, last: date, who: str = "leader", job: str | None = None, **more: object) -> EmploymentSeen:
    """The same with an end."""
    return job_shown(registered, who, job, last_day=last, **{"reason_class": "own-request", **more})


def leads(registered: date, **more: object) -> LeaderSeen:
    """A row of the leadership, which nobody has ended."""
    return leader_shown(registered, **more)


class Hall:
    """All subjects of one municipality."""

    def __init__(self, now: date = LONG_AFTER) -> None:
        """Begin with nothing shown."""
        self.now = noon(now)
        self.states: dict[Subject, State] = {}
        self.spoken: list[Revision[Event]] = []

    def shows(self, *rows: Seen, at: date | None = None) -> "Hall":
        """Rows of one delivery, known when each was registered, or all `at` a day."""
        return self.records([Revision(row.fact(), 0, 1, True, noon(at) if at else row.registered_at, row, row.wire) for row in rows])

    def records(self, revisions: Sequence[Revision[Seen]]) -> "Hall":
        """Own records arrive in one transaction: kind after kind, what one says to a later one comes there in it."""
        arrivals: dict[Subject, list[Revision[Event]]] = defaultdict(list)
        for revision in revisions:
            arrivals[_about(revision.body)].append(revision)
        return self._rounds(with_named(arrivals))

    def reaches(self, day: date) -> "Hall":
        """The clock goes on and wakes whom it must."""
        self.now = noon(day)
        return self._rounds({who: [] for who, state in self.states.items() if state.wake_at is not None and state.wake_at <= self.now})

    def _rounds(self, arrivals: dict[Subject, list[Revision[Event]]]) -> "Hall":
        pending = defaultdict(list, arrivals)
        for kind in SERVICE.subjects:
            for subject in [each for each in pending if each.kind == kind.name]:
                snapshot = Snapshot(History(Subject("reference", UUID(int=0), MUNICIPALITY)), parse(RULES))
                state = self.states.get(subject) or empty(subject)
                step = advance(SERVICE, kind, state, pending[subject], snapshot, self.now)
                self.states[subject] = step.state
                for said in step.says:
                    if said.to is None:
                        self.spoken.append(said.revision)
                    else:
                        pending[said.to].append(said.revision)
        return self

    def said(self, kind: type[E]) -> list[Revision[E]]:
        """Every revision of this type, as it was said."""
        return [r for r in self.spoken if isinstance(r.body, kind)]  # type: ignore[misc]  # narrowed by isinstance

    def stands(self, kind: type[E]) -> list[E]:
        """What stands of this type."""
        return [r.body for r in self._standing() if isinstance(r.body, kind)]

    def standing(self) -> dict[UUID, str]:
        """Every fact that stands, with its body."""
        return {r.fact: f"{r.type} {r.body!r}" for r in self._standing()}

    def _standing(self) -> list[Revision[Event]]:
        held = (said for state in self.states.values() for said in state.said.values() if said.to is None)
        return [said.revision for said in held if said.revision.stands]


def _about(row: Seen) -> Subject:
    if isinstance(row, EventSeen):
        field = subject_field(row.type)
        return Subject(PERSON if field == "person_key" else UNIT, getattr(row.event, field), MUNICIPALITY)
    if isinstance(row, EmploymentSeen):
        return Subject(PERSON, row.person_key, MUNICIPALITY)
    unit: UUID = row.unit_id  # type: ignore[attr-defined]  # a row of a unit
    return Subject(UNIT, unit, MUNICIPALITY)

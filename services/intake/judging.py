"""Whether an event goes with what its source said before: the same id tells the same, a chain is about one thing, a number is one event."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import orjson

from services.chassis.subject import Subject
from services.intake import ours
from services.intake.domain.event_seen import EventSeen
from services.intake.told.bodies import FACTS
from services.intake.told.event import Told
from services.intake.told.faults import Fault, Reason
from services.intake.told_store import EventRow, FactRow


class Entry(NamedTuple):
    """An event at its place in the call, with its record and whom it is about."""

    place: int
    told: Told
    subject: Subject
    seen: EventSeen

    @property
    def row(self) -> EventRow:
        """What is kept of it. Its attribute `time` is no content: an SDK stamps it anew whenever an event is made again."""
        seen = self.seen
        content = orjson.dumps(
            [seen.type, str(seen.told_fact), seen.number, seen.first, seen.cancelled, seen.body], option=orjson.OPT_SORT_KEYS
        )
        return EventRow(self.told.attributes.id, seen.told_fact, seen.number, self.told.is_first, hashlib.sha256(content).digest())


def own_chain(told: Told) -> str:
    """The chain that would begin with this event."""
    return f"id {told.attributes.id}"


def ids_named(entries: Iterable[Entry]) -> set[str]:
    """The ids of these events, and those of others that they name."""
    found = {e.told.attributes.id for e in entries} | {s for e in entries if (s := e.told.attributes.supersedes)}
    return found | {name for e in entries for _, name in _facts_named(e.told)}


@dataclass(slots=True)
class Judge:
    """Judges the events of one call one after the other; what it has let pass counts as come."""

    came: dict[str, EventRow]
    numbered: dict[tuple[UUID, int], bytes]
    """The content of each number of a fact."""
    facts: dict[UUID, FactRow]
    begun: Collection[str]
    """Chains that others have named as begun, by events that supersede something themselves."""

    def verdict(self, entry: Entry) -> Fault | bool:
        """What is wrong with it, or whether it is new."""
        row = entry.row
        known = self.came.get(row.id)
        if known is not None:
            return False if known.content == row.content else Fault(Reason.ID_TAKEN, "id")
        wrong = self._chained(entry) or self._about(entry) or self._numbered(row)
        if wrong is not None:
            return wrong
        self.came[row.id] = row
        self.facts[row.fact] = self.facts[row.fact]._replace(type=ours.fact_type(entry.seen.type), subject=entry.subject.id)
        if row.number is not None:
            self.numbered[row.fact, row.number] = row.content
        return True

    def _chained(self, entry: Entry) -> Fault | None:
        """`supersedes`, and a body that names another fact, must name the first id of the chain."""
        first = entry.told.attributes.supersedes
        if first is not None and (own_chain(entry.told) in self.begun or not self._may_begin(first)):
            return Fault(Reason.NOT_THE_FIRST_ID, "supersedes")
        return next((Fault(Reason.NOT_THE_FIRST_ID, field) for field, name in _facts_named(entry.told) if not self._may_begin(name)), None)

    def _may_begin(self, name: str) -> bool:
        return name not in self.came or self.came[name].is_first

    def _about(self, entry: Entry) -> Fault | None:
        held = self.facts[entry.seen.told_fact]
        if held.subject is None:
            return None
        if held.type != ours.fact_type(entry.seen.type):
            return Fault(Reason.OTHER_THING, "type")
        return Fault(Reason.OTHER_THING, ours.subject_field(entry.seen.type)) if held.subject != entry.subject.id else None

    def _numbered(self, row: EventRow) -> Fault | None:
        other = None if row.number is None else self.numbered.get((row.fact, row.number))
        return Fault(Reason.REVISION_TAKEN, "revision") if other not in {None, row.content} else None


def _facts_named(told: Told) -> list[tuple[str, str]]:
    """The facts that a body names by the id of their first event."""
    if told.attributes.fact is not None:
        return []
    names = FACTS & type(told.body).model_fields.keys()
    return [(name, value) for name in sorted(names) if (value := getattr(told.body, name)) is not None]

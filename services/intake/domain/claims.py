"""What is claimed after each row, and which row showed the value it has now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar
from uuid import UUID

from contracts.base import Registered
from services.chassis.subject import Key, Revision, Statement, made
from services.intake.domain.records import EmploymentGone, EmploymentSeen, Seen, UnitGone, UnitSeen

OF_WHOLE_FILES = (EmploymentSeen, EmploymentGone, UnitSeen, UnitGone)
"""Rows of whole states; only those of a whole file tell when it was made."""

Source: TypeAlias = Seen | Registered
"""What showed a value: a row, or the event of another source."""
S = TypeVar("S", bound=Source)


class Claim(NamedTuple):
    """One fact as it would be said, without who registered it: its class, its day and what it says."""

    kind: type[Registered]
    on: date
    fields: Mapping[str, Any]

    def event(self, source: Source) -> Registered:
        """The event, registered as `source` was: the row that showed this value, not those that only confirm it."""
        registered = {
            "municipality": source.municipality,
            "effective_date": self.on,
            "registered_at": source.registered_at,
            "registered_precision": source.registered_precision,
            "source_system": source.source_system,
        }
        return made(self.kind, {**registered, **self.fields})


@dataclass(slots=True)
class _Held(Generic[S]):
    """A claim, the row that gave it its value, and the statement of it once it was asked for."""

    claim: Claim
    row: S
    statement: Statement | None = field(default=None, init=False)

    def stated(self, key: Key) -> Statement:
        """The statement: one object however often it is asked for, so that nobody need compare what it says."""
        if self.statement is None:
            self.statement = Statement(key, self.claim.event(self.row))
        return self.statement


class Shown(Generic[S]):
    """The claims after the rows read so far, each with the row that gave it its value."""

    def __init__(self) -> None:
        """Begin with nothing shown."""
        self._held: dict[Key, _Held[S]] = {}

    def after(self, row: S, claims: Iterable[tuple[Key, Claim]]) -> None:
        """Take what is claimed after `row`; a claim of the same value keeps the row that showed it."""
        held = self._held
        self._held = {key: known if (known := held.get(key)) and known.claim == claim else _Held(claim, row) for key, claim in claims}

    def source(self, key: Key) -> S:
        """The row that gave the claim of this key its value. Raises `KeyError`."""
        return self._held[key].row

    def statements(self) -> tuple[Statement, ...]:
        """What is claimed now."""
        return tuple([held.stated(key) for key, held in self._held.items()])


def by_day(row: Revision[Any], day: date) -> tuple[Any, ...]:
    """The order of rows: registered, answered, as-of date, content; never the line, so that a shuffled file is the same file.

    A whole file shows what is so when it is made: its rows are ordered by that first, and who was missing can come back unchanged.
    """
    fact: UUID = row.fact
    registered, answered = row.body.registered_at, row.body.answered_at or row.body.registered_at
    first, then = (answered, registered) if isinstance(row.body, OF_WHOLE_FILES) else (registered, answered)
    return (first, then, day, fact)

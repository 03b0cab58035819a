"""What a service is: a name, whose histories the events join, a pure derive for each, rows and routes."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from contracts.base import Event
from services.chassis.reference import Reference
from services.chassis.subject import Booking, History, Revision, Situation, Subject

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
Derive: TypeAlias = Callable[[History, Reference, datetime], Situation]
JoiningKey: TypeAlias = Callable[[Revision[Any]], UUID | None]
"""Whose history an event joins; none where it is another kind's alone."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A subject that was derived again, for `save_rows`: its rows replace all it had."""

    subject: Subject
    situation: Situation
    recorded: Sequence[Revision[Event]] = ()
    """What joined its history just now, its own decisions too: each revision comes here once, in the transaction that keeps it."""
    is_new: bool = False
    """Whether nothing was ever saved of it: then it has no rows."""


def with_rows(changed: Iterable[Changed]) -> list[UUID]:
    """The subjects that may have rows of before; to look for those of a new one would be a question in vain."""
    return [change.subject.id for change in changed if not change.is_new]


SaveRows: TypeAlias = Callable[[Connection, Sequence[Changed]], Awaitable[None]]
Booked: TypeAlias = Mapping[tuple[str, Booking], int]
"""Amounts by municipality and booking."""
Book: TypeAlias = Callable[[Connection, Booked], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Differs:
    """A place of the ledger (its columns in order) where a rebuild comes to another sum than was there."""

    place: tuple[str, ...]
    was: int
    now: int


Rebook: TypeAlias = Callable[[Connection, AsyncIterator[Booked]], Awaitable[Sequence[Differs]]]
"""Throw away all that was booked and book this instead; what is otherwise than before."""


def person_key(revision: Revision[Any]) -> UUID:
    """Join the history of the person: several jobs, rehires and moves are read in one place."""
    found: UUID = revision.body.person_key
    return found


def own_fact(revision: Revision[Any]) -> UUID:
    """Join the history of the fact itself: one subject per fact."""
    return revision.fact


@dataclass(frozen=True, slots=True, eq=False)
class SubjectKind:
    """One kind of history: what it hears from the bus, what it records of its own (asks, decisions, statements of an earlier kind)."""

    name: str
    derive: Derive
    hears: tuple[type[Event], ...] = ()
    by: JoiningKey = person_key
    records: tuple[type[Event], ...] = ()
    stepwise: bool = False
    """Derive once per moment at which something became known, so that every step is said (for the ways in)."""
    growing: Callable[[], Derive] | None = None
    """Gives a `derive` for one history that grows from step to step: the same answers, but it may go on from those it gave."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that has been quiet: what, in which municipality, for how many days, and whether that is too long."""

    name: str
    municipality: str
    days: int
    is_raised: bool
    words: str


Alarms: TypeAlias = Callable[[Connection, datetime], Awaitable[Iterable[Alarm]]]


async def _no_alarms(_conn: Connection, _moment: datetime) -> Iterable[Alarm]:
    """For a service that watches for no silence."""
    return ()


async def _save_nothing(_conn: Connection, _changed: Sequence[Changed]) -> None:
    """For a service without rows."""


async def _nothing_pending(_conn: Connection, _moment: datetime) -> int:
    """For a service without work of its own beside the bus."""
    return 0


class Undeclared(Exception):
    """Code says what its service tells nobody that it says: a mistake that readers of the bus must not be the first to find."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service at a glance. `subjects` are in lock order; `code_version` rises when derive means something else than before."""

    name: str
    subjects: tuple[SubjectKind, ...]
    code_version: int = 1
    save_rows: SaveRows = _save_nothing
    book: Book | None = None
    rebook: Rebook | None = None
    hears_names: bool = False
    topics: tuple[str, ...] = ()
    """Topics beside those of the events heard, for one who hears every call."""
    loops: tuple[Callable[[Any], Coroutine[None, None, None]], ...] = field(default=())
    """What else runs in the worker (publishing figures); gets the runtime."""
    pending: Callable[[Connection, datetime], Awaitable[int]] = _nothing_pending
    """How much of its own work is not done at this moment, for who waits until all have caught up."""

    says: tuple[type[Event], ...] = ()
    """What it puts on the bus, base classes for all under them: told to others in `contracts/asyncapi.yaml`. It can say nothing else."""

    alarms: Alarms = _no_alarms
    """What has been quiet at this moment, for measures and `forbliv status`."""

    def kind(self, name: str) -> SubjectKind:
        """The kind of this name. Raises `KeyError`."""
        return {kind.name: kind for kind in self.subjects}[name]

    def must_declare(self, events: Iterable[Event]) -> None:
        """Raise `Undeclared` where one of these belongs on the bus and is not among what the service says."""
        for event in {type(each) for each in events}:
            if event.topic and not _is_among(self.says, event):
                raise Undeclared(event.wire)


@cache
def _is_among(says: tuple[type[Event], ...], event: type[Event]) -> bool:
    return issubclass(event, says)

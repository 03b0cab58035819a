"""A batch of the bus into one transaction: fence, parse, dead letters, names, reference, subjects. Knows no Kafka client."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import asyncpg

from contracts.base import Event
from contracts.hr import PersonNamed
from services.chassis.envelope import Erased, Heard, Invalid, Record, Skipped, parse
from services.chassis.failures import raised
from services.chassis.logs import Word, log, warn
from services.chassis.metrics import Laps, Outcome, Place, Step
from services.chassis.outcomes import of_histories, of_new
from services.chassis.reconcile import Moment
from services.chassis.reference import ORGANISATION, read_name
from services.chassis.runtime import Runtime
from services.chassis.service import Connection, SubjectKind
from services.chassis.subject import Revision, Subject

PAUSE_SECONDS = 0.2
PAUSE_LIMIT = 10.0
BEHIND_LIMIT = 600.0
"""Seconds after which a worker that is still behind derives as it reads, however long that makes it take."""
TRANSIENT = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.TransactionRollbackError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.LockNotAvailableError,
    OSError,
    TimeoutError,
)
"""What passes by itself: the database away, a deadlock, a full disk."""


@dataclass(slots=True)
class Sorted:
    """A batch by what it is for."""

    subjects: dict[Subject, list[Revision[Event]]] = field(default_factory=dict)
    reference: list[Revision[Event]] = field(default_factory=list)
    names: list[Revision[PersonNamed]] = field(default_factory=list)
    erased: list[Erased] = field(default_factory=list)
    dead: list[tuple[Record, Invalid]] = field(default_factory=list)
    outcomes: Counter[tuple[Outcome, Place]] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Joins:
    """Where events of one class go; asked once per class, since a check against ABCs costs more than all the rest."""

    names: bool
    reference: bool
    kinds: tuple[SubjectKind, ...]


class Inlet:
    """Takes batches of records; the offsets it answers are durable. It never raises for what a record holds."""

    def __init__(self, runtime: Runtime) -> None:
        """Take for this runtime's group."""
        self._runtime = runtime
        self._organisation = frozenset(c.topic for c in ORGANISATION)
        self._behind_since: float | None = None
        self._places: dict[type[Event], Joins] = {}

    async def take(self, records: Sequence[Record]) -> None:
        """The organisation first and alone, then the rest; a transient failure is tried again for as long as it lasts."""
        self._note_whether_behind(len(records))
        first = [r for r in records if r.topic in self._organisation]
        rest = [r for r in records if r.topic not in self._organisation]
        for part in (first, rest):
            if part:
                with self._runtime.pulse.batch():
                    await self._durably(part)

    def _note_whether_behind(self, count: int) -> None:
        """A full batch says that more is waiting."""
        if count < self._runtime.settings.batch_records:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = time.monotonic()

    def _derives_later(self) -> bool:
        """While more is waiting, what came is only added, and derived once when all is read; but nobody waits for ever."""
        return self._behind_since is not None and time.monotonic() - self._behind_since < BEHIND_LIMIT

    async def _durably(self, records: Sequence[Record]) -> None:
        """Until it is durable. Whatever else fails is tried again too: the client would go on behind a batch that raised."""
        pause = PAUSE_SECONDS
        while True:
            try:
                await self._transaction(records)
            except TRANSIENT as problem:
                warn(Word.BATCH_RETRIED, error=type(problem).__name__, count=len(records))
            except Exception as problem:  # noqa: BLE001 - a batch that raised would be lost
                self._runtime.pulse.held_up = f"a batch fails again and again: {raised(problem)}"
                warn(Word.BATCH_FAILED, error=raised(problem), count=len(records))
            else:
                self._runtime.pulse.held_up = None
                return
            self._runtime.metrics.retries.inc()
            self._runtime.pulse.sign()
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
            pause = min(pause * 2, PAUSE_LIMIT)

    async def _transaction(self, records: Sequence[Record]) -> None:
        runtime, laps = self._runtime, Laps()
        async with runtime.transaction() as (conn, moment):
            laps.done(Step.WAIT)
            ends = {(r.topic, r.partition): (r.offset + 1, _id(r)) for r in records}
            fence = await self._runtime.tables.fence(conn, runtime.group, ends)
            live = [r for r in records if r.offset >= fence[r.topic, r.partition]]
            laps.done(Step.FENCE)
            found = self._sort(live, moment)
            found.outcomes[Outcome.DUPLICATE, Place.FENCE] = len(records) - len(live)
            laps.done(Step.PARSE)
            await self._runtime.tables.bury(conn, found.dead, moment.stamp)
            laps.done(Step.DEAD_LETTERS)
            await self._names(conn, found)
            await self._reference(conn, found)
            laps.done(Step.REFERENCE)
            taking = runtime.add if self._derives_later() else runtime.reconcile
            done = await taking(conn, found.subjects, moment)
            found.outcomes.update(of_histories(found.subjects, done.work.joined, done.work.erased))
            laps.done(Step.RECONCILE)
            moved = {tp: end for tp, end in ends.items() if end[0] > fence[tp]}
            await self._runtime.tables.move_fence(conn, runtime.group, moved)
        laps.done(Step.COMMIT)
        done()
        runtime.metrics.batch(found.outcomes, laps)
        log(Word.BATCH_TAKEN, count=len(live))

    def _sort(self, records: Sequence[Record], moment: Moment) -> Sorted:
        found = Sorted()
        for record in records:
            match parse(record, self._runtime.ear, moment.stamp):
                case Heard(revision):
                    self._place(revision, found)
                case Erased() as erased:
                    found.erased.append(erased)
                case Invalid() as wrong:
                    warn(Word.DEAD_LETTERED, topic=record.topic, partition=record.partition, offset=record.offset, reason=wrong.reason)
                    found.dead.append((record, wrong))
                    found.outcomes[Outcome.DEAD_LETTERED, Place.DEAD_LETTERS] += 1
                case Skipped():
                    found.outcomes[Outcome.SKIPPED, Place.NOWHERE] += 1
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
        for kind in place.kinds:
            subject = Subject(kind.name, kind.by(revision), body.municipality)
            found.subjects.setdefault(subject, []).append(revision)

    def _place_of(self, body: type[Event]) -> "Joins":
        kinds = tuple(kind for kind in self._runtime.service.subjects if issubclass(body, kind.hears))
        return Joins(issubclass(body, PersonNamed), issubclass(body, ORGANISATION), kinds)

    async def _names(self, conn: Connection, found: Sorted) -> None:
        latest = {r.body.person_key: r for r in sorted(found.names, key=lambda r: r.order)}
        new = await self._runtime.tables.save_names(conn, [latest[person] for person in sorted(latest)])
        await self._runtime.tables.erase_names(conn, [e.person for e in found.erased])
        found.outcomes.update(of_new(Place.NAMES, len(found.names), new))
        found.outcomes[Outcome.ACCEPTED, Place.NAMES] += len(found.erased)

    async def _reference(self, conn: Connection, found: Sorted) -> None:
        for code in sorted({r.body.municipality for r in found.reference}):
            await self._runtime.tables.hold_reference(conn, code)
            told = [r for r in found.reference if r.body.municipality == code]
            added = await self._runtime.tables.add_reference(conn, told)
            new = set(added)
            found.outcomes.update(of_new(Place.REFERENCE, len(told), len(added)))
            if new:
                await self._runtime.tables.raise_version(conn, code, (read_name(r.body) for r in told if r.fact in new))


def _id(record: Record) -> str:
    for name, value in record.headers:
        if name == "ce_id" and value is not None:
            return value.decode(errors="replace")[:64]
    return ""

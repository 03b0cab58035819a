"""Parts of the chassis that do not do what they ought to. A mutant puts them where the right ones are."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from contracts.base import Event
from contracts.hr import Hired
from services.chassis import envelope
from services.chassis.advance import Advance, State, advance
from services.chassis.envelope import Outcome, Outgoing, Record, value_of
from services.chassis.inlet import TRANSIENT, Inlet
from services.chassis.kept import Kept
from services.chassis.outbox import BATCH, Relay, Sender
from services.chassis.reading import Reading
from services.chassis.reconcile import Moment, Reconciler, Work
from services.chassis.reference import Reference, Snapshot
from services.chassis.remains import Invalid
from services.chassis.runtime import Decide, Runtime, readers_of
from services.chassis.service import Connection, Service, SubjectKind
from services.chassis.subject import Booking, History, Revision, Subject
from services.chassis.tables import Tables
from services.chassis.tables.consumed import Readers
from services.chassis.tables.outbox import Unsent
from services.chassis.tables.subjects import Added, SubjectRow
from tests.kit import toy
from tests.simulator.memory.log import MemoryLog, Partition, Start
from tests.simulator.memory.tables import MemoryTables, subjects
from tests.simulator.memory.tables.here import here
from tests.simulator.service import FRAGILE

RIGHT_BELL, RIGHT_MISSING, RIGHT_ASK = toy._bell, Inlet._nothing_is_missing, Runtime.ask


class Passed(int):
    """A fence before which nothing lies, whoever compares: the rest of what a fence is for it still does."""

    def __gt__(self, _offset: int) -> bool:
        return False


async def fence_before_which_nothing_lies(conn: Connection, readers: Readers, partitions: Iterable[Partition]) -> dict[Partition, int]:
    return {tp: Passed(offset) for tp, offset in (await MemoryTables.fence(conn, readers, partitions)).items()}


def asks_by_the_right_fence(
    inlet: Inlet, firsts: Mapping[Partition, Record], fence: Mapping[Partition, int], asked: Mapping[Partition, int]
) -> None:
    RIGHT_MISSING(inlet, firsts, {tp: int(offset) for tp, offset in fence.items()}, asked)


def one_fence(service: Service) -> Mapping[str, str]:
    return dict.fromkeys(readers_of(service), "whoever reads")


async def no_row_lock(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, SubjectRow]:
    async with here(conn).statement() as server:
        return {number: subjects.row_of(number, kept) for number in ids if (kept := server.get("subject", (kind, number)))}


class DeletesFirst(Relay):
    """Deletes what it is about to publish."""

    async def once(self, conn: Connection, sender: Sender) -> int:
        """One batch."""
        rows = await self._runtime.tables.unsent(conn, BATCH)
        await self._runtime.tables.sent(conn, [row.seq for row in rows])
        for row in rows:
            headers = [(name, value.encode()) for name, value in json.loads(row.headers)]
            await (await sender.send(row.topic, value_of(row.body), row.key.encode(), headers=headers))
        return len(rows)


async def everybody_relays(_conn: Connection) -> bool:
    await asyncio.sleep(0)
    return True


class OwnClock:
    """Every process asks a clock of its own; every second one is three days ahead."""

    def __init__(self) -> None:
        """No process yet."""
        self._numbers = count()

    def __call__(self) -> Tables:
        """The tables of the next process."""
        ahead = timedelta(days=3 * (next(self._numbers) % 2))

        async def moment(conn: Connection) -> datetime:
            return await MemoryTables.moment(conn) + ahead

        async def begin(conn: Connection, readers: Readers) -> tuple[datetime, datetime]:
            stamp, until = await MemoryTables.begin(conn, readers)
            return stamp + ahead, until

        tables = MemoryTables()
        tables.moment, tables.begin = moment, begin
        return tables


async def all_is_read(conn: Connection, _readers: Readers) -> tuple[datetime, datetime]:
    stamp = await MemoryTables.moment(conn)
    return stamp, stamp


class Careless(Reconciler):
    """Lets a derive that raises stop everybody."""

    def _advance(
        self, kind: SubjectKind, row: SubjectRow, state: State, new: Sequence[Revision[Any]], snapshot: Snapshot, moment: Moment
    ) -> Advance:
        if row.derived_with > self.service.code_version:
            return super()._advance(kind, row, state, new, snapshot, moment)
        return advance(self.service, kind, state, new, snapshot, moment.now, stamp=moment.stamp)


class Presumptuous(Reconciler):
    """Derives what newer code has derived."""

    def _advance(
        self, kind: SubjectKind, row: SubjectRow, state: State, new: Sequence[Revision[Any]], snapshot: Snapshot, moment: Moment
    ) -> Advance:
        return super()._advance(kind, row._replace(derived_with=0), state, new, snapshot, moment)


class Trusting(Kept):
    """Takes what it kept in memory for what is in the database."""

    def of(self, rows: Mapping[UUID, SubjectRow], wanted: Iterable[Subject]) -> dict[Subject, State]:  # noqa: ARG002 - that is the point
        return {s: held[1] for s in wanted if (held := self._waiting.get(s) or self._derived.get(s))}


class Forgetful(Reconciler):
    """Asks nobody whether what it kept still holds."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.kept = Trusting()


def partial_parse(record: Any, ear: Any, moment: datetime) -> Outcome:
    return envelope._parse(record, ear, moment)


async def wakes_nobody(_conn: Connection, _municipality: str, _name: str, _at: datetime, _limit: int) -> int:
    await asyncio.sleep(0)
    return 0


async def ends_nobody(_conn: Connection, _seconds: float) -> int:
    await asyncio.sleep(0)
    return 0


async def waits_first(self: Reading) -> None:
    await self.note_read_until()
    await self._end_silent()


async def says_nothing(_conn: Connection, _records: Sequence[Outgoing]) -> None:
    await asyncio.sleep(0)


async def no_marks(_conn: Connection, _readers: Readers) -> dict[Partition, tuple[int, str]]:
    await asyncio.sleep(0)
    return {}


async def nothing(*_: object) -> None:
    await asyncio.sleep(0)


def never_heard(_history: History, _revision: Revision[Any]) -> bool:
    return False


def elsewhere(hired: Hired, reference: Reference, now: datetime) -> toy.BellPlanned:
    return RIGHT_BELL(hired, reference, now).model_copy(update={"unit_id": FRAGILE})


def matches_nothing(_revision: Revision[Any]) -> bytes:
    return b"in no history"


def says_what_was_said(_old: Revision[Any], _new: Event) -> bool:
    return True


def keeps_its_revision(old: Revision[Any], _epoch: int) -> int:
    return old.revision


FORGOTTEN = property(lambda _state: None, lambda _state, _value: None)


def books_all(_old: Mapping[Booking, int], new: Mapping[Booking, int]) -> dict[Booking, int]:
    return dict(new)


class Invisible(Reconciler):
    """Shows nobody what it derived."""

    async def _save(self, conn: Connection, work: Work) -> None:
        work.changed.clear()
        await super()._save(conn, work)


async def buries_nothing(_conn: Connection, _dead: Sequence[tuple[Record, Invalid]], _moment: datetime) -> None:
    await asyncio.sleep(0)


async def adds_nothing(_conn: Connection, _kind: str, _added: Sequence[Added], _moment: datetime) -> None:
    await asyncio.sleep(0)


async def answers_anyway(runtime: Runtime, subject: Subject, form_id: UUID, decide: Decide) -> None:
    with suppress(*TRANSIENT):
        await RIGHT_ASK(runtime, subject, form_id, decide)


async def newest_first(conn: Connection, limit: int) -> list[Unsent]:
    return (await MemoryTables.unsent(conn, limit))[::-1]


def without_its_time(text: str) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in json.loads(text) if name != "ce_time"]


def counts_nobody(_log: MemoryLog, name: str) -> Start:
    return name, 0

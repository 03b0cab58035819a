"""The chassis with one mechanism taken out at a time. A mutation proof shows that the simulator misses it."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch
from uuid import UUID

from contracts.hr import Hired
from services.chassis import envelope, reconcile, runtime, sorting
from services.chassis.advance import Advance, State, advance
from services.chassis.envelope import Outcome, Outgoing, value_of
from services.chassis.inlet import Inlet
from services.chassis.kept import Kept
from services.chassis.outbox import BATCH, Relay, Sender
from services.chassis.reading import Reading
from services.chassis.reconcile import Moment, Reconciler
from services.chassis.reference import Reference, Snapshot
from services.chassis.runtime import readers_of
from services.chassis.service import Connection, Service, SubjectKind
from services.chassis.subject import History, Revision, Subject
from services.chassis.tables import Tables, wakes
from services.chassis.tables.consumed import Readers
from services.chassis.tables.subjects import SubjectRow
from tests.kit import toy
from tests.simulator import world
from tests.simulator.checks import (
    CLAIMS,
    DOUBLED,
    EARLY,
    FIGURES,
    LOST,
    MINTED,
    NAMES,
    OLDER,
    REFUSED,
    REPEATED,
    ROWS,
    UNREAD,
    UNSAID,
    UNSENT,
)
from tests.simulator.mechanisms import Mechanisms
from tests.simulator.memory.log import Partition
from tests.simulator.memory.tables import MemoryTables, subjects
from tests.simulator.memory.tables.here import here
from tests.simulator.service import FRAGILE
from tests.simulator.world import UNREST

RIGHT_BELL = toy._bell


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is taken out: parts in place of the right ones, names in place of the right ones; and which promises that breaks."""

    breaks: tuple[str, ...]
    parts: Mechanisms = field(default_factory=Mechanisms)
    patches: tuple[tuple[Any, str, Any], ...] = ()
    known: tuple[int, ...] = ()
    """Seeds of rare stories in which it was missed: tried before all others, and kept by the chassis as it is."""


@contextmanager
def without(mutant: Mutant) -> Iterator[Mechanisms]:
    """The chassis as the mutant is, for the length of a block."""
    with ExitStack() as stack:
        for where, name, what in mutant.patches:
            stack.enter_context(patch.object(where, name, what))
        yield mutant.parts


def _tables(**functions: Callable[..., Any]) -> Mechanisms:
    kind = type("MutantTables", (MemoryTables,), {name: staticmethod(function) for name, function in functions.items()})
    return Mechanisms(tables=kind)


async def _no_fence(_conn: Connection, _readers: Readers, partitions: Iterable[Partition]) -> dict[Partition, int]:
    return dict.fromkeys(partitions, 0)


def _one_fence(service: Service) -> Mapping[str, str]:
    return dict.fromkeys(readers_of(service), "whoever reads")


async def _no_row_lock(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, SubjectRow]:
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


async def _everybody_relays(_conn: Connection) -> bool:
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

        tables = MemoryTables()
        tables.moment = moment
        return tables


async def _all_is_read(_conn: Connection, _readers: Readers) -> datetime:
    return datetime.max.replace(tzinfo=wakes.ALWAYS.tzinfo)


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


def _partial_parse(record: Any, ear: Any, moment: datetime) -> Outcome:
    return envelope._parse(record, ear, moment)


async def _wakes_nobody(_conn: Connection, _municipality: str, _name: str, _at: datetime, _limit: int) -> int:
    await asyncio.sleep(0)
    return 0


async def _ends_nobody(_conn: Connection, _seconds: float) -> int:
    await asyncio.sleep(0)
    return 0


async def _waits_first(self: Reading) -> None:
    await self.note_read_until()
    await self._end_silent()


async def _says_nothing(_conn: Connection, _records: Sequence[Outgoing]) -> None:
    await asyncio.sleep(0)


async def _no_marks(_conn: Connection, _readers: Readers) -> dict[Partition, tuple[int, str]]:
    await asyncio.sleep(0)
    return {}


async def _nothing(*_: object) -> None:
    await asyncio.sleep(0)


def _never_heard(_history: History, _revision: Revision[Any]) -> bool:
    return False


def _elsewhere(hired: Hired, reference: Reference, now: datetime) -> toy.BellPlanned:
    return RIGHT_BELL(hired, reference, now).model_copy(update={"unit_id": FRAGILE})


def _matches_nothing(_revision: Revision[Any]) -> bytes:
    return b"in no history"


MUTANTS: Mapping[str, Mutant] = {
    "the fence": Mutant((UNREST, LOST, UNREAD), _tables(fence=_no_fence)),
    "the fence of who hears more": Mutant((LOST, CLAIMS), patches=((runtime, "readers_of", _one_fence), (world, "readers_of", _one_fence))),
    "the duplicate check in the history": Mutant((DOUBLED,), patches=((History, "__contains__", _never_heard),)),
    "the duplicate check while behind": Mutant((DOUBLED,), patches=((reconcile, "mark", _matches_nothing),)),
    "the row lock": Mutant((MINTED, CLAIMS, ROWS, FIGURES), _tables(lock=_no_row_lock), known=(1235,)),
    "delete after publish": Mutant((UNSENT,), Mechanisms(relay=DeletesFirst)),
    "the advisory lock of the relay": Mutant((REPEATED,), _tables(take_relay=_everybody_relays)),
    "one clock": Mutant((EARLY,), Mechanisms(tables=OwnClock())),
    "catch-up before wake": Mutant((UNREAD,), _tables(read_until=_all_is_read)),
    "what is missing is asked for": Mutant((LOST, CLAIMS, NAMES), patches=((Inlet, "_nothing_is_missing", lambda *_: None),)),
    "what is said goes out": Mutant((UNSAID,), _tables(put_outbox=_says_nothing)),
    "the unit of a bell": Mutant((CLAIMS,), patches=((toy, "_bell", _elsewhere),)),
    "the broken subject": Mutant((REFUSED, LOST), Mechanisms(reconciler=Careless)),
    "newer code derives": Mutant((OLDER,), Mechanisms(reconciler=Presumptuous)),
    "the end of silent sessions": Mutant((UNREST,), _tables(end_silent=_ends_nobody)),
    "the end of silent sessions before their locks are waited for": Mutant(
        (UNREST,), patches=((Reading, "look", _waits_first),), known=(665,)
    ),
    "the mark of a topic that is made anew": Mutant((LOST, NAMES, CLAIMS), _tables(marks=_no_marks), known=(151,)),
    "the look at what is read again": Mutant((LOST, CLAIMS), patches=((Inlet, "_nothing_is_strange", _nothing),), known=(624,)),
    "the total parser": Mutant((REFUSED,), patches=((sorting, "parse", _partial_parse),)),
    "the version of what is kept": Mutant((MINTED, CLAIMS, ROWS, FIGURES), Mechanisms(reconciler=Forgetful)),
    "the wake of who read the reference": Mutant((CLAIMS,), _tables(wake_readers=_wakes_nobody), known=(1302,)),
}

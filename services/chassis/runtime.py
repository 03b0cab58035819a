"""What a process of a service holds: settings, pool, rules, reconciler; the doors other than the bus."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import asyncpg

from contracts.base import Event
from services.chassis import database, rules, traces
from services.chassis.calendar import day_of
from services.chassis.envelope import Ear
from services.chassis.metrics import Metrics
from services.chassis.packing import concrete
from services.chassis.pulse import Pulse
from services.chassis.reconcile import Arrivals, Moment, Reconciler, Work
from services.chassis.reference import Reference, Snapshot
from services.chassis.service import Connection, Service, SubjectKind
from services.chassis.settings import Settings
from services.chassis.subject import History, Revision, Subject
from services.chassis.tables import Tables
from services.chassis.tables.consumed import Readers

DIGEST = 12
Decide = Callable[[History, Reference, datetime], Event]


def group_of(service: str) -> str:
    """The consumer group of a service."""
    return f"forbliv.{service}"


def readers_of(service: Service) -> Readers:
    """Whose fence each topic has: that of a group and of what its kinds of history hear there.

    A version in which a kind begins to hear a type is another reader of its topic and has read nothing yet: it reads all of the past
    once, and histories take of it what they lack. Versions that hear the same share their fence.
    """
    ear = Ear.of(service, ())
    heard: dict[str, set[str]] = {topic: {"every call"} for topic in service.topics}
    for wire, event in (*ear.classes.items(), *ear.older.items()):
        if event.topic:
            heard.setdefault(event.topic, set()).add(wire)
    for kind in service.subjects:
        for wire, event in concrete(kind.hears).items():
            if event.topic:
                heard[event.topic].add(f"{kind.name}:{wire}")
    return {topic: f"{group_of(service.name)}/{_digest(wires)}" for topic, wires in heard.items()}


def _digest(wires: Iterable[str]) -> str:
    return sha256(" ".join(sorted(wires)).encode()).hexdigest()[:DIGEST]


class Runtime:
    """One service in one process. Open it with `open_runtime`."""

    def __init__(
        self, service: Service, settings: Settings, pool: asyncpg.Pool, tables: Tables | None = None, pulse: Pulse | None = None
    ) -> None:
        """Hold the pool and read the rules."""
        self.service = service
        self.settings = settings
        self.pool = pool
        self.tables = tables or Tables()
        self.metrics = Metrics()
        self.pulse = pulse or Pulse()
        self.rules = rules.load(settings.rules)
        self.ear = Ear.of(service, self.rules)
        self.traces = traces.configured(service.name)
        self.reconciler = Reconciler(service, self.rules, tables=self.tables, epoch=settings.epoch, traces=self.traces)
        self.group = group_of(service.name)
        self.readers = readers_of(service)
        self.one_at_a_time = asyncio.Lock()
        self.said = asyncio.Event()
        """Set after every transaction, for the relay of this process."""
        self.read_on = asyncio.Event()
        """Set when it is known that more was read, for the wake-ups of this process."""

    @property
    def topics(self) -> frozenset[str]:
        """The topics this service reads."""
        return frozenset(self.readers)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[tuple[Connection, Moment]]:
        """One transaction with its moment; one at a time in this process."""
        async with self.one_at_a_time, self.pool.acquire() as conn:
            try:
                async with conn.transaction():
                    stamp, until = await self.tables.begin(conn, self.readers)
                    yield conn, Moment(stamp, min(stamp, until))
            except BaseException:
                self.reconciler.rolled_back()
                raise
            self.said.set()

    async def reconcile(self, conn: Connection, arrivals: Arrivals, moment: Moment) -> "Done":
        """Reconcile inside `transaction`; call the answer once the transaction has ended."""
        work = await self.reconciler.reconcile(conn, arrivals, moment)
        return Done(self, work)

    async def add(self, conn: Connection, arrivals: Arrivals, moment: Moment) -> "Done":
        """As `reconcile`; but what came is derived later, when everything is read."""
        return Done(self, await self.reconciler.add(conn, arrivals, moment))

    async def ask(self, subject: Subject, form_id: UUID, decide: Decide) -> None:
        """What a person wants, once per form: `decide` gives the event or raises `Refused`; the same form again changes nothing."""
        kind = self.service.kind(subject.kind)
        with self.traces.span("ask"):
            await self._ask(kind, subject, form_id, decide)

    async def _ask(self, kind: SubjectKind, subject: Subject, form_id: UUID, decide: Decide) -> None:
        async with self.transaction() as (conn, moment):
            snapshot = await self.reconciler.snapshot(conn, subject.municipality)
            ((_, state),) = (await self.reconciler.load(conn, kind, [subject])).values()
            if state.history.fact(form_id) is not None:
                return
            event = decide(state.history, Reference(snapshot, day_of(moment.stamp)), moment.stamp)
            asked = Revision(form_id, 0, 1, True, moment.stamp, event, event.wire)
            done = await self.reconcile(conn, {subject: [asked]}, moment)
        done()

    async def record(self, arrivals: Mapping[Subject, Sequence[Revision[Event]]]) -> None:
        """Own records into their histories, all in one transaction."""
        with self.traces.span("record"):
            async with self.transaction() as (conn, moment):
                done = await self.reconcile(conn, arrivals, moment)
            done()

    async def now(self) -> datetime:
        """The clock."""
        async with self.pool.acquire() as conn:
            return await self.tables.moment(conn)

    async def snapshot(self, municipality: str) -> Snapshot:
        """The reference of a municipality as heard so far; for pages, which wait for no reconcile."""
        async with self.pool.acquire() as conn, conn.transaction():
            return await self.reconciler.snapshot(conn, municipality)

    async def names(self, persons: Iterable[UUID]) -> Mapping[UUID, str]:
        """The names of persons, for a page that needs them."""
        async with self.pool.acquire() as conn:
            return await self.tables.names(conn, persons)


class Done:
    """A reconcile whose transaction must still become durable."""

    def __init__(self, runtime: Runtime, work: Work) -> None:
        """Hold what is to be kept and counted."""
        self._runtime = runtime
        self.work = work

    def __call__(self) -> None:
        """The transaction is durable."""
        work = self.work
        self._runtime.reconciler.committed(work)
        self._runtime.metrics.reconciled(derived=len(work.changed), broken=work.broken, said=len(work.outbox), seconds=work.derive_seconds)


@asynccontextmanager
async def open_runtime(service: Service, settings: Settings, pulse: Pulse | None = None) -> AsyncIterator[Runtime]:
    """Open the pool, migrate, and close the pool at the end. `pulse`: of a process that is watched before it has a runtime."""
    pool = await database.open_pool(settings.database(service.name), silent_seconds=settings.silent_seconds)
    try:
        await database.migrate(pool, database.of_service(service.name, package_of(service.name)))
        yield Runtime(service, settings, pool, pulse=pulse)
    finally:
        await database.close_pool(pool)


def package_of(service: str) -> Path:
    """The folder of a service's code; the chassis' tests use services without one."""
    module = sys.modules.get(f"services.{service}")
    return Path(module.__file__).parent if module and module.__file__ else Path("-")

"""A server in memory: rows, transactions that read what is committed, locks, sequences, one clock; its pool stands in for asyncpg's.

Every statement, commit and answer travels: between any two of them others go on, and a process may die.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg

from tests.simulator.loop import OWNER, turn
from tests.simulator.memory.clock import MemoryClock
from tests.simulator.memory.locks import Locks, Session

Key: TypeAlias = tuple[Any, ...]
Rows: TypeAlias = dict[str, dict[Key, Any]]
"""Per table: key → row; a row that is `None` is deleted."""
Reach: TypeAlias = Callable[[str, str], None]
"""Told at which point which owner is, to strike there."""


def nowhere(_owner: str, _point: str) -> None:
    """Nobody strikes."""


class MemoryDatabase:
    """The server. `rows` is what is committed."""

    def __init__(self, clock: MemoryClock, reach: Reach = nowhere) -> None:
        """Empty, and there."""
        self.clock = clock
        self.reach = reach
        self.rows: defaultdict[str, dict[Key, Any]] = defaultdict(dict)
        self.locks = Locks()
        self.away = False
        self.connections: list[MemoryConnection] = []
        self.committed: list[Callable[[Rows], None]] = []
        """Told what every transaction changed, at its commit."""
        self.silenced = 0
        """How many sessions were ended because they were silent; a relay whose session was may repeat itself."""
        self._numbers: Counter[str] = Counter()
        self._dead: set[str] = set()

    def next_number(self, sequence: str) -> int:
        """The next number of a sequence; a rollback leaves a gap."""
        self._numbers[sequence] += 1
        return self._numbers[sequence]

    def pool(self) -> "MemoryPool":
        """A pool of connections for the process that asks."""
        return MemoryPool(self, OWNER.get())

    def apply(self, writes: Rows) -> None:
        """Make the rows of a transaction durable."""
        for table, changes in writes.items():
            rows = self.rows[table]
            for key, row in changes.items():
                if row is None:
                    rows.pop(key, None)
                else:
                    rows[key] = row
        for told in self.committed:
            told(writes)

    def cut(self, owner: str, problem: type[Exception] = asyncpg.ConnectionDoesNotExistError) -> None:
        """All connections of an owner break, in the client's words; what was open is rolled back."""
        for conn in [c for c in self.connections if c.owner == owner]:
            conn.broken(problem("connection was closed in the middle of operation"))

    def forget(self, owner: str) -> None:
        """The owner is dead: so are its connections, and it never notices."""
        self._dead.add(owner)
        for conn in [c for c in self.connections if c.owner == owner]:
            conn.broken(None)

    def is_dead(self, owner: str) -> bool:
        """Whether this process is no more."""
        return owner in self._dead


class MemoryPool:
    """What the chassis asks of asyncpg's pool."""

    def __init__(self, database: MemoryDatabase, owner: str) -> None:
        """No connection yet."""
        self.database = database
        self.owner = owner

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator["MemoryConnection"]:
        """A connection, for as long as the block lasts."""
        if self.database.is_dead(self.owner):
            raise asyncio.CancelledError
        if self.database.away:
            raise ConnectionRefusedError
        conn = MemoryConnection(self.database, self.owner)
        self.database.connections.append(conn)
        try:
            yield conn
        finally:
            conn.closed()


class MemoryConnection:
    """One connection: at most one transaction at a time, and what it has written in it."""

    def __init__(self, database: MemoryDatabase, owner: str) -> None:
        """Connected."""
        self.database = database
        self.owner = owner
        self.session = Session()
        self._lasting = Session()
        self.writes: Rows | None = None
        self.has_failed = False
        self._is_dead = False
        self._problem: Exception | None = None
        self._heard_at = 0.0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """BEGIN; COMMIT at the end of the block, ROLLBACK where it raises."""
        self._alive()
        self.writes = {}
        try:
            yield
            await self.commit()
        except BaseException:
            self.rollback()
            raise

    def statement(self) -> "Statement":
        """One statement; outside a transaction it is one by itself."""
        return Statement(self)

    async def lock(self, name: Hashable, *, shared: bool = False) -> None:
        """A row or advisory lock until the transaction ends."""
        await self.database.locks.take(self.session, name, shared=shared)

    def attempt(self, name: Hashable) -> bool:
        """A row or advisory lock until the transaction ends, if it is free."""
        return self.database.locks.attempt(self.session, name)

    def attempt_lasting(self, name: Hashable) -> bool:
        """An advisory lock until it is released or the connection ends, if it is free."""
        return self.database.locks.attempt(self._lasting, name)

    def leave_lasting(self) -> None:
        """Give the lasting locks back."""
        self.database.locks.release_all(self._lasting)

    def get(self, table: str, key: Key) -> Any:
        """The row as this transaction sees it now; none where there is none."""
        mine = self._mine(table)
        return mine[key] if key in mine else self.database.rows[table].get(key)

    def scan(self, table: str) -> Iterator[tuple[Key, Any]]:
        """All rows as this transaction sees them now, by key."""
        mine = self._mine(table)
        rows = {**self.database.rows[table], **mine} if mine else self.database.rows[table]
        return iter([(key, row) for key, row in rows.items() if row is not None])

    def put(self, table: str, key: Key, row: Any) -> None:
        """Write a row; `None` deletes it. The caller holds its lock."""
        self._mine(table)[key] = row

    async def insert(self, table: str, key: Key, row: Any) -> bool:
        """Insert where there is no such row, waiting for another who is inserting it; whether it was new."""
        if self.get(table, key) is not None:
            return False
        await self.lock((table, key))
        if self.get(table, key) is not None:
            return False
        self.put(table, key, row)
        return True

    async def for_update(self, table: str, key: Key) -> Any:
        """Lock a row and read it anew; none where there is none."""
        if self.get(table, key) is None:
            return None
        await self.lock((table, key))
        return self.get(table, key)

    def broken(self, problem: Exception | None) -> None:
        """The connection is no more: rolled back; it raises `problem`, or its process is dead and nothing is ever heard again."""
        self._is_dead, self._problem = True, problem
        self.database.locks.interrupt(self.session, problem)
        self.rollback()
        self.leave_lasting()
        if self in self.database.connections:
            self.database.connections.remove(self)

    async def reset(self, *, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109 - as asyncpg's
        """Let go of what lasts longer than a transaction."""
        async with self.statement():
            self.leave_lasting()

    def terminate(self) -> None:
        """End the connection without a word."""
        self.closed()

    async def close(self) -> None:
        """End the connection."""
        self.closed()

    def closed(self) -> None:
        """Given back."""
        if not self._is_dead:
            self.broken(asyncpg.InterfaceError("connection is closed"))

    async def commit(self) -> None:
        """COMMIT: what was written is there for everybody, then the answer comes."""
        self._alive()
        if self.writes:
            await self.travel("commit")
        writes, self.writes = self.writes or {}, None
        self.database.apply(writes)
        self.database.locks.release_all(self.session)
        if writes:
            await self.travel("committed")

    def rollback(self) -> None:
        """ROLLBACK."""
        self.writes, self.has_failed = None, False
        self.database.locks.release_all(self.session)

    async def travel(self, point: str) -> None:
        """Something goes over the wire; much may happen meanwhile."""
        self._alive()
        self._heard_at = asyncio.get_running_loop().time()
        self.database.reach(self.owner, point)
        await turn()
        self._alive()

    def is_silent(self, seconds: float) -> bool:
        """Whether it holds a transaction or a lasting lock, and its client has said nothing for so long."""
        holds = self.writes is not None or self.database.locks.are_held(self._lasting)
        waits = self.database.locks.are_awaited(self.session)
        return holds and not waits and asyncio.get_running_loop().time() - self._heard_at > seconds

    def _alive(self) -> None:
        if self._is_dead:
            raise self._problem or asyncio.CancelledError

    def _mine(self, table: str) -> dict[Key, Any]:
        if self.writes is None:
            self._alive()
            raise asyncpg.InterfaceError("no transaction")
        return self.writes.setdefault(table, {})


class Statement:
    """One statement on its way, by itself or inside a transaction."""

    def __init__(self, conn: MemoryConnection) -> None:
        """On this connection."""
        self._conn = conn
        self._is_alone = False

    async def __aenter__(self) -> MemoryConnection:
        """It arrives."""
        await self._conn.travel("statement")
        if self._conn.has_failed:
            raise asyncpg.InFailedSQLTransactionError("current transaction is aborted")
        if self._conn.writes is None:
            self._is_alone, self._conn.writes = True, {}
        return self._conn

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """It is done; a failure fails the whole transaction."""
        if kind is not None:
            self._conn.has_failed = not self._is_alone
        if self._is_alone and kind is None:
            await self._conn.commit()
        elif self._is_alone:
            self._conn.rollback()

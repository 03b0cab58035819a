"""The database of the fault runs: made on a small disk of its own where mounting is allowed, looked at without the chassis' workers."""

import json
import os
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from deploy.local.ports import LOOPBACK
from services.chassis import clock, database
from services.chassis.packing import unpack
from services.chassis.tables import Tables
from tests.faults.expected import Letter
from tests.faults.oracle import Stored
from tests.faults.service import SERVICE, TABLES

NAME = "faults"
NOT_MOUNTED = "no tmpfs can be mounted here"


@contextmanager
def own_servers() -> Iterator[None]:
    """The servers are killed here: they are never those of somebody else."""
    names = ("FORBLIV_KAFKA", "FORBLIV_DATABASE_URL")
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(before)


@dataclass(frozen=True, slots=True)
class Disk:
    """A tmpfs of its own, so that it can be full without the machine being so."""

    path: Path
    megabytes: int

    def make_room(self) -> None:
        """It is larger than it was when it was made."""
        subprocess.run(("mount", "-o", f"remount,size={4 * self.megabytes}m", str(self.path)), check=True)

    def fill(self) -> None:
        """Leave no room at all."""
        used = subprocess.run(("df", "--output=used", "-k", str(self.path)), check=True, capture_output=True, text=True).stdout
        subprocess.run(("mount", "-o", f"remount,size={int(used.split()[-1])}k", str(self.path)), check=True)


def mount(path: Path, megabytes: int) -> Disk | None:
    """A small disk; none where this user may not mount."""
    path.mkdir(mode=0o700)
    owner = path.parent.stat()
    options = f"size={megabytes}m,mode=0700,uid={owner.st_uid},gid={owner.st_gid}"
    done = subprocess.run(("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path)), capture_output=True, check=False)
    return Disk(path, megabytes) if done.returncode == 0 else None


def unmount(disks: Iterable[Disk]) -> None:
    """The disks and all on them are gone."""
    for disk in disks:
        subprocess.run(("umount", "-l", str(disk.path)), check=True)


class Store:
    """The service's database, asked past the proxy."""

    def __init__(self, admin: str) -> None:
        """`admin`: the server's address as administrator, by its socket."""
        parts = urlsplit(admin)
        self.admin = admin
        self.url = urlunsplit(parts._replace(path=f"/{NAME}"))
        self._login = parts.netloc.rpartition("@")[0]

    @property
    def socket(self) -> Path:
        """Where the server listens."""
        return Path(urlsplit(self.admin).query.removeprefix("host=").replace("%2F", "/")) / ".s.PGSQL.5432"

    def through(self, port: int, who: str) -> str:
        """The address by way of a proxy; `who` is seen in `pg_stat_activity`."""
        return f"postgresql://{self._login}@{LOOPBACK}:{port}/{NAME}?sslmode=disable&application_name={who}"

    @asynccontextmanager
    async def connection(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """One connection, gone at the end."""
        conn = await asyncpg.connect(self.url, timeout=5, command_timeout=30)
        try:
            yield conn
        finally:
            conn.terminate()

    async def make(self, disk_megabytes: int, start: datetime) -> Disk | None:
        """The database with its tables, its clock showing `start`."""
        admin = await asyncpg.connect(self.admin)
        folder = Path(await admin.fetchval("SHOW data_directory")).parent / "small"
        disk = mount(folder, disk_megabytes)
        if disk is not None:
            await admin.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
        await admin.execute(f"CREATE DATABASE {NAME}" + (" TABLESPACE small" if disk else ""))
        await admin.close()
        pool = await database.open_pool(self.url, size=1)
        await database.migrate(pool, database.of_service(SERVICE.name, Path("-")))
        async with pool.acquire() as conn:
            await conn.execute(TABLES)
            await clock.move(conn, start - await clock.moment(conn))
        await pool.close()
        return disk

    async def ahead(self) -> timedelta:
        """How far ahead the service's clock is."""
        async with self.connection() as conn:
            return await clock.ahead(conn)

    async def move_clock(self, by: timedelta) -> bool:
        """Move the clock while nobody has a transaction under way; whether there was such a moment."""
        async with self.connection() as conn:
            await conn.execute("SET lock_timeout = '300ms'")
            try:
                async with conn.transaction():
                    await clock.hold(conn)
                    await clock.move(conn, await clock.ahead(conn) + by)
            except asyncpg.LockNotAvailableError:
                return False
        return True

    async def undone(self) -> dict[str, int]:
        """Events to send, subjects to wake, changes whose readers are not woken."""
        async with self.connection() as conn:
            moment = await clock.moment(conn)
            due = await conn.fetchval("SELECT count(*) FROM subject WHERE wake_at <= $1", moment)
            return {"outbox": await _count(conn, "outbox"), "to_wake": await _count(conn, "to_wake"), "due": due}

    async def unsent(self) -> set[str]:
        """The ids of all events in the outbox."""
        async with self.connection() as conn:
            return {dict(json.loads(row["headers"]))["ce_id"] for row in await conn.fetch("SELECT headers FROM outbox")}

    async def fences(self) -> dict[tuple[str, int], int]:
        """How far each partition is read."""
        async with self.connection() as conn:
            rows = await conn.fetch("SELECT topic, partition, next_offset FROM consumed")
        return {(row["topic"], row["partition"]): row["next_offset"] for row in rows}

    async def in_transaction(self, who: str) -> bool:
        """Whether a worker has a transaction under way that has locked something of its own."""
        async with self.connection() as conn:
            found: bool = await conn.fetchval(
                "SELECT count(*) > 0 FROM pg_stat_activity a JOIN pg_locks l USING (pid)"
                " WHERE a.application_name = $1 AND a.backend_xid IS NOT NULL AND l.relation = 'consumed'::regclass"
                " AND l.mode = 'RowShareLock' AND l.granted",
                who,
            )
        return found

    async def relay(self) -> str | None:
        """Which worker is the relay now."""
        async with self.connection() as conn:
            found: str | None = await conn.fetchval(
                "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                " WHERE l.locktype = 'advisory' AND l.objid = 730710 AND l.granted"
            )
        return found

    async def stored(self) -> Stored:
        """All that the judge looks at."""
        async with self.connection() as conn:
            ledger = await conn.fetch("SELECT known_on, unit, month, sum(amount)::int AS n FROM ledger GROUP BY 1, 2, 3")
            balance = await conn.fetch("SELECT unit, month, amount FROM balance")
            pages = await conn.fetch("SELECT kind, id, rows FROM page")
            broken = await conn.fetchval("SELECT count(*) FROM subject WHERE broken IS NOT NULL")
            unsettled = {"unsent": await _count(conn, "outbox"), "broken": broken}
            return Stored(
                histories=await _histories(conn),
                letters=await _letters(conn),
                ledger=Counter({(r["known_on"].isoformat(), str(r["unit"]), r["month"]): r["n"] for r in ledger if r["n"]}),
                balance=Counter({(str(r["unit"]), r["month"]): r["amount"] for r in balance}),
                pages={(r["kind"], str(r["id"])): r["rows"] for r in pages},
                unsettled=unsettled,
            )


async def _histories(conn: "asyncpg.Connection[asyncpg.Record]") -> Counter[tuple[str, int, int]]:
    """How often each revision from the bus stands in the histories of people."""
    kind = SERVICE.kind("person")
    found: Counter[tuple[str, int, int]] = Counter()
    people = [row["id"] for row in await conn.fetch("SELECT id FROM subject WHERE kind = 'person'")]
    for text in (await Tables.histories(conn, "person", people)).values():
        for revision in unpack(kind, text):
            if isinstance(revision.body, kind.hears):
                found[str(revision.fact), revision.epoch, revision.revision] += 1
    return found


async def _letters(conn: "asyncpg.Connection[asyncpg.Record]") -> Counter[Letter]:
    """What is kept of records that nobody could read, once each: a topic that was made anew may hold one at the same place again."""
    rows = await conn.fetch('SELECT DISTINCT partition, "offset", fact, epoch, revision, settled FROM dead_letter')
    return Counter(((r["partition"], r["offset"], str(r["fact"]), r["epoch"], r["revision"]), r["settled"] == "outrun") for r in rows)


async def _count(conn: "asyncpg.Connection[asyncpg.Record]", table: str) -> int:
    found: int = await conn.fetchval(f"SELECT count(*) FROM {table}")
    return found

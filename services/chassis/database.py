"""The pool, with the limits every connection has, and the migration runner (ordered SQL files, checksum, advisory lock)."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from services.chassis.logs import Word, log
from services.chassis.service import Connection

MIGRATION_LOCK = 730_708
CHASSIS_MIGRATIONS = Path(__file__).parent / "migrations"
SERVER_SETTINGS = {
    "timezone": "UTC",
    "statement_timeout": "120000",
    "lock_timeout": "30000",
}
SILENT_SECONDS = 60.0
LET_GO_SECONDS = 5.0


class Tampered(Exception):
    """A migration that was applied reads differently now; write a new one instead."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its room and name, its text and the checksum that says it is the one that was applied."""

    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


async def open_pool(url: str, *, size: int = 6, silent_seconds: float = SILENT_SECONDS) -> asyncpg.Pool:
    """At most `size` connections, none older than needed; asyncpg's pool.

    Who says nothing so long inside a transaction is rolled back: others wait for the rows that a frozen process has locked.
    """
    settings = {**SERVER_SETTINGS, "idle_in_transaction_session_timeout": str(int(silent_seconds * 1000))}
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        server_settings=settings,
        max_inactive_connection_lifetime=60,
        command_timeout=180,
        reset=_as_it_is,
    )


async def _as_it_is(_conn: asyncpg.Connection) -> None:
    """Given back without a question to the server: asyncpg has ended its transaction, and nothing else is left (see `session`)."""


@asynccontextmanager
async def session(pool: asyncpg.Pool) -> AsyncIterator[Connection]:
    """A connection whose locks and settings last longer than a transaction; all of them are let go of at the end.

    Only here: what the pool lends otherwise is given back as it is, which saves every transaction one question.
    """
    async with pool.acquire() as conn:
        try:
            yield conn
        finally:
            try:
                await conn.reset(timeout=LET_GO_SECONDS)
            except Exception:  # noqa: BLE001 - a connection that is gone holds nothing, and must not hide why the block ended
                with suppress(asyncpg.InterfaceError):  # the pool has taken it back already
                    conn.terminate()


async def close_pool(pool: asyncpg.Pool, seconds: float = 2.0) -> None:
    """Close the connections; those that are still at work after `seconds` are cut, and the server rolls them back."""
    try:
        async with asyncio.timeout(seconds):
            await pool.close()
    except TimeoutError:
        pool.terminate()


def migrations(*folders: tuple[str, Path]) -> list[Migration]:
    """All migrations of the rooms given, in order of room, then number."""
    return [
        Migration(f"{room}/{path.name}", path.read_text("utf-8")) for room, folder in folders for path in sorted(folder.glob("[0-9]*.sql"))
    ]


async def migrate(pool: asyncpg.Pool, wanted: Sequence[Migration]) -> None:
    """Apply what is not applied yet, each in a transaction, one migrator at a time. Raises `Tampered`."""
    async with session(pool) as conn:
        await conn.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        await conn.execute("CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, checksum text NOT NULL)")
        applied = {row["name"]: row["checksum"] for row in await conn.fetch("SELECT name, checksum FROM migration")}
        for migration in wanted:
            if applied.get(migration.name, migration.checksum) != migration.checksum:
                raise Tampered(migration.name)
            if migration.name not in applied:
                async with conn.transaction():
                    await conn.execute(migration.text)
                    await conn.execute("INSERT INTO migration (name, checksum) VALUES ($1, $2)", migration.name, migration.checksum)
                log(Word.MIGRATED, migration=migration.name)


def of_service(name: str, package: Path) -> list[Migration]:
    """The chassis' migrations and the service's own (`<package>/migrations`)."""
    return migrations(("chassis", CHASSIS_MIGRATIONS), (name, package / "migrations"))

"""Databases of a real PostgreSQL for tests: empty ones, and ones with the tables of a service, used again when they are as new.

To make and to drop one is some 350 files each time, which costs more than most tests do.
"""

import io
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from deploy.local.stack import Stack
from services.chassis.database import close_pool, migrate, of_service, open_pool
from services.chassis.runtime import package_of
from services.chassis.service import Connection

SHAPE = """
SELECT md5(string_agg(word, ',' ORDER BY word)) FROM (
    SELECT concat_ws(' ', 'relation', oid, relname, relkind, relchecks, relhastriggers, relacl, reloptions) AS word
    FROM pg_class WHERE relnamespace <> ALL ($1::regnamespace[])
    UNION ALL SELECT concat_ws(' ', 'column', attrelid, attname, atttypid, attnotnull, atthasdef, attisdropped, attacl)
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace <> ALL ($1::regnamespace[])
    UNION ALL SELECT concat_ws(' ', 'function', oid, md5(prosrc), proacl) FROM pg_proc WHERE pronamespace <> ALL ($1::regnamespace[])
    UNION ALL SELECT concat_ws(' ', 'trigger', oid, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', 'constraint', oid) FROM pg_constraint
    UNION ALL SELECT concat_ws(' ', 'schema', oid, nspacl) FROM pg_namespace WHERE NOT starts_with(nspname, 'pg_t')
    UNION ALL SELECT concat_ws(' ', 'setting', s) FROM pg_db_role_setting s
    WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
) words
"""
SYSTEM = ["pg_catalog", "information_schema", "pg_toast"]
TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
SEQUENCES = "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence"
STATISTICS = """
DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace);
UPDATE pg_class SET relpages = 0, reltuples = -1, relallvisible = 0
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND reltuples <> -1;
SELECT pg_stat_reset()
"""
"""Plans are made as for tables that nobody has looked at yet."""
OTHERS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@asynccontextmanager
async def new_database(servers: Stack, like: str = "template1") -> AsyncIterator[str]:
    """The address of a new database, made as a copy of another one, and gone at the end."""
    name = await _made(servers, like)
    yield _address(servers, name)
    await _dropped(servers, name)


@dataclass(frozen=True, slots=True)
class Original:
    """A database to be copied, and what makes a copy as new again: its shape, its tables, and the rows that are there from the start."""

    name: str
    shape: str
    tables: tuple[str, ...]
    rows: dict[str, bytes]


class Copied:
    """Databases with the tables of a service and nothing else in them; who is done with one leaves it to the next test."""

    def __init__(self, servers: Stack) -> None:
        """Nothing is made yet."""
        self._servers = servers
        self._originals: dict[str, Original] = {}
        self._free: dict[str, list[str]] = {}

    @asynccontextmanager
    async def of(self, service: str) -> AsyncIterator[str]:
        """The address of one with the tables of this service; for one without a folder: with those that every service has."""
        if service not in self._originals:
            self._originals[service] = await self._original(service)
        original, free = self._originals[service], self._free.setdefault(service, [])
        name = free.pop() if free else await _made(self._servers, original.name)
        yield _address(self._servers, name)
        if await self._is_as_new(name, original):
            free.append(name)
        else:
            await _dropped(self._servers, name)

    async def _original(self, service: str) -> Original:
        name = await _made(self._servers)
        pool = await open_pool(_address(self._servers, name))
        await migrate(pool, of_service(service, package_of(service)))
        async with pool.acquire() as conn:
            tables = tuple(row[0] for row in await conn.fetch(TABLES))
            original = Original(name, await conn.fetchval(SHAPE, SYSTEM), tables, await _rows(conn, await _filled(conn, tables)))
        await close_pool(pool)  # nobody may be connected to what is copied
        return original

    async def _is_as_new(self, name: str, original: Original) -> bool:
        """Nobody is connected any more and every row is as it was; not so where somebody has changed more than rows."""
        conn = await asyncpg.connect(_address(self._servers, name))
        try:
            await conn.execute(OTHERS)
            if await conn.fetchval(SHAPE, SYSTEM) != original.shape:
                return False
            async with conn.transaction():
                await conn.execute("SET LOCAL session_replication_role = replica")  # whatever refers to whatever
                for table in await _filled(conn, original.tables):
                    await conn.execute(f"DELETE FROM {table}")
                for table, rows in original.rows.items():
                    await conn.copy_to_table(table, source=io.BytesIO(rows), format="binary")
                await conn.execute(SEQUENCES)
                await conn.execute(STATISTICS)
        except asyncpg.PostgresError:  # the administrator is no superuser, or the server's own housekeeping came between
            return False
        finally:
            await conn.close()
        return True


async def _filled(conn: Connection, tables: tuple[str, ...]) -> list[str]:
    """Those in which there is a row."""
    query = " UNION ALL ".join(f"(SELECT '{table}' FROM {table} LIMIT 1)" for table in tables)
    return [row[0] for row in await conn.fetch(query)]


async def _rows(conn: Connection, tables: list[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for table in tables:
        content = io.BytesIO()
        await conn.copy_from_table(table, output=content, format="binary")
        found[table] = content.getvalue()
    return found


async def _made(servers: Stack, like: str = "template1") -> str:
    name = f"test_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(servers.admin_database)
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    await admin.close()
    return name


async def _dropped(servers: Stack, name: str) -> None:
    admin = await asyncpg.connect(servers.admin_database)
    await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await admin.close()


def _address(servers: Stack, name: str) -> str:
    base, _, query = servers.admin_database.partition("?")
    return base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")

"""Connections and the migration runner on a real PostgreSQL: once, in order, one at a time, no changed file, no frozen holder of locks."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from services.chassis.database import Tampered, migrate, migrations, of_service, open_pool, session
from services.chassis.inlet import TRANSIENT
from services.chassis.tables import Tables
from services.chassis.tables.outbox import RELAY_LOCK
from services.chassis.tables.sessions import end_silent


def folder(path: Path, **files: str) -> list[tuple[str, Path]]:
    for name, text in files.items():
        (path / f"{name}.sql").write_text(text, "utf-8")
    return [("room", path)]


async def test_each_file_is_applied_once_also_by_two_at_a_time(database: str, tmp_path: Path) -> None:
    first = "CREATE TABLE told (word text); INSERT INTO told VALUES ('once')"
    rooms = folder(tmp_path, **{"0001_told": first, "0002_more": "ALTER TABLE told ADD more text"})
    pool = await open_pool(database)
    await asyncio.gather(*(migrate(pool, migrations(*rooms)) for _ in range(3)))

    assert [tuple(row) for row in await pool.fetch("SELECT * FROM told")] == [("once", None)]
    await pool.close()


async def test_a_file_that_was_applied_may_not_change(database: str, tmp_path: Path) -> None:
    pool = await open_pool(database)
    await migrate(pool, migrations(*folder(tmp_path, **{"0001_a": "CREATE TABLE a (x int)"})))

    with pytest.raises(Tampered, match="0001_a"):
        await migrate(pool, migrations(*folder(tmp_path, **{"0001_a": "CREATE TABLE a (x bigint)"})))
    await pool.close()


async def test_a_file_that_fails_leaves_nothing_behind(database: str, tmp_path: Path) -> None:
    pool = await open_pool(database)
    rooms = folder(tmp_path, **{"0001_half": "CREATE TABLE half (x int); SELECT 1/0"})

    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(pool, migrations(*rooms))
    assert await pool.fetchval("SELECT to_regclass('half')") is None
    await pool.close()


@pytest.mark.parametrize("service", ["intake", "recruitment", "onboarding", "retention", "notification", "reporting"])
async def test_the_tables_of_every_service_are_made_and_made_again(database: str, service: str) -> None:
    pool = await open_pool(database)
    wanted = of_service(service, Path(__file__).parents[2] / "services" / service)
    await migrate(pool, wanted)
    await migrate(pool, wanted)

    assert await pool.fetchval("SELECT count(*) FROM migration") == len(wanted) > 2
    await pool.close()


@pytest.mark.parametrize("within_a_statement", [False, True])
async def test_a_frozen_process_loses_its_locks(database: str, *, within_a_statement: bool) -> None:
    pool = await open_pool(database)
    try:
        await pool.execute("CREATE TABLE fence (n int); INSERT INTO fence VALUES (1)")
        frozen = await asyncpg.connect(database)
        await frozen.execute("BEGIN; SELECT * FROM fence FOR UPDATE")
        if within_a_statement:
            await frozen.prepare("SELECT n + 1 FROM fence")
        async with pool.acquire() as conn:
            assert await end_silent(conn, 60) == 0
            await asyncio.sleep(0.3)
            assert await end_silent(conn, 0.2) == 1
            assert await conn.fetchval("SELECT n FROM fence FOR UPDATE") == 1
        with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError)):
            await frozen.fetchval("SELECT n FROM fence")
    finally:
        await pool.close()


async def test_the_server_itself_rolls_back_who_is_silent_between_two_statements(database: str) -> None:
    pool = await open_pool(database, silent_seconds=1.0)
    try:
        await pool.execute("CREATE TABLE fence (n int); INSERT INTO fence VALUES (1)")
        async with pool.acquire() as frozen, pool.acquire() as other:
            await frozen.execute("BEGIN; SELECT * FROM fence FOR UPDATE")
            assert await other.fetchval("SELECT n FROM fence FOR UPDATE") == 1
            assert await Tables.take_relay(other)
            assert await other.fetchval("SHOW idle_session_timeout") == "1s"
    finally:
        await pool.close()


HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
SILENCE = "SHOW idle_session_timeout"


async def test_a_session_lets_go_of_its_locks_and_settings_and_nothing_else_does(database: str) -> None:
    pool = await open_pool(database, size=1)
    try:
        async with session(pool) as conn:
            assert await Tables.take_relay(conn)
            assert (await held_beside(database), await conn.fetchval(SILENCE)) == (1, "1min")
        async with pool.acquire() as conn:
            assert (await conn.fetchval(HELD), await conn.fetchval(SILENCE)) == (0, "0")
            await conn.execute("SELECT pg_advisory_lock(1)")
        async with pool.acquire() as conn:
            assert await conn.fetchval(HELD) == 1, "no question at the end of a transaction: what takes a lock takes a session"
    finally:
        await pool.close()


async def held_beside(database: str) -> int:
    """How many advisory locks somebody else sees."""
    other = await asyncpg.connect(database)
    try:
        return int(await other.fetchval(HELD))
    finally:
        await other.close()


async def test_a_session_that_cannot_let_go_is_ended_and_hides_nothing(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuses(_conn: asyncpg.Connection, *, timeout: float) -> None:  # noqa: ASYNC109 - as asyncpg's
        raise asyncpg.QueryCanceledError(str(timeout))

    pool = await open_pool(database, size=1)
    try:
        with monkeypatch.context() as broken:
            broken.setattr(asyncpg.Connection, "reset", refuses)
            with pytest.raises(asyncio.CancelledError):
                await relayed_until_cancelled(pool)
        async with asyncio.timeout(10), pool.acquire() as conn:
            await conn.execute("SELECT pg_advisory_lock($1)", RELAY_LOCK)  # once the server has seen that the other is gone
    finally:
        await pool.close()


async def test_a_session_that_the_server_has_ended_hides_nothing(database: str) -> None:
    pool = await open_pool(database)
    try:
        with pytest.raises(asyncio.CancelledError):
            await relayed_until_cancelled(pool, ended=True)
    finally:
        await pool.close()


async def relayed_until_cancelled(pool: asyncpg.Pool, *, ended: bool = False) -> None:
    async with session(pool) as conn:
        assert await Tables.take_relay(conn)
        if ended:
            await pool.execute("SELECT pg_terminate_backend($1)", conn.get_server_pid())
            with pytest.raises(TRANSIENT):
                await conn.fetchval("SELECT 1")
        raise asyncio.CancelledError

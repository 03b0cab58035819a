"""The databases of the tests: what one test leaves behind, the next one does not find."""

import asyncpg
import pytest

from deploy.local.stack import Stack
from tests.kit.databases import TABLES, Copied

pytestmark = pytest.mark.stack

ROWS = (
    "UPDATE clock SET ahead = interval '3 days'",
    "DELETE FROM migration",
    "ANALYZE",
    "INSERT INTO outbox (topic, key, body, headers) VALUES ('t', 'k', 'b', '[]')",
)
MORE = (
    "CREATE TABLE kept (n int)",
    "ALTER TABLE outbox ADD COLUMN more int",
    "ALTER TABLE subject DISABLE TRIGGER ALL",
    "DROP TABLE dead_letter CASCADE",
    "CREATE OR REPLACE FUNCTION forbliv_moment() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
)


async def use(address: str, *statements: str) -> tuple[object, ...]:
    """What is there: every row of every table, and where the sequences stand; then do this."""
    conn = await asyncpg.connect(address)
    try:
        tables = [row[0] for row in await conn.fetch(TABLES)]
        rows = {table: [tuple(row) for row in await conn.fetch(f"SELECT * FROM {table} ORDER BY 1")] for table in tables}
        functions = await conn.fetch("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2")
        places = await conn.fetch("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
        looked_at = await conn.fetch("SELECT relname FROM pg_class WHERE relname = ANY($1) AND reltuples <> -1 ORDER BY 1", tables)
        columns = await conn.fetchval("SELECT count(*) FROM pg_stats WHERE schemaname = 'public'")
        for statement in statements:
            await conn.execute(statement)
    finally:
        await conn.close()
    return rows, [tuple(row) for row in functions], [tuple(row) for row in places], [tuple(row) for row in looked_at], columns


@pytest.mark.parametrize("left", [*ROWS, *MORE])
async def test_what_is_left_behind_is_gone(servers: Stack, left: str) -> None:
    copied = Copied(servers)
    async with copied.of("-") as address:
        first = await use(address, left)

    async with copied.of("-") as again:
        assert await use(again) == first
        assert (again == address) is (left in ROWS), "what differs in more than rows is not used again"


async def test_two_at_once_are_two_and_who_is_still_connected_is_not_any_more(servers: Stack) -> None:
    copied = Copied(servers)
    async with copied.of("-") as one, copied.of("-") as other:
        assert one != other
        lingering = await asyncpg.connect(one)

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await lingering.fetchval("SELECT 1")
    lingering.terminate()

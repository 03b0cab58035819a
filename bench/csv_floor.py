"""The floor of the CSV bench: the least that any program could take that keeps what the import keeps, and publishes from an outbox.

The rows that an import has written are copied, as ready bytes of the database's own form, into the same empty tables, in as many
transactions, while the same file is read and parsed; a worker relays. So nothing is derived, looked up or written out: what is left is
reading, the database, the relay and the broker. What the import takes beyond it is what our own code can win or lose.
"""

import asyncio
import io
import time
from pathlib import Path

import asyncpg

from bench.csv_file import MAPPING
from services.intake.delivery import CHUNK
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping

TABLES = ("person_key", "employment_key", "employment_person", "subject", "statement", "outbox")
"""Where the import of a first file has rows for each person; of all others it has one or none."""
COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND is_identity = 'NO' ORDER BY ordinal_position"
Ready = dict[str, tuple[list[str], bytes]]
"""Of each table its columns and the rows of one transaction."""


async def floor(filled: str, empty: str, path: str, persons: int) -> dict[str, float]:
    """Copy what stands in `filled` into the tables of `empty` while the file at `path` is read; when that began, and what it took."""
    ready = await _ready(filled, -(-persons // CHUNK))
    conn = await asyncpg.connect(empty)
    begin, used = time.perf_counter(), time.process_time()
    rows = survey(Mapping.parse(MAPPING), Path(path)).batches(CHUNK)
    coming = asyncio.create_task(asyncio.to_thread(next, rows, None))
    for tables in ready:
        await coming
        coming = asyncio.create_task(asyncio.to_thread(next, rows, None))
        async with conn.transaction():
            for table, (columns, packed) in tables.items():
                await conn.copy_to_table(table, source=io.BytesIO(packed), columns=columns, format="binary")
    assert await coming is None, "more was read than was written"
    done = {"begin": begin, "seconds": time.perf_counter() - begin, "cpu": time.process_time() - used}
    await conn.close()
    return done


async def _ready(filled: str, transactions: int) -> list[Ready]:
    conn = await asyncpg.connect(filled)
    found: list[Ready] = [{} for _ in range(transactions)]
    for table in TABLES:
        columns = [row[0] for row in await conn.fetch(COLUMNS, table)]
        share = -(-await conn.fetchval(f"SELECT count(*) FROM {table}") // transactions)
        for number, tables in enumerate(found):
            packed = io.BytesIO()
            these = f"SELECT {', '.join(columns)} FROM {table} ORDER BY ctid OFFSET {number * share} LIMIT {share}"
            await conn.copy_from_query(these, output=packed, format="binary")
            tables[table] = columns, packed.getvalue()
    await conn.close()
    return found

"""What a bench's service holds, compared with the independent count. A fast engine that counts wrongly is worth nothing."""

from collections import Counter

import asyncpg

from bench.topic import Counted

BALANCE = "SELECT measure, unit, period, split, amount FROM balance WHERE amount <> 0"
LEDGER = "SELECT known_on::text AS day, sum(amount)::bigint AS amount FROM ledger GROUP BY known_on"
CELLS = """
SELECT count(*) FROM (SELECT measure, unit, period, split, sum(amount) AS amount FROM ledger GROUP BY 1, 2, 3, 4) l
FULL JOIN balance b USING (measure, unit, period, split) WHERE coalesce(l.amount, 0) <> coalesce(b.amount, 0)
"""


async def check(database: str, counted: Counted) -> None:
    """The balance is the count, the ledger adds up to the balance, and each day knows what became known on it. Raises `AssertionError`."""
    conn = await asyncpg.connect(database)
    try:
        cells = Counter({(r["measure"], r["unit"], r["period"], r["split"]): r["amount"] for r in await conn.fetch(BALANCE)})
        assert cells == counted.cells, (
            f"{sum(cells.values())} counted in {len(cells)} cells, {counted.distinct} in {len(counted.cells)} wanted"
        )
        assert {r["day"]: r["amount"] for r in await conn.fetch(LEDGER)} == dict(counted.days), "the ledger knows of other days"
        assert await conn.fetchval(CELLS) == 0, "ledger and balance differ"
        assert await conn.fetchval("SELECT count(*) FROM dead_letter") == 0, "a record was not understood"
    finally:
        await conn.close()

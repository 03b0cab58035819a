"""The ledger and its sums of today."""

from collections.abc import AsyncIterator, Iterable
from datetime import date
from io import BytesIO

import asyncpg

from services.chassis.service import Booked, Connection, Differs
from services.reporting import ledger
from services.reporting.contributions import Cell

BATCH = "booking_batch"
MAKE = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS {BATCH} (
    municipality text, known_on date, measure text, unit text, org_month text, period text, split text, amount bigint
) ON COMMIT DELETE ROWS
"""
APPEND = f"""
WITH told AS (
    INSERT INTO ledger (municipality, known_on, measure, unit, org_month, period, split, amount) SELECT * FROM {BATCH}
)
INSERT INTO balance AS b (municipality, measure, unit, org_month, period, split, amount)
SELECT municipality, measure, unit, org_month, period, split, sum(amount) FROM {BATCH}
GROUP BY municipality, measure, unit, org_month, period, split ORDER BY municipality, measure, unit, org_month, period, split
ON CONFLICT (municipality, measure, unit, org_month, period, split) DO UPDATE SET amount = b.amount + EXCLUDED.amount
"""  # noqa: S608 - our own words
PLACE = "municipality, known_on, measure, unit, org_month, period, split"
BEFORE = f"""
CREATE TEMPORARY TABLE ledger_before ON COMMIT DROP AS SELECT {PLACE}, sum(amount)::bigint AS amount FROM ledger GROUP BY {PLACE}
"""  # noqa: S608 - our own words
SUMS = """
INSERT INTO balance (municipality, measure, unit, org_month, period, split, amount)
SELECT municipality, measure, unit, org_month, period, split, sum(amount) FROM ledger
GROUP BY municipality, measure, unit, org_month, period, split
"""
DIFFERENCES = f"""
SELECT {PLACE}, coalesce(b.amount, 0) AS was, coalesce(l.amount, 0) AS now
FROM ledger_before b FULL JOIN (SELECT {PLACE}, sum(amount)::bigint AS amount FROM ledger GROUP BY {PLACE}) l USING ({PLACE})
WHERE coalesce(b.amount, 0) <> coalesce(l.amount, 0) ORDER BY {PLACE}
"""  # noqa: S608 - our own words
CHANGED = """
INSERT INTO publication AS p (municipality, changes, changed_at, first_known)
SELECT u.m, 1, forbliv_moment(), u.d FROM unnest($1::text[], $2::date[]) u(m, d) ORDER BY u.m
ON CONFLICT (municipality) DO UPDATE SET changes = p.changes + 1, changed_at = EXCLUDED.changed_at,
    first_known = least(p.first_known, EXCLUDED.first_known)
"""
TODAY = "SELECT measure, unit, org_month, period, split, amount FROM balance WHERE municipality = $1 AND amount <> 0"
KNOWN_ON = """
SELECT measure, unit, org_month, period, split, sum(amount)::bigint AS amount FROM ledger
WHERE municipality = $1 AND known_on <= $2 GROUP BY measure, unit, org_month, period, split HAVING sum(amount) <> 0
"""
FIRST_ANEW = "UPDATE publication p SET first_known = (SELECT min(known_on) FROM ledger l WHERE l.municipality = p.municipality)"
FIRST_KNOWN = "SELECT first_known FROM publication WHERE municipality = $1"


async def book(conn: Connection, booked: Booked) -> None:
    """Append a batch to the ledger, move the sums, and note that there is something to publish; in the caller's transaction.

    The batch travels once, as a copy into a table of the connection; the server adds it up and takes the sums in one order.
    """
    await conn.execute(MAKE)
    await conn.copy_to_table(BATCH, source=BytesIO(ledger.rows(booked)))
    await conn.execute(APPEND)
    await _changed(conn, ((municipality, str(booking[0])) for municipality, booking in booked))


async def rebook(conn: Connection, batches: AsyncIterator[Booked]) -> list[Differs]:
    """The ledger and its sums, made of these batches alone; what is otherwise than before, which is then to be published."""
    await conn.execute(BEFORE)
    await conn.execute("TRUNCATE ledger, balance")
    async for booked in batches:
        await conn.copy_to_table("ledger", source=BytesIO(ledger.rows(booked)), columns=ledger.COLUMNS)
    await conn.execute(SUMS)
    found = [Differs(tuple(map(str, row[:-2])), row["was"], row["now"]) for row in await conn.fetch(DIFFERENCES)]
    await _changed(conn, ((differs.place[0], differs.place[1]) for differs in found))
    await conn.execute(FIRST_ANEW)
    return found


async def _changed(conn: Connection, places: Iterable[tuple[str, str]]) -> None:
    """Note for each municipality that there is something to publish, and the first day of which anything is known."""
    first = ledger.first_days(places)
    await conn.execute(CHANGED, list(first), [date.fromisoformat(day) for day in first.values()])


async def cells(conn: Connection, municipality: str, known_on: date | None = None) -> dict[Cell, int]:
    """The sums of the ledger by cell: those of today, or as known at the end of a day."""
    found = await conn.fetch(TODAY, municipality) if known_on is None else await conn.fetch(KNOWN_ON, municipality, known_on)
    return {_cell(row): row["amount"] for row in found}


def _cell(row: asyncpg.Record) -> Cell:
    return (row["measure"], row["unit"], row["org_month"], row["period"], row["split"])


async def first_known(conn: Connection, municipality: str) -> date | None:
    """The first day on which anything of the municipality became known."""
    found: date | None = await conn.fetchval(FIRST_KNOWN, municipality)
    return found

"""The ledger and its sums of today."""

from collections.abc import Mapping
from datetime import date

import asyncpg

from services.chassis.service import Connection
from services.chassis.subject import Booking
from services.reporting import ledger
from services.reporting.contributions import Cell

COLUMNS = ("municipality", "known_on", "measure", "unit", "org_month", "period", "split", "amount")
BALANCE = """
INSERT INTO balance AS b (municipality, measure, unit, org_month, period, split, amount)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])
ON CONFLICT (municipality, measure, unit, org_month, period, split) DO UPDATE SET amount = b.amount + EXCLUDED.amount
"""
CHANGED = """
INSERT INTO publication AS p (municipality, changes, changed_at) SELECT u.m, 1, forbliv_moment() FROM unnest($1::text[]) u(m) ORDER BY u.m
ON CONFLICT (municipality) DO UPDATE SET changes = p.changes + 1, changed_at = EXCLUDED.changed_at
"""
TODAY = "SELECT measure, unit, org_month, period, split, amount FROM balance WHERE municipality = $1 AND amount <> 0"
KNOWN_ON = """
SELECT measure, unit, org_month, period, split, sum(amount)::bigint AS amount FROM ledger
WHERE municipality = $1 AND known_on <= $2 GROUP BY measure, unit, org_month, period, split HAVING sum(amount) <> 0
"""
FIRST_KNOWN = "SELECT min(known_on) FROM ledger WHERE municipality = $1"


async def book(conn: Connection, booked: Mapping[tuple[str, Booking], int]) -> None:
    """Append a batch to the ledger, move the sums, and note that there is something to publish; in the caller's transaction."""
    rows = ledger.rows(booked)
    records = [(row.municipality, row.known_on, *row.cell, row.amount) for row in rows]
    await conn.copy_records_to_table("ledger", records=records, columns=COLUMNS)
    sums = sorted(ledger.sums(rows).items())
    await conn.execute(
        BALANCE,
        [municipality for (municipality, _), _ in sums],
        *([cell[place] for (_, cell), _ in sums] for place in range(5)),
        [amount for _, amount in sums],
    )
    await conn.execute(CHANGED, sorted({row.municipality for row in rows}))


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

"""The service of the fault runs: the toy with a ledger, rows for both kinds, and the tables they are kept in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.chassis.service import Changed, Connection
from services.chassis.subject import Booking
from tests.kit.toy import TOY

TABLES = """
CREATE TABLE IF NOT EXISTS ledger (known_on date NOT NULL, unit uuid NOT NULL, month text NOT NULL, amount integer NOT NULL);
CREATE TABLE IF NOT EXISTS balance (unit uuid NOT NULL, month text NOT NULL, amount integer NOT NULL, PRIMARY KEY (unit, month));
CREATE TABLE IF NOT EXISTS page (kind text NOT NULL, id uuid NOT NULL, rows text[] NOT NULL, PRIMARY KEY (kind, id));
"""


async def book(conn: Connection, booked: Mapping[tuple[str, Booking], int]) -> None:
    """Every booking into the ledger, every cell's sum into the balance, in one order for all."""
    rows = sorted((UUID(str(unit)), str(month), date.fromisoformat(str(day)), n) for (_, (day, unit, month)), n in booked.items())
    columns = tuple(zip(*rows, strict=True))
    await conn.execute(
        "INSERT INTO ledger (unit, month, known_on, amount) SELECT * FROM unnest($1::uuid[], $2::text[], $3::date[], $4::int[])", *columns
    )
    await conn.execute(
        "INSERT INTO balance AS b (unit, month, amount) SELECT u, m, sum(n) FROM unnest($1::uuid[], $2::text[], $3::int[]) r(u, m, n)"
        " GROUP BY u, m ORDER BY u, m ON CONFLICT (unit, month) DO UPDATE SET amount = b.amount + EXCLUDED.amount",
        columns[0],
        columns[1],
        columns[3],
    )


async def save_rows(conn: Connection, changed: Sequence[Changed]) -> None:
    """What the pages show of a subject replaces what they showed."""
    rows = sorted({c.subject: list(map(str, c.situation.rows)) for c in changed}.items())
    await conn.executemany(
        "INSERT INTO page (kind, id, rows) VALUES ($1, $2, $3) ON CONFLICT (kind, id) DO UPDATE SET rows = EXCLUDED.rows",
        [(subject.kind, subject.id, shown) for subject, shown in rows],
    )


SERVICE = replace(TOY, book=book, save_rows=save_rows)

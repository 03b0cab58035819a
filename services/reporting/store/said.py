"""Which days were said on the bus, and how often each value was."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from services.chassis.service import Connection

UNSAID = "SELECT min(day) FROM publication_day WHERE municipality = $1 AND NOT said AND day < $2"
WAITING = "SELECT DISTINCT municipality FROM publication_day WHERE NOT said AND day < $1"
SAID = "UPDATE publication_day SET said = true WHERE municipality = $1 AND day = $2"
AGAIN = """
INSERT INTO said_value AS s (fact, revision) SELECT u.f, 1 FROM unnest($1::uuid[]) u(f)
ON CONFLICT (fact) DO UPDATE SET revision = s.revision + 1 RETURNING fact, revision
"""


async def unsaid_day(conn: Connection, municipality: str, today: date) -> date | None:
    """The first day of publication that is over and was not said."""
    found: date | None = await conn.fetchval(UNSAID, municipality, today)
    return found


async def waiting(conn: Connection, today: date) -> list[str]:
    """The municipalities with such a day."""
    return [row["municipality"] for row in await conn.fetch(WAITING, today)]


async def day_said(conn: Connection, municipality: str, day: date) -> None:
    """The day is said."""
    await conn.execute(SAID, municipality, day)


async def next_revisions(conn: Connection, facts: Sequence[UUID]) -> Mapping[UUID, int]:
    """The number each of these facts is said under now: one more than the last time. No fact may be named twice."""
    return {row["fact"]: row["revision"] for row in await conn.fetch(AGAIN, facts)}

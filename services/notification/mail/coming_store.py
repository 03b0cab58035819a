"""Every SQL statement about who comes and goes: rows of the days ahead, each for one who is told of it; and about who has died."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from services.chassis.service import Changed, Connection, with_rows
from services.notification.domain.coming import KIND, Coming, ComingFor, Died
from services.notification.rules import ComingKind

INSERT = """
INSERT INTO coming (municipality, recipient, day, kind, unit_id, person, years)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::date[], $4::text[], $5::uuid[], $6::uuid[], $7::int[])
"""
DIED = "INSERT INTO died (person, last_day) SELECT * FROM unnest($1::uuid[], $2::date[])"
ERASED = "DELETE FROM died d USING subject s WHERE s.kind = $1 AND s.id = d.person AND s.erased"
OVER = """
DELETE FROM coming WHERE ctid = ANY(ARRAY(
    SELECT c.ctid FROM coming c WHERE c.municipality = $1
      AND (c.day < $2 OR EXISTS (SELECT FROM subject s WHERE s.kind = $3 AND s.id = c.person AND s.erased))
    FOR UPDATE OF c SKIP LOCKED
))
"""
"""What another holds is left to it: whoever derives a person replaces that person's rows."""


async def save(conn: Connection, changed: Sequence[Changed]) -> None:
    """The rows of these persons, in place of what they had."""
    people = [change for change in changed if change.subject.kind == KIND]
    if not people:
        return
    if before := with_rows(people):
        for table in ("coming", "died"):
            await conn.execute(f"DELETE FROM {table} WHERE person = ANY($1::uuid[])", before)  # noqa: S608 - our own words
    rows = [_columns(c.subject.municipality, row) for c in people for row in c.situation.rows if isinstance(row, ComingFor)]
    if rows:
        await conn.execute(INSERT, *(list(column) for column in zip(*rows, strict=True)))
    died = [(c.subject.id, row.last_day) for c in people for row in c.situation.rows if isinstance(row, Died)]
    if died:
        await conn.execute(DIED, *(list(column) for column in zip(*died, strict=True)))


async def last_days_of_dead(conn: Connection, persons: Iterable[UUID]) -> Mapping[UUID, date]:
    """Who of these has died or emigrated, or will, with the last day they are here."""
    rows = await conn.fetch("SELECT person, last_day FROM died WHERE person = ANY($1::uuid[])", list(persons))
    return {row["person"]: row["last_day"] for row in rows}


async def coming(conn: Connection, municipality: str, recipient: UUID, days: tuple[date, date], most: int) -> list[Coming]:
    """Of whom this one is told, from the first to the last of these days: at most so many."""
    rows = await conn.fetch(
        "SELECT day, kind, unit_id, person, years FROM coming WHERE municipality = $1 AND recipient = $2 AND day BETWEEN $3 AND $4"
        " ORDER BY day, kind, unit_id, person LIMIT $5",
        municipality,
        recipient,
        *days,
        most,
    )
    return [Coming(row["day"], ComingKind(row["kind"]), row["unit_id"], row["person"], row["years"]) for row in rows]


async def readers(conn: Connection, municipality: str, days: tuple[date, date]) -> set[UUID]:
    """Everybody who is told of anybody."""
    rows = await conn.fetch("SELECT DISTINCT recipient FROM coming WHERE municipality = $1 AND day BETWEEN $2 AND $3", municipality, *days)
    return {row["recipient"] for row in rows}


async def forget_over(conn: Connection, municipality: str, today: date) -> None:
    """Days that are over go with the next derive of the person; here those of who is broken or was erased, whom nothing derives."""
    await conn.execute(OVER, municipality, today, KIND)
    await conn.execute(ERASED, KIND)


def _columns(municipality: str, row: ComingFor) -> tuple[object, ...]:
    found = row.coming
    return municipality, row.recipient, found.day, found.kind.value, found.unit_id, found.about_person, found.years

"""Every SQL statement about calendars: entries, written with the tasks, and addresses, written by the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.chassis.service import Changed, Connection, with_rows
from services.notification.domain.entry import Entry

DELETE_OTHERS = """
DELETE FROM calendar_entry AS e
WHERE e.task_id = ANY($1::uuid[])
  AND NOT EXISTS (SELECT FROM unnest($2::uuid[], $3::uuid[]) AS k (task_id, person) WHERE k.task_id = e.task_id AND k.person = e.person)
"""

UPSERT = """
INSERT INTO calendar_entry AS e (task_id, person, municipality, kind, code, due, sequence, changed_at, gone_on)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::date[], $7::int[], $8::timestamptz[], $9::date[])
ON CONFLICT (task_id, person) DO UPDATE SET
    kind = EXCLUDED.kind, code = EXCLUDED.code, due = EXCLUDED.due, sequence = EXCLUDED.sequence, changed_at = EXCLUDED.changed_at,
    gone_on = EXCLUDED.gone_on
WHERE (e.kind, e.code, e.due, e.sequence, e.changed_at, e.gone_on)
      IS DISTINCT FROM (EXCLUDED.kind, EXCLUDED.code, EXCLUDED.due, EXCLUDED.sequence, EXCLUDED.changed_at, EXCLUDED.gone_on)
"""

READ = """
SELECT task_id, person, kind, code, due, sequence, changed_at, gone_on
FROM calendar_entry
WHERE municipality = $1 AND person = $2 AND (gone_on IS NULL OR gone_on >= $3)
ORDER BY due, task_id
"""

KEEP = """
INSERT INTO calendar_address AS a (municipality, person, secret_hash, language, made_at, form_id)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (municipality, person) DO UPDATE SET
    secret_hash = EXCLUDED.secret_hash, language = EXCLUDED.language, made_at = EXCLUDED.made_at, form_id = EXCLUDED.form_id
WHERE a.form_id <> EXCLUDED.form_id
RETURNING true
"""


@dataclass(frozen=True, slots=True)
class Address:
    """Whose calendar an address opens, in which language, since when."""

    municipality: str
    person: UUID
    language: str
    made_at: datetime


async def save_entries(conn: Connection, changed: Sequence[Changed]) -> None:
    """The entries of these tasks, in place of what they had; one that is as it was is not written."""
    rows = [(change.subject.municipality, row) for change in changed for row in change.situation.rows if isinstance(row, Entry)]
    tasks, people = [row.task_id for _, row in rows], [row.person for _, row in rows]
    if before := with_rows(changed):
        await conn.execute(DELETE_OTHERS, before, tasks, people)
    if rows:
        await conn.execute(
            UPSERT,
            tasks,
            people,
            [municipality for municipality, _ in rows],
            [row.kind for _, row in rows],
            [row.code for _, row in rows],
            [row.due for _, row in rows],
            [row.sequence for _, row in rows],
            [row.changed_at for _, row in rows],
            [row.gone_on for _, row in rows],
        )


async def entries_of(conn: Connection, address: Address, gone_since: date) -> list[Entry]:
    """What stands in the calendar of this address, and what has gone from it on `gone_since` or later."""
    return [Entry(**record) for record in await conn.fetch(READ, address.municipality, address.person, gone_since)]


async def address_of(conn: Connection, municipality: str, person: UUID) -> Address | None:
    """The one address a person has."""
    found = await conn.fetchrow(
        "SELECT municipality, person, language, made_at FROM calendar_address WHERE municipality = $1 AND person = $2", municipality, person
    )
    return Address(**found) if found else None


async def opened_by(conn: Connection, secret_hash: bytes) -> Address | None:
    """The address whose secret has this hash."""
    found = await conn.fetchrow("SELECT municipality, person, language, made_at FROM calendar_address WHERE secret_hash = $1", secret_hash)
    return Address(**found) if found else None


async def keep_address(conn: Connection, address: Address, secret_hash: bytes, form_id: UUID) -> bool:
    """This address is the person's from now on, and the one before opens nothing. False: the same form came again, all stays."""
    values = (address.municipality, address.person, secret_hash, address.language, address.made_at, form_id)
    return bool(await conn.fetchval(KEEP, *values))


async def drop_address(conn: Connection, municipality: str, person: UUID) -> None:
    """The person's address opens nothing from now on."""
    await conn.execute("DELETE FROM calendar_address WHERE municipality = $1 AND person = $2", municipality, person)

"""Every SQL statement of an erasure: the rows that tell who somebody is."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from services.chassis.service import Connection
from services.intake.identity_store import ALONE, MINTING

MUNICIPALITY = "select municipality from person_key where key = $1 limit 1"
ONLY_THEIRS = """
select employment from employment_person where person = $1
except select employment from employment_person where person <> $1
"""
FORGET_PERSON = "delete from person_key where key = $1 returning hash"
FORGET_EMPLOYMENTS = "delete from employment_key where key = any($1::uuid[]) returning hash"
STOP = """
insert into stopped (hash, erased_on) select unnest($1::bytea[]), $2
on conflict (hash) do update set erased_on = greatest(stopped.erased_on, excluded.erased_on)
"""
FORGET = (
    "delete from employment_person where person = $1",
    "delete from shown where person = $1",
    "delete from told_event using told_fact where told_event.fact = told_fact.fact and told_fact.subject = $1",
    "delete from told_fact where subject = $1",
)


async def municipality_of(conn: Connection, person: UUID) -> str | None:
    """Whose the person is; none where nobody has this key. Until the end of the transaction nobody looks up or mints anything."""
    await conn.execute(ALONE, MINTING)
    found: str | None = await conn.fetchval(MUNICIPALITY, person)
    return found


async def own_employments(conn: Connection, person: UUID) -> list[UUID]:
    """The employments that were shown under this person alone: a number may have been given to somebody else later."""
    return [row["employment"] for row in await conn.fetch(ONLY_THEIRS, person)]


async def forget(conn: Connection, person: UUID, employments: Collection[UUID]) -> list[bytes]:
    """Delete all rows that tell who the person is; gives the hashes they had."""
    persons = await conn.fetch(FORGET_PERSON, person)
    numbers = await conn.fetch(FORGET_EMPLOYMENTS, employments)
    for statement in FORGET:
        await conn.execute(statement, person)
    return [row["hash"] for row in (*persons, *numbers)]


async def stop(conn: Connection, hashes: Collection[bytes], day: date) -> None:
    """What is told of these until this day is passed over."""
    await conn.execute(STOP, hashes, day)

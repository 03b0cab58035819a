"""Every SQL statement about what sources tell event by event: which ids came, and which of our facts stands for one of theirs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid4

from services.chassis.service import Connection

MINT = "insert into told_fact (source, chain, fact) select $1, * from unnest($2::text[], $3::uuid[]) on conflict do nothing"
FACTS = "select chain, fact, type, subject from told_fact where source = $1 and chain = any($2::text[]) order by chain for update"
BIND = """
update told_fact set type = t.type, subject = t.subject
from unnest($1::uuid[], $2::text[], $3::uuid[]) as t (fact, type, subject) where told_fact.fact = t.fact and told_fact.subject is null
"""
KEEP = """
insert into told_event (source, id, fact, number, is_first, content)
select $1, * from unnest($2::text[], $3::uuid[], $4::int[], $5::bool[], $6::bytea[]) on conflict do nothing
returning id
"""
CAME = "select id, fact, number, is_first, content from told_event where source = $1 and id = any($2::text[])"
BEGUN = "select chain from told_fact where source = $1 and chain = any($2::text[])"
NUMBERED = "select id, fact, number, is_first, content from told_event where fact = any($1::uuid[]) and number is not null"
MINTED = {
    table: f"select key from {table} where municipality = $1 and key = any($2::uuid[])"  # noqa: S608 - the two table names stand here
    for table in ("person_key", "employment_key")
}


class FactRow(NamedTuple):
    """Our fact for one of a source's; `type` and `subject` once an event of it has come."""

    chain: str
    fact: UUID
    type: str | None
    subject: UUID | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event that came: its fact, its number there, and a hash of what it told."""

    id: str
    fact: UUID
    number: int | None
    is_first: bool
    content: bytes


async def facts(conn: Connection, source: str, chains: Iterable[str]) -> dict[str, FactRow]:
    """Our facts for these of a source, locked; random ones are minted for those that have none."""
    wanted = sorted(set(chains))
    await conn.execute(MINT, source, wanted, [uuid4() for _ in wanted])
    return {row["chain"]: FactRow(**dict(row)) for row in await conn.fetch(FACTS, source, wanted)}


async def bind(conn: Connection, rows: Collection[FactRow]) -> None:
    """What these facts are and whom they are about, from the first event of theirs."""
    await conn.execute(BIND, [r.fact for r in rows], [r.type for r in rows], [r.subject for r in rows])


async def keep(conn: Connection, source: str, rows: Sequence[EventRow]) -> set[str]:
    """Keep what came; gives the ids that are new."""
    columns = (
        [r.id for r in rows],
        [r.fact for r in rows],
        [r.number for r in rows],
        [r.is_first for r in rows],
        [r.content for r in rows],
    )
    return {row["id"] for row in await conn.fetch(KEEP, source, *columns)}


async def came(conn: Connection, source: str, ids: Iterable[str]) -> dict[str, EventRow]:
    """Which of these ids came before, and what they told."""
    return {row["id"]: EventRow(**dict(row)) for row in await conn.fetch(CAME, source, sorted(set(ids)))}


async def begun(conn: Connection, source: str, chains: Iterable[str]) -> set[str]:
    """Which of these chains have been named, whether an event of theirs has come or not."""
    return {row["chain"] for row in await conn.fetch(BEGUN, source, sorted(chains))}


async def numbered(conn: Connection, of: Iterable[UUID]) -> dict[tuple[UUID, int], EventRow]:
    """The numbered events of these facts."""
    rows = [EventRow(**dict(row)) for row in await conn.fetch(NUMBERED, sorted(set(of)))]
    return {(row.fact, row.number): row for row in rows if row.number is not None}


async def our_persons(conn: Connection, municipality: str, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these are person keys of ours."""
    return await _minted(conn, "person_key", municipality, ids)


async def our_employments(conn: Connection, municipality: str, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these are employment ids of ours."""
    return await _minted(conn, "employment_key", municipality, ids)


async def _minted(conn: Connection, table: str, municipality: str, ids: Iterable[UUID]) -> set[UUID]:
    wanted = sorted(set(ids))
    return {row["key"] for row in await conn.fetch(MINTED[table], municipality, wanted)} if wanted else set()

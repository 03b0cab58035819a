"""Every SQL statement about what sources tell event by event: which ids came, and which of our facts stands for one of theirs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid4

from services.chassis.service import Connection
from services.intake.identity_store import SEPARATOR, Prints, context_of

FACT, EVENT = "told_fact", "told_event"

MINT = "insert into told_fact (hash, fact, sealed) select * from unnest($1::bytea[], $2::uuid[], $3::bytea[]) on conflict do nothing"
FACTS = "select hash, fact, type, subject from told_fact where hash = any($1::bytea[]) order by hash for update"
BIND = """
update told_fact set type = t.type, subject = t.subject
from unnest($1::uuid[], $2::text[], $3::uuid[]) as t (fact, type, subject) where told_fact.fact = t.fact and told_fact.subject is null
"""
KEEP = """
insert into told_event (hash, fact, number, is_first, content, sealed)
select * from unnest($1::bytea[], $2::uuid[], $3::int[], $4::bool[], $5::bytea[], $6::bytea[]) on conflict do nothing
returning hash
"""
CAME = "select hash, fact, number, is_first, content from told_event where hash = any($1::bytea[])"
BEGUN = "select hash from told_fact where hash = any($1::bytea[])"
NUMBERED = "select fact, number, content from told_event where fact = any($1::uuid[]) and number is not null"
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


async def facts(conn: Connection, prints: Prints, source: str, chains: Iterable[str]) -> dict[str, FactRow]:
    """Our facts for these of a source, locked; random ones are minted for those that have none."""
    wanted = sorted(set(chains))
    found = await _facts(conn, prints, source, wanted)
    if new := [chain for chain in wanted if chain not in found]:
        rows = [(_text(FACT, source, chain), uuid4()) for chain in new]
        hashes = [prints.newest(text) for text, _ in rows]
        sealed = [prints.sealed(text, context_of(FACT, fact)) for text, fact in rows]
        await conn.execute(MINT, hashes, [fact for _, fact in rows], sealed)
        found |= await _facts(conn, prints, source, new)
    return found


async def _facts(conn: Connection, prints: Prints, source: str, chains: Iterable[str]) -> dict[str, FactRow]:
    names = _names(prints, FACT, source, chains)
    rows = await conn.fetch(FACTS, list(names))
    return {names[row["hash"]]: FactRow(names[row["hash"]], row["fact"], row["type"], row["subject"]) for row in rows}


async def bind(conn: Connection, rows: Collection[FactRow]) -> None:
    """What these facts are and whom they are about, from the first event of theirs."""
    await conn.execute(BIND, [r.fact for r in rows], [r.type for r in rows], [r.subject for r in rows])


async def keep(conn: Connection, prints: Prints, source: str, rows: Sequence[EventRow]) -> set[str]:
    """Keep what came; gives the ids that are new."""
    texts = [_text(EVENT, source, r.id) for r in rows]
    names = {prints.newest(text): r.id for text, r in zip(texts, rows, strict=True)}
    columns = (
        list(names),
        [r.fact for r in rows],
        [r.number for r in rows],
        [r.is_first for r in rows],
        [r.content for r in rows],
        [prints.sealed(text, context_of(EVENT, r.fact)) for text, r in zip(texts, rows, strict=True)],
    )
    return {names[row["hash"]] for row in await conn.fetch(KEEP, *columns)}


async def came(conn: Connection, prints: Prints, source: str, ids: Iterable[str]) -> dict[str, EventRow]:
    """Which of these ids came before, and what they told."""
    names = _names(prints, EVENT, source, ids)
    rows = await conn.fetch(CAME, list(names))
    return {names[r["hash"]]: EventRow(names[r["hash"]], r["fact"], r["number"], r["is_first"], r["content"]) for r in rows}


async def begun(conn: Connection, prints: Prints, source: str, chains: Iterable[str]) -> set[str]:
    """Which of these chains have been named, whether an event of theirs has come or not."""
    names = _names(prints, FACT, source, chains)
    return {names[row["hash"]] for row in await conn.fetch(BEGUN, list(names))}


async def numbered(conn: Connection, of: Iterable[UUID]) -> dict[tuple[UUID, int], bytes]:
    """The content of the numbered events of these facts."""
    return {(row["fact"], row["number"]): row["content"] for row in await conn.fetch(NUMBERED, sorted(set(of)))}


def _text(table: str, source: str, name: str) -> str:
    return SEPARATOR.join((table, source, name))


def _names(prints: Prints, table: str, source: str, names: Iterable[str]) -> dict[bytes, str]:
    return {found: text.split(SEPARATOR, 2)[2] for found, text in prints.by_hash(_text(table, source, name) for name in names).items()}


async def our_persons(conn: Connection, municipality: str, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these are person keys of ours."""
    return await _minted(conn, "person_key", municipality, ids)


async def our_employments(conn: Connection, municipality: str, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these are employment ids of ours."""
    return await _minted(conn, "employment_key", municipality, ids)


async def _minted(conn: Connection, table: str, municipality: str, ids: Iterable[UUID]) -> set[UUID]:
    wanted = sorted(set(ids))
    return {row["key"] for row in await conn.fetch(MINTED[table], municipality, wanted)} if wanted else set()

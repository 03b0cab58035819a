"""Every SQL statement about who is who: only here a source's own key meets the opaque one, as a keyed hash and sealed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.chassis.ids import drawn
from services.chassis.service import Connection
from services.intake.vault import Vault

PERSON_KEY, EMPLOYMENT_KEY = "person_key", "employment_key"
NO_DAY = date.min
"""In place of a first day that is not told: PostgreSQL's -infinity."""
SEPARATOR = "\x1f"
MINTING = 730_709
"""The lock that all who look up and mint hold together, and who changes the keys or erases somebody alone."""

SHARE = "select pg_advisory_xact_lock_shared($1)"
ALONE = "select pg_advisory_xact_lock($1)"
REGISTERED = "select id from vault_key order by number desc"
BEGIN = "insert into vault_key (id) select $1 where not exists (select from vault_key)"
TABLES = (PERSON_KEY, EMPLOYMENT_KEY)
FOUND = {
    table: f"select hash, key from {table} where hash = any($1::bytea[])"  # noqa: S608 - the two table names stand here
    for table in TABLES
}
MINT = {
    table: f"insert into {table} (municipality, hash, key, sealed) select $1, * from unnest($2::bytea[], $3::uuid[], $4::bytea[])"  # noqa: S608 - as above
    " on conflict (hash) do nothing"
    for table in TABLES
}
REBIND = """
update person_key set hash = t.anew, key = t.key, sealed = t.sealed
from unnest($1::bytea[], $2::bytea[], $3::uuid[], $4::bytea[]) as t (hash, anew, key, sealed)
where person_key.hash = t.hash and not exists (select from employment_person where person = person_key.key)
"""
ANY_STOPPED = "select exists (select from stopped)"
STOPPED = "select hash, erased_on from stopped where hash = any($1::bytea[]) order by erased_on"
HELD = "select employment, first_day, person from employment_person where employment = any($1::uuid[]) order by person desc"
HOLD = """
insert into employment_person (employment, first_day, person)
select * from unnest($1::uuid[], $2::date[], $3::uuid[]) on conflict do nothing
"""


@dataclass(frozen=True, slots=True)
class Prints:
    """The hashes of this database: `keys` are the ids of those they were made with, the latest first, which makes new ones."""

    vault: Vault
    keys: Sequence[str]
    _made: dict[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False, compare=False)
    """The hashes of a text, one per key: a transaction looks the same numbers up in several tables."""

    def newest(self, text: str) -> bytes:
        """Under which a new row is kept."""
        return self._hashes(text)[0]

    def by_hash(self, texts: Iterable[str]) -> dict[bytes, str]:
        """Each text under every hash that it may be kept under: while the keys change there are two."""
        return {made: text for text in texts for made in self._hashes(text)}

    def _hashes(self, text: str) -> tuple[bytes, ...]:
        made = self._made.get(text)
        if made is None:
            made = self._made[text] = tuple(self.vault.fingerprint(text, key) for key in self.keys)
        return made

    def sealed(self, text: str, context: str) -> bytes:
        """The text, for a hash under another key; opened only for the row of this context."""
        return self.vault.seal(text.encode(), context.encode(), self.keys[0])


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the numbers that some rows name."""

    persons: Mapping[str, UUID]
    employments: Mapping[str, UUID]
    stopped_persons: Mapping[str, date]
    """On which day they were erased."""
    stopped_employments: Mapping[str, date]
    holders: Mapping[UUID, Mapping[date, UUID]]
    """Under which person an employment was shown, by its first day."""


def text_of(table: str, municipality: str, source: str) -> str:
    """What is hashed and sealed of a source's key."""
    return SEPARATOR.join((table, municipality, source))


def context_of(table: str, number: UUID) -> str:
    """For which row something is sealed."""
    return f"{table} {number}"


def opened(vault: Vault, table: str, number: UUID, sealed: bytes) -> str:
    """The source's key of an id of ours. Raises `Unopened`."""
    return _source(vault.open(sealed, context_of(table, number).encode()).decode())


async def prints(conn: Connection, vault: Vault) -> Prints:
    """How this database hashes; nobody changes that, nor erases anybody, before the transaction ends. Raises `Unopened`."""
    if not await conn.fetch(REGISTERED):
        await conn.execute(ALONE, MINTING)
        await conn.execute(BEGIN, vault.ids[0])
    await conn.execute(SHARE, MINTING)
    keys = await registered(conn)
    vault.must_know(keys)
    return Prints(vault, keys)


async def registered(conn: Connection) -> list[str]:
    """The ids of the keys that hashes of this database were made with, the latest first."""
    return [row["id"] for row in await conn.fetch(REGISTERED)]


async def known(conn: Connection, prints: Prints, municipality: str, persons: Collection[str], employments: Collection[str]) -> Known:
    """What is known of these keys of the sources; nothing is minted."""
    jobs = await known_employments(conn, prints, municipality, employments)
    holders: dict[UUID, dict[date, UUID]] = defaultdict(dict)
    for row in await conn.fetch(HELD, list(jobs.values())) if jobs else ():
        holders[row["employment"]][row["first_day"]] = row["person"]
    was_anybody_erased = await conn.fetchval(ANY_STOPPED)  # nobody is erased meanwhile: see `prints`
    return Known(
        persons=await known_persons(conn, prints, municipality, persons),
        employments=jobs,
        stopped_persons=await _stopped(conn, prints, PERSON_KEY, municipality, persons) if was_anybody_erased else {},
        stopped_employments=await _stopped(conn, prints, EMPLOYMENT_KEY, municipality, employments) if was_anybody_erased else {},
        holders=holders,
    )


async def known_persons(conn: Connection, prints: Prints, municipality: str, sources: Iterable[str]) -> dict[str, UUID]:
    """The person keys of those that have one."""
    return await _found(conn, prints, PERSON_KEY, municipality, sources)


async def known_employments(conn: Connection, prints: Prints, municipality: str, sources: Iterable[str]) -> dict[str, UUID]:
    """The employment ids of those that have one."""
    return await _found(conn, prints, EMPLOYMENT_KEY, municipality, sources)


async def person_keys(
    conn: Connection, prints: Prints, municipality: str, sources: Iterable[str], known: Mapping[str, UUID] | None = None
) -> dict[str, UUID]:
    """The person keys of these source keys; random ones are minted for those that have none. `known`: of whom that is known already."""
    return await _keys(conn, prints, PERSON_KEY, municipality, sources, known)


async def employment_keys(
    conn: Connection, prints: Prints, municipality: str, sources: Iterable[str], known: Mapping[str, UUID] | None = None
) -> dict[str, UUID]:
    """The employment ids of these source keys; random ones are minted for those that have none. `known` as with persons."""
    return await _keys(conn, prints, EMPLOYMENT_KEY, municipality, sources, known)


async def bind(conn: Connection, prints: Prints, municipality: str, persons: Mapping[str, UUID], known: Collection[str]) -> None:
    """Further numbers of known persons. A number that is known as another person's with an employment stays that one's."""
    if new := {source: key for source, key in persons.items() if source not in known}:
        await _write(conn, prints, PERSON_KEY, municipality, new)
    texts = {text_of(PERSON_KEY, municipality, source): key for source, key in persons.items() if source in known}
    hashes = prints.by_hash(texts)
    columns = (
        list(hashes),
        [prints.newest(text) for text in hashes.values()],
        [texts[text] for text in hashes.values()],
        [prints.sealed(text, context_of(PERSON_KEY, texts[text])) for text in hashes.values()],
    )
    if hashes:
        await conn.execute(REBIND, *columns)


async def hold(conn: Connection, rows: Iterable[tuple[UUID, date, UUID]]) -> None:
    """Under which persons employments are shown: employment, its first day or `NO_DAY`, person."""
    found = sorted(set(rows))
    if not found:
        return
    await conn.execute(HOLD, [row[0] for row in found], [row[1] for row in found], [row[2] for row in found])


async def _keys(
    conn: Connection, prints: Prints, table: str, municipality: str, sources: Iterable[str], known: Mapping[str, UUID] | None
) -> dict[str, UUID]:
    wanted = sorted(set(sources))
    have = await _found(conn, prints, table, municipality, wanted) if known is None else known
    found = {source: have[source] for source in wanted if source in have}
    new = {source: drawn() for source in wanted if source not in have}
    if not new:
        return found
    minted = await _write(conn, prints, table, municipality, new)
    if minted < len(new):  # another has minted some of them meanwhile
        return found | await _found(conn, prints, table, municipality, new)
    return found | new


async def _write(conn: Connection, prints: Prints, table: str, municipality: str, keys: Mapping[str, UUID]) -> int:
    """How many were new; of the others the key that is there stays."""
    texts = [(text_of(table, municipality, source), key) for source, key in keys.items()]
    rows = sorted((prints.newest(text), key, prints.sealed(text, context_of(table, key))) for text, key in texts)
    done: str = await conn.execute(MINT[table], municipality, *([row[place] for row in rows] for place in range(3)))
    return int(done.rpartition(" ")[2])


async def _found(conn: Connection, prints: Prints, table: str, municipality: str, sources: Iterable[str]) -> dict[str, UUID]:
    hashes = prints.by_hash(text_of(table, municipality, source) for source in sources)
    return {_source(hashes[row["hash"]]): row["key"] for row in await conn.fetch(FOUND[table], list(hashes))} if hashes else {}


async def _stopped(conn: Connection, prints: Prints, table: str, municipality: str, sources: Iterable[str]) -> dict[str, date]:
    hashes = prints.by_hash(text_of(table, municipality, source) for source in sources)
    return {_source(hashes[row["hash"]]): row["erased_on"] for row in await conn.fetch(STOPPED, list(hashes))} if hashes else {}


def _source(text: str) -> str:
    return text.split(SEPARATOR, 2)[2]

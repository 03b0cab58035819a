"""Every SQL statement about which keys made the hashes, and about hashing anew."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from services.chassis.service import Connection
from services.intake.identity_store import ALONE, MINTING

REGISTER = "insert into vault_key (id) values ($1) on conflict (id) do update set number = default"

HASHED = {"person_key": "key", "employment_key": "key", "told_fact": "fact", "told_event": "fact"}
"""The tables with a hash and what it is of, sealed for the id in this column."""
OLD = {
    table: f"select hash, sealed, {number} from {table} where hash between $1 and $2 order by hash limit $3 for update skip locked"  # noqa: S608 - the names stand here
    for table, number in HASHED.items()
}
ANEW = {
    table: f"update {table} set hash = t.anew, sealed = t.sealed"  # noqa: S608 - as above
    f" from unnest($1::bytea[], $2::bytea[], $3::bytea[]) as t (hash, anew, sealed) where {table}.hash = t.hash"
    for table in HASHED
}
LEFT = {table: f"select exists (select from {table} where hash between $1 and $2)" for table in HASHED}  # noqa: S608 - as above
MADE = """
select table_name, column_name from information_schema.columns
where table_schema = current_schema() and data_type = 'bytea' and column_name in ('hash', 'sealed') order by table_name, column_name
"""
STILL = "select count(*) from {table} where {column} between $1 and $2"
FORGET = "delete from vault_key where id = $1 and number < (select max(number) from vault_key)"


class Row(NamedTuple):
    """A hash, what it is of, sealed, and for which id."""

    hash: bytes
    sealed: bytes
    number: UUID


async def register(conn: Connection, key: str) -> None:
    """From the end of this transaction on, new hashes are made with this key: who works with older ones alone is waited for."""
    await conn.execute(ALONE, MINTING)
    await conn.execute(REGISTER, key)


async def old_rows(conn: Connection, table: str, prefix: bytes, most: int) -> list[Row]:
    """Some rows that a key hashed, locked; those that others hold come another time."""
    return [Row(*row) for row in await conn.fetch(OLD[table], *_between(prefix), most)]


async def hash_anew(conn: Connection, table: str, rows: Sequence[tuple[bytes, bytes, bytes]]) -> None:
    """The hash a row had, the one it has now, and the same sealed anew."""
    await conn.execute(ANEW[table], *([row[place] for row in rows] for place in range(3)))


async def are_left(conn: Connection, table: str, prefix: bytes) -> bool:
    """Whether a key has hashed rows of the table still."""
    return bool(await conn.fetchval(LEFT[table], *_between(prefix)))


async def needed(conn: Connection, prefix: bytes) -> dict[str, int]:
    """How much was made with a key, by table and column: hashes, and whatever is sealed anywhere in this database."""
    found = {f"{table}.{column}": STILL.format(table=table, column=column) for table, column in await conn.fetch(MADE)}
    counts = {place: int(await conn.fetchval(statement, *_between(prefix))) for place, statement in found.items()}
    return {place: count for place, count in counts.items() if count}


async def forget(conn: Connection, key: str) -> None:
    """No hash was made with this key any more; the latest one stays."""
    await conn.execute(ALONE, MINTING)
    await conn.execute(FORGET, key)


def _between(prefix: bytes) -> tuple[bytes, bytes]:
    """All that begins with it: a hash has 32 bytes more, what is sealed is below any end of more bytes than it has of one value."""
    return prefix, prefix + b"\xff" * 64

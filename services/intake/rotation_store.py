"""Every SQL statement about which keys made the hashes and what is sealed, and about making them anew."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
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
SEALED: Mapping[str, Mapping[str, str]] = {
    "delivery_file": {"delivery": "uuid", "place": "int"},
    "refused_file": {"delivery": "uuid", "file_ref": "text"},
    "refused_row": {"delivery": "uuid", "file_ref": "text", "line": "int"},
    "held_part": {"delivery": "uuid", "file": "int", "part": "int"},
}
"""The tables with what is sealed for its own place: the columns that tell the place, and their types."""
IS_OLD = "substring(sealed for octet_length($1::bytea)) = $1"
"""Of what is sealed no more than its beginning is read: a part may have a megabyte."""
OLD_SEALED = {
    table: f"select {', '.join(place)}, sealed from {table} where {IS_OLD} order by {', '.join(place)} limit $2 for update skip locked"  # noqa: S608 - as above
    for table, place in SEALED.items()
}
SEAL_ANEW = {
    table: f"update {table} set sealed = t.anew"  # noqa: S608 - as above
    f" from unnest({', '.join(f'${n}::{kind}[]' for n, kind in enumerate((*place.values(), 'bytea'), 1))}) as t ({', '.join(place)}, anew)"
    f" where {' and '.join(f'{table}.{column} = t.{column}' for column in place)}"
    for table, place in SEALED.items()
}
SEALED_LEFT = {table: f"select exists (select from {table} where {IS_OLD})" for table in SEALED}  # noqa: S608 - as above
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


class SealedRow(NamedTuple):
    """What is sealed, and the place it is sealed for: the values of the columns in `SEALED`."""

    place: tuple[Any, ...]
    sealed: bytes


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


async def old_sealed(conn: Connection, table: str, prefix: bytes, most: int) -> list[SealedRow]:
    """Some rows that a key sealed, locked; those that others hold come another time."""
    return [SealedRow(tuple(row)[:-1], row["sealed"]) for row in await conn.fetch(OLD_SEALED[table], prefix, most)]


async def seal_anew(conn: Connection, table: str, rows: Sequence[SealedRow]) -> None:
    """The same at its place, sealed anew."""
    places = zip(*(row.place for row in rows), strict=True)
    await conn.execute(SEAL_ANEW[table], *map(list, places), [row.sealed for row in rows])


async def are_left(conn: Connection, table: str, prefix: bytes) -> bool:
    """Whether a key has hashed or sealed rows of the table still."""
    if table in SEALED:
        return bool(await conn.fetchval(SEALED_LEFT[table], prefix))
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

"""Another key for the numbers of people: hashes and what is sealed are made anew, and no id changes.

It can be stopped anywhere and begun again. Until it is done everybody looks under the hashes of both keys (`identity_store.Prints`).
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import asyncpg

from services.chassis.service import Connection
from services.intake import identity_store, rotation_store
from services.intake.holding import place_of as held_place
from services.intake.noting import place_of as file_place
from services.intake.refused import place_of as refused_place
from services.intake.rotation_store import HASHED, SEALED, SealedRow
from services.intake.vault import Key, Vault

BATCH = 1_000
"""Rows per transaction: others wait for the rows of one at most."""
PARTS = 16
"""The same of content that is held back, whose parts have up to a megabyte."""
PLACES: Mapping[str, Callable[..., bytes]] = {
    "delivery_file": file_place,
    "refused_file": refused_place,
    "refused_row": refused_place,
    "held_part": held_place,
}
"""What each row of the tables that are sealed was sealed for."""
PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Step:
    """What became durable. `key`: with which key hashes are made now; `table` and `rows`: what was made anew."""

    key: str
    table: str = ""
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Which keys are in use, the latest first, and how much was made with each, by table and column."""

    keys: Sequence[str]
    made: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        """Whether nothing but the stop list was made with an older key: its numbers are known to nobody."""
        older = (place for key, places in self.made.items() if key not in self.keys[:1] for place in places)
        return not any(place.rpartition(".")[0] in {*HASHED, *SEALED} for place in older)


async def standing(pool: asyncpg.Pool, vault: Vault) -> Standing:
    """Which keys of the vault this database needs. Raises `Unopened` where one is missing."""
    async with pool.acquire() as conn:
        keys = await identity_store.registered(conn)
        vault.must_know(keys)
        return Standing(keys, {key: await rotation_store.needed(conn, vault.prefix(key)) for key in vault.ids})


async def rotate(pool: asyncpg.Pool, vault: Vault) -> AsyncGenerator[Step, None]:
    """Make everything anew with the first key of the vault, step by step. Raises `Unopened` where a key is missing."""
    newest = vault.ids[0]
    async with pool.acquire() as conn, conn.transaction():
        await rotation_store.register(conn, newest)
    yield Step(newest)
    registered = (await standing(pool, vault)).keys
    for key in vault.ids[1:]:
        for table in (*HASHED, *SEALED):
            async for rows in _anew(pool, vault, table, key, newest):
                yield Step(newest, table, rows)
        if key not in registered:  # nothing was hashed with it any more, only sealed
            continue
        async with pool.acquire() as conn, conn.transaction():
            if not any(place.endswith(".hash") for place in await rotation_store.needed(conn, vault.prefix(key))):
                await rotation_store.forget(conn, key)
        yield Step(newest)


async def _anew(pool: asyncpg.Pool, vault: Vault, table: str, old: str, newest: str) -> AsyncIterator[int]:
    prefix = vault.prefix(old)
    while True:
        async with pool.acquire() as conn, conn.transaction():
            rows = await (_hashed if table in HASHED else _sealed)(conn, vault, table, prefix, newest)
            left = bool(rows) or await rotation_store.are_left(conn, table, prefix)
        if rows:
            yield rows
        elif not left:
            return
        else:  # others hold them
            await asyncio.sleep(PAUSE_SECONDS)


async def _hashed(conn: Connection, vault: Vault, table: str, prefix: bytes, newest: str) -> int:
    made = []
    for row in await rotation_store.old_rows(conn, table, prefix, BATCH):
        context = identity_store.context_of(table, row.number).encode()
        text = vault.open(row.sealed, context)
        made.append((row.hash, vault.fingerprint(text.decode(), newest), vault.seal(text, context, newest)))
    await rotation_store.hash_anew(conn, table, made)
    return len(made)


async def _sealed(conn: Connection, vault: Vault, table: str, prefix: bytes, newest: str) -> int:
    made = []
    for row in await rotation_store.old_sealed(conn, table, prefix, PARTS if table == "held_part" else BATCH):
        context = PLACES[table](*row.place)
        made.append(SealedRow(row.place, vault.seal(vault.open(row.sealed, context), context, newest)))
    if made:
        await rotation_store.seal_anew(conn, table, made)
    return len(made)


def next_key(ids: Sequence[str], today: date) -> Key:
    """A new random key, named after the day."""
    names = [f"{today}", *(f"{today}-{number}" for number in range(2, len(ids) + 3))]
    return Key.drawn(next(name for name in names if name not in ids))

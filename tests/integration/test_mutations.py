"""What only a real PostgreSQL shows: each lock is taken out, and the suite that all tables pass misses it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from unittest.mock import patch
from uuid import UUID

import pytest

from services.chassis import clock
from services.chassis import database as databases
from services.chassis.service import Connection
from services.chassis.settings import Settings
from services.chassis.tables import Tables
from services.chassis.tables.consumed import Readers
from services.chassis.tables.subjects import SubjectRow
from tests.behaviour.shared_tables import SharedTablesBehaviour
from tests.behaviour.store import Store, waits
from tests.behaviour.tables import TablesBehaviour
from tests.integration import test_transaction

Guard = Callable[[Store], Awaitable[None]]


@pytest.fixture
async def store(migrated: str) -> AsyncIterator[Store]:
    pool = await databases.open_pool(migrated)
    yield Store(pool, Tables())
    await pool.close()


async def _reads_rows(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, SubjectRow]:
    rows = await conn.fetch(
        "SELECT id, version, chunk, octet_length(tail), derived_with, rules, erased, coalesce(octet_length(booked), 0), broken, tries"
        " FROM subject WHERE kind = $1 AND id = ANY($2::uuid[]) ORDER BY id",
        kind,
        ids,
    )
    return {row[0]: SubjectRow(*row) for row in rows}


async def _reads_fence(conn: Connection, readers: Readers, partitions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    held = await Tables.positions(conn, readers)
    return {tp: held[tp][0] if tp in held else 0 for tp in partitions}


async def _everybody_relays(conn: Connection) -> bool:
    return bool(await conn.fetchval("SELECT true"))


async def _looks_at_reference(conn: Connection, municipality: str) -> int:
    return await conn.fetchval("SELECT version FROM reference_version WHERE municipality = $1", municipality) or 0


async def _changes_reference(conn: Connection, _municipality: str) -> None:
    await conn.execute("SELECT true")


async def _asks_any_clock(conn: Connection) -> datetime:
    found: datetime = await conn.fetchval("SELECT clock_timestamp() + ahead FROM clock")
    return found


async def who_moves_the_clock_waits_for_every_transaction(store: Store) -> None:
    """So that no transaction ever sees two clocks."""

    async def move(conn: Connection) -> None:
        await clock.hold(conn)
        await clock.move(conn, timedelta(days=1))

    async with store.pool.acquire() as conn, conn.transaction():
        first = await store.tables.moment(conn)
        moving = asyncio.create_task(store.do(move))
        assert await waits(moving)
        assert await store.tables.moment(conn) - first < timedelta(days=1)
    await moving


one, all_share = TablesBehaviour(), SharedTablesBehaviour()


@pytest.mark.parametrize(
    ("name", "mutant", "guard"),
    [
        ("lock", _reads_rows, one.test_who_locks_a_subject_waits_and_then_sees_what_the_other_wrote),
        ("fence", _reads_fence, one.test_two_who_read_the_same_partition_pass_its_fence_one_after_the_other),
        ("take_relay", _everybody_relays, all_share.test_one_relays_until_it_leaves_or_its_connection_ends),
        ("share_reference", _looks_at_reference, all_share.test_the_reference_changes_when_nobody_derives_with_it),
        ("hold_reference", _changes_reference, all_share.test_who_derives_waits_for_a_change_and_sees_it),
        ("moment", _asks_any_clock, who_moves_the_clock_waits_for_every_transaction),
    ],
)
async def test_without_its_lock_the_guard_fails(store: Store, name: str, mutant: Callable[..., object], guard: Guard) -> None:
    without = type("Without", (Tables,), {name: staticmethod(mutant)})
    with pytest.raises(AssertionError):
        await guard(Store(store.pool, without()))


async def _no_fence(_conn: Connection, _group: str, partitions: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    await asyncio.sleep(0)
    return dict.fromkeys(partitions, 0)


@pytest.mark.parametrize(
    ("guard", "says"),
    [
        (test_transaction.test_the_fence_skips_what_another_worker_has_taken, "below the fence nothing is read again"),
        (test_transaction.test_a_name_below_the_fence_does_not_come_back_after_its_tombstone, "Holm"),
    ],
)
async def test_without_the_fence_what_was_read_is_read_again(
    settings: Settings, guard: Callable[[Settings], Awaitable[None]], says: str
) -> None:
    with patch.object(Tables, "fence", staticmethod(_no_fence)), pytest.raises(AssertionError, match=says):
        await guard(settings)


async def test_with_it_the_clock_stands_still_inside_a_transaction(store: Store) -> None:
    await who_moves_the_clock_waits_for_every_transaction(store)

"""What a transaction read of the reference is forgotten with it: the number of its version is given again, to another one."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import UUID

import pytest

from contracts.base import Event
from services.chassis.reference import Snapshot
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Connection
from services.chassis.settings import Settings
from services.chassis.subject import Revision
from tests.kit.builders import MUNICIPALITY, an_id, closing_day, noon
from tests.kit.story import revision
from tests.kit.toy import TOY

START = date(2026, 3, 2)


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(TOY, settings) as opened:
        yield opened


def closed(name: str, day: date) -> Revision[Event]:
    return revision(closing_day(day), noon(START), fact=an_id(name))


async def heard(runtime: Runtime, conn: Connection, told: Revision[Event]) -> Snapshot:
    """The reference after this change, as a batch that tells of it reads it."""
    await runtime.tables.add_reference(conn, [told])
    await runtime.tables.raise_version(conn, MUNICIPALITY, [])
    return await runtime.reconciler.snapshot(conn, MUNICIPALITY)


async def heard_in_vain(runtime: Runtime, told: Revision[Event]) -> None:
    async with runtime.transaction() as (conn, _):
        assert facts(await heard(runtime, conn, told)) == {told.fact}
        raise TimeoutError


def facts(snapshot: Snapshot) -> set[UUID]:
    return {told.fact for told in snapshot.history.standing(Event)}


async def test_the_reference_of_a_rolled_back_transaction_is_forgotten(runtime: Runtime) -> None:
    lost, kept = closed("lost", START), closed("kept", START + timedelta(days=1))
    with pytest.raises(TimeoutError):
        await heard_in_vain(runtime, lost)
    async with runtime.transaction() as (conn, _):
        assert facts(await heard(runtime, conn, kept)) == {kept.fact}

    assert facts(await runtime.snapshot(MUNICIPALITY)) == {kept.fact}

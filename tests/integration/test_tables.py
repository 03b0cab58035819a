"""PostgreSQL answers as its twin in memory does."""

from collections.abc import AsyncIterator

import pytest

from services.chassis import database as databases
from services.chassis.tables import Tables
from tests.behaviour.shared_tables import SharedTablesBehaviour
from tests.behaviour.store import Store
from tests.behaviour.tables import TablesBehaviour


@pytest.fixture
async def store(migrated: str) -> AsyncIterator[Store]:
    pool = await databases.open_pool(migrated)
    yield Store(pool, Tables())
    await pool.close()


class TestTablesOnPostgres(TablesBehaviour):
    """As in memory."""


class TestSharedTablesOnPostgres(SharedTablesBehaviour):
    """As in memory."""

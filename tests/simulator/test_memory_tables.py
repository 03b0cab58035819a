"""The server in memory answers as PostgreSQL does."""

from datetime import UTC, datetime
from typing import cast

import asyncpg
import pytest

from tests.behaviour.shared_tables import SharedTablesBehaviour
from tests.behaviour.store import Store
from tests.behaviour.tables import TablesBehaviour
from tests.simulator.memory.clock import MemoryClock
from tests.simulator.memory.database import MemoryDatabase
from tests.simulator.memory.tables import MemoryTables


def new_store() -> Store:
    """An empty server."""
    database = MemoryDatabase(MemoryClock(datetime(2026, 3, 1, tzinfo=UTC)))
    return Store(cast("asyncpg.Pool", database.pool()), MemoryTables())


@pytest.fixture
def store() -> Store:
    return new_store()


class TestTablesInMemory(TablesBehaviour):
    """As on PostgreSQL."""


class TestSharedTablesInMemory(SharedTablesBehaviour):
    """As on PostgreSQL."""

"""Real servers of the project's own files for whoever asks; started once, stopped with the session."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.local.stack import Stack, running_stack
from services.chassis.settings import Profile, Settings
from tests.kit.databases import empty_database

RULES = Path(__file__).parent.parent / "deploy" / "rules"


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A real Kafka and a real PostgreSQL, without services."""
    with running_stack(tmp_path_factory.mktemp("servers")) as stack:
        yield stack


@pytest.fixture
async def database(servers: Stack) -> AsyncIterator[str]:
    """The address of an empty database of the real PostgreSQL."""
    async with empty_database(servers) as address:
        yield address


@pytest.fixture
def settings(servers: Stack, database: str) -> Settings:
    """Settings for one service on an empty database."""
    return Settings(profile=Profile.LOCAL, kafka=servers.kafka, database_url=database, rules=RULES, session_timeout_ms=6_000)

"""Real servers of the project's own files for whoever asks; started once, stopped with the session."""

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.local.stack import Stack, running_stack
from services.chassis.settings import Profile, Settings

RULES = Path(__file__).parent.parent / "deploy" / "rules"


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A real Kafka and a real PostgreSQL, without services."""
    with running_stack(tmp_path_factory.mktemp("servers")) as stack:
        yield stack


@pytest.fixture
async def database(servers: Stack) -> AsyncIterator[str]:
    """The address of an empty database of the real PostgreSQL."""
    name = f"test_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(servers.admin_database)
    await admin.execute(f'CREATE DATABASE "{name}"')
    base, _, query = servers.admin_database.partition("?")
    yield base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await admin.close()


@pytest.fixture
def settings(servers: Stack, database: str) -> Settings:
    """Settings for one service on an empty database."""
    return Settings(profile=Profile.LOCAL, kafka=servers.kafka, database_url=database, rules=RULES, session_timeout_ms=6_000)

"""Empty databases of a real PostgreSQL."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from deploy.local.stack import Stack


@asynccontextmanager
async def empty_database(servers: Stack) -> AsyncIterator[str]:
    """The address of a new database, which is gone at the end."""
    name = f"test_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(servers.admin_database)
    await admin.execute(f'CREATE DATABASE "{name}"')
    base, _, query = servers.admin_database.partition("?")
    yield base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await admin.close()

"""New databases of a real PostgreSQL: empty ones, and ones with the tables that every service has."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from deploy.local.stack import Stack
from services.chassis.database import CHASSIS_MIGRATIONS, close_pool, migrate, migrations, open_pool


@asynccontextmanager
async def new_database(servers: Stack, like: str = "template1") -> AsyncIterator[str]:
    """The address of a new database, made as a copy of another one, and gone at the end."""
    name = f"test_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(servers.admin_database)
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    yield _address(servers, name)
    await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await admin.close()


async def with_chassis_tables(servers: Stack) -> str:
    """The name of a database to copy: what every service begins with is in it, so that hundreds of tests need not make it anew."""
    name = f"chassis_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(servers.admin_database)
    await admin.execute(f'CREATE DATABASE "{name}"')
    await admin.close()
    pool = await open_pool(_address(servers, name))
    await migrate(pool, migrations(("chassis", CHASSIS_MIGRATIONS)))
    await close_pool(pool)  # nobody may be connected to what is copied
    return name


def _address(servers: Stack, name: str) -> str:
    base, _, query = servers.admin_database.partition("?")
    return base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")

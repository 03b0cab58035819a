"""One database and one login role per service on a server that exists already."""

from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

import asyncpg


def database_name(service: str) -> str:
    """The database of a service and, by the same name, the role that owns it."""
    return f"forbliv_{service}"


def service_url(admin_url: str, service: str, password: str) -> str:
    """The admin's address with the role and database of a service instead."""
    parts = urlsplit(admin_url)
    name = database_name(service)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, f"{name}:{password}@{host}", f"/{name}", parts.query, ""))


async def create_databases(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Create what is missing and set each role's password; nobody else may connect to a service's database."""
    connection = await asyncpg.connect(admin_url)
    try:
        for service, password in passwords.items():
            await _create_role(connection, database_name(service), password)
            await _create_database(connection, database_name(service))
    finally:
        await connection.close()


async def answers(admin_url: str) -> bool:
    """Whether the server takes connections now."""
    try:
        connection = await asyncpg.connect(admin_url, timeout=2)
    except (OSError, TimeoutError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


async def _create_role(connection: "asyncpg.Connection[asyncpg.Record]", name: str, password: str) -> None:
    exists = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", name)
    verb = "ALTER" if exists else "CREATE"
    # Utility statements take no parameters; `format` quotes both.
    statement = await connection.fetchval(f"SELECT format('{verb} ROLE %I LOGIN PASSWORD %L', $1::text, $2::text)", name, password)
    await connection.execute(statement)


async def _create_database(connection: "asyncpg.Connection[asyncpg.Record]", name: str) -> None:
    if await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
        return
    # STRATEGY file_copy would checkpoint the server for each one.
    await connection.execute(f'CREATE DATABASE "{name}" OWNER "{name}" STRATEGY wal_log')
    await connection.execute(f'REVOKE CONNECT, TEMPORARY ON DATABASE "{name}" FROM PUBLIC')

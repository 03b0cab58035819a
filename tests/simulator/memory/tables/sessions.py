"""Whose sessions hold up the others."""

import asyncpg

from services.chassis.service import Connection
from tests.simulator.memory.tables.here import here


async def end_silent(conn: Connection, seconds: float) -> int:
    async with here(conn).statement() as server:
        silent = [other for other in server.database.connections if other is not server and other.is_silent(seconds)]
    server.database.silenced += len(silent)
    for other in silent:
        other.broken(asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"))
    return len(silent)

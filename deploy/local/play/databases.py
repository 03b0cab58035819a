"""Rows of a service's database of the local stack, for who looks from outside."""

import asyncpg

from deploy.local.stack import Stack


async def rows(stack: Stack, service: str, query: str, *values: object) -> list[asyncpg.Record]:
    """What a query answers there."""
    conn = await asyncpg.connect(stack.database(service))
    try:
        return list(await conn.fetch(query, *values))
    finally:
        await conn.close()

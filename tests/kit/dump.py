"""Everything a database holds, as text, to look for what must not be there."""

import re
from collections.abc import Iterable

import asyncpg

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A part of a random id may look like a short number."""


async def everything(pool: asyncpg.Pool) -> dict[str, str]:
    """All rows of each table; bytes as the text that stands in them."""
    names = [row[0] for row in await pool.fetch("select tablename from pg_tables where schemaname = 'public' order by 1")]
    return {name: "\n".join(_line(row) for row in await pool.fetch(f'select * from "{name}"')) for name in names}


def found_in(text: str, words: Iterable[str]) -> set[str]:
    """Which of these stand in a text, as words of their own."""
    standing = set(re.findall(r"[0-9A-Za-z]+", UUID.sub("", text)))
    return {word for word in words if set(re.findall(r"[0-9A-Za-z]+", word)) <= standing}


def _line(row: asyncpg.Record) -> str:
    return " | ".join(value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in row.values())

"""What a behaviour suite asks of a database: the seam, a pool, and a few words."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

import asyncpg

from contracts.base import Event
from services.chassis.advance import Said
from services.chassis.packing import Growth
from services.chassis.service import Connection
from services.chassis.subject import Key, Revision, Subject, body_text, fact_id
from services.chassis.tables import Tables
from services.chassis.tables.subjects import SubjectSave
from tests.kit.builders import an_id, hired, noon
from tests.kit.story import revision

T = TypeVar("T")
READERS = dict.fromkeys(("t", "u"), "forbliv.toy")
DAY = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class Store:
    """One empty database behind the seam."""

    pool: asyncpg.Pool
    tables: Tables

    async def do(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """One transaction of its own."""
        async with self.pool.acquire() as conn, conn.transaction():
            return await work(conn)

    async def save(self, *saves: SubjectSave) -> None:
        """Subjects as one transaction leaves them."""
        tables = self.tables
        async with self.pool.acquire() as conn, conn.transaction():
            await tables.insert_missing(conn, [s.subject for s in saves])
            await tables.save_subjects(conn, "person", saves)


def person(name: str, municipality: str = "730") -> Subject:
    """A subject."""
    return Subject("person", an_id(name), municipality)


def saved(subject: Subject, **more: object) -> SubjectSave:
    """What is written of a subject that was derived once; `more` in place of the ordinary."""
    fields: dict[str, object] = {
        "chunk": 0,
        "grows": Growth(False, (), b""),
        "derived_with": 1,
        "rules": "rules",
        "reads": frozenset(),
        "wake_at": None,
        "reached": None,
        "booked": b"",
        "books_anew": False,
        "broken": None,
        "tries": 0,
        "latest": None,
    }
    return SubjectSave(subject=subject, **{**fields, **more})  # type: ignore[arg-type]


def said(subject: Subject, key: Key, number: int = 1, *, stands: bool = True, to: Subject | None = None) -> tuple[Subject, Said, str]:
    """A statement to remember."""
    body = hired(DAY)
    held: Revision[Event] = revision(body, noon(DAY), fact=fact_id("toy", subject, key), number=number, stands=stands)
    return subject, Said(key, held, to), body_text(body)


async def waits(work: "asyncio.Task[T]") -> bool:
    """Whether somebody still waits, after a moment in which who can go on does."""
    await asyncio.wait({work}, timeout=0.2)
    return not work.done()


def ids(*subjects: Subject) -> list[UUID]:
    """Their ids."""
    return [s.id for s in subjects]

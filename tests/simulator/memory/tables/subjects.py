"""Subjects and their histories."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.chassis.packing import Growth
from services.chassis.service import Connection
from services.chassis.subject import Subject
from services.chassis.tables.subjects import NOTHING_YET, Added, Held, SubjectRow, SubjectSave
from tests.simulator.memory.tables.here import here


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the table `subject`: (kind, id) →. The history is one text here; `tail` is how much of its end is no chunk yet."""

    municipality: str
    version: int = 0
    history: bytes = b""
    chunk: int = 0
    tail: int = 0
    derived_with: int = 0
    rules: str = ""
    reads: frozenset[str] = frozenset()
    wake_at: datetime | None = None
    booked: bytes = b""
    reached: datetime | None = None
    broken: str | None = None
    tries: int = 0
    erased: bool = False
    latest: datetime = NOTHING_YET


async def insert_missing(conn: Connection, subjects: Sequence[Subject]) -> dict[UUID, SubjectRow]:
    async with here(conn).statement() as server:
        new = [s for s in subjects if await server.insert("subject", (s.kind, s.id), Kept(s.municipality))]
    return {s.id: SubjectRow(s.id) for s in new}


async def lock(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, SubjectRow]:
    async with here(conn).statement() as server:
        return {number: row_of(number, kept) for number in sorted(ids) if (kept := await server.for_update("subject", (kind, number)))}


def row_of(number: UUID, kept: Kept) -> SubjectRow:
    """What is told of a row that is locked."""
    return SubjectRow(
        number,
        kept.version,
        kept.chunk,
        kept.tail,
        kept.derived_with,
        kept.rules,
        kept.erased,
        len(kept.booked),
        kept.broken,
        kept.tries,
        kept.latest,
    )


async def histories(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, bytes]:
    return {number: held.history for number, held in (await held(conn, kind, ids)).items()}


async def held(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, Held]:
    wanted = set(ids)
    async with here(conn).statement() as server:
        return {
            number: Held(kept.history, kept.reads, kept.wake_at, kept.booked, kept.reached)
            for (its_kind, number), kept in server.scan("subject")
            if its_kind == kind and number in wanted
        }


def _grown(kept: Kept, more: Growth, latest: datetime | None) -> Kept:
    return replace(
        kept,
        version=kept.version + 1,
        history=kept.history + b"".join(more.chunks) + more.tail,
        chunk=kept.chunk + more.new_chunks,
        tail=len(more.tail) + (0 if more.rolls else kept.tail),
        latest=max(kept.latest, latest or kept.latest),
    )


async def add_lines(conn: Connection, kind: str, added: Sequence[Added], moment: datetime) -> None:
    async with here(conn).statement() as server:
        for more in added:
            key = (kind, more.subject.id)
            kept = await server.for_update("subject", key)
            if kept is not None:
                due = moment if kept.wake_at is None else min(kept.wake_at, moment)
                server.put("subject", key, replace(_grown(kept, more.grows, more.latest), wake_at=due))


async def save_subjects(conn: Connection, kind: str, saves: Sequence[SubjectSave]) -> None:
    async with here(conn).statement() as server:
        for save in saves:
            key = (kind, save.subject.id)
            kept = await server.for_update("subject", key)
            if kept is not None:
                server.put("subject", key, _saved(_grown(kept, save.grows, save.latest), save))


def _saved(kept: Kept, save: SubjectSave) -> Kept:
    return replace(
        kept,
        derived_with=save.derived_with,
        rules=save.rules,
        reads=save.reads,
        wake_at=save.wake_at,
        reached=save.reached,
        booked=save.booked if save.books_anew else kept.booked + save.booked,
        broken=save.broken,
        tries=save.tries,
    )

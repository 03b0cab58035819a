"""Subjects and their histories."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.chassis.service import Connection
from services.chassis.subject import Subject
from services.chassis.tables.subjects import SubjectRow, SubjectSave
from tests.simulator.memory.tables.here import here


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the table `subject`: (kind, id) →."""

    municipality: str
    version: int = 0
    chunk: int = 0
    chunk_bytes: int = 0
    derived_with: int = 0
    rules: str = ""
    reads: frozenset[str] = frozenset()
    wake_at: datetime | None = None
    booked: bytes | None = None
    broken: str | None = None
    erased: bool = False


async def insert_missing(conn: Connection, subjects: Sequence[Subject]) -> None:
    async with here(conn).statement() as server:
        for subject in subjects:
            await server.insert("subject", (subject.kind, subject.id), Kept(subject.municipality))


async def lock(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, SubjectRow]:
    async with here(conn).statement() as server:
        return {number: _row(number, kept) for number in sorted(ids) if (kept := await server.for_update("subject", (kind, number)))}


def _row(number: UUID, kept: Kept) -> SubjectRow:
    return SubjectRow(
        number,
        kept.version,
        kept.chunk,
        kept.chunk_bytes,
        kept.derived_with,
        kept.rules,
        kept.erased,
        kept.booked,
        kept.wake_at,
        kept.reads,
        kept.broken,
    )


async def histories(conn: Connection, kind: str, ids: Sequence[UUID]) -> dict[UUID, list[bytes]]:
    wanted = set(ids)
    found: dict[UUID, list[bytes]] = {}
    async with here(conn).statement() as server:
        for (its_kind, number, _), body in sorted(server.scan("history"), key=lambda row: row[0]):
            if its_kind == kind and number in wanted:
                found.setdefault(number, []).append(body)
    return found


async def save_subjects(conn: Connection, saves: Sequence[SubjectSave]) -> None:
    async with here(conn).statement() as server:
        for save in saves:
            key = (save.subject.kind, save.subject.id)
            kept = await server.for_update("subject", key)
            if kept is not None:
                server.put("subject", key, _saved(kept, save))


def _saved(kept: Kept, save: SubjectSave) -> Kept:
    return replace(
        kept,
        version=save.version,
        chunk=save.chunk,
        chunk_bytes=save.chunk_bytes,
        derived_with=save.derived_with,
        rules=save.rules,
        reads=save.reads,
        wake_at=save.wake_at,
        booked=save.booked,
        broken=save.broken,
    )


async def append_history(conn: Connection, saves: Sequence[SubjectSave]) -> None:
    async with here(conn).statement() as server:
        for save in saves:
            key = (save.subject.kind, save.subject.id, save.chunk)
            if save.new_lines and not await server.insert("history", key, save.new_lines):
                body = await server.for_update("history", key)
                server.put("history", key, body + save.new_lines)

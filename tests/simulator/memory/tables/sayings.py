"""What was said."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from services.chassis.advance import Said
from services.chassis.packing import event_class, key_of, key_text
from services.chassis.service import Connection
from services.chassis.subject import Key, Revision, Subject
from tests.simulator.memory.tables.here import here


class Kept(NamedTuple):
    """A row of the table `statement`: (kind, id, key as text) →. The body is kept as text, as it is there."""

    said: Said
    text: str


async def statements(conn: Connection, kind: str, ids: Mapping[UUID, str]) -> dict[UUID, dict[Key, Said]]:
    found: dict[UUID, dict[Key, Said]] = {}
    async with here(conn).statement() as server:
        for (its_kind, number, text), kept in server.scan("statement"):
            if its_kind == kind and number in ids:
                key = key_of(text)
                found.setdefault(number, {})[key] = _read(key, kept, ids[number])
    return found


def _read(key: Key, kept: Kept, municipality: str) -> Said:
    held = kept.said.revision
    body = event_class(held.type).model_validate_json(kept.text)
    revision = Revision(held.fact, held.epoch, held.revision, held.stands, held.known_at, body, held.type)
    to = kept.said.to
    return Said(key, revision, to and Subject(to.kind, to.id, municipality))


async def save_statements(conn: Connection, said: Sequence[tuple[Subject, Said, str]]) -> None:
    async with here(conn).statement() as server:
        for subject, saying, text in said:
            key = (subject.kind, subject.id, key_text(saying.key))
            row = Kept(saying, text)
            if not await server.insert("statement", key, row):
                await server.for_update("statement", key)
                server.put("statement", key, row)


async def add_statements(conn: Connection, said: Sequence[tuple[Subject, Said, str]]) -> None:
    async with here(conn).statement() as server:
        for subject, saying, text in said:
            added = await server.insert("statement", (subject.kind, subject.id, key_text(saying.key)), Kept(saying, text))
            assert added, "copied in where something was said before"

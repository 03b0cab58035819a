"""The organisation and the names as they were told, and the version that every change raises."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from contracts.base import Event
from contracts.hr import PersonNamed
from services.chassis.packing import read_stored
from services.chassis.reference import ORGANISATION
from services.chassis.service import Connection
from services.chassis.subject import Revision, body_text
from services.chassis.tables.references import REFERENCE_LOCK
from tests.simulator.memory.tables.here import here


class Name(NamedTuple):
    """A row of the table `directory`: person →."""

    order: tuple[int, int]
    name: str | None


async def share_reference(conn: Connection, municipality: str) -> int:
    async with here(conn).statement() as server:
        await server.lock((REFERENCE_LOCK, municipality), shared=True)
    async with here(conn).statement() as server:
        version: int = server.get("reference_version", (municipality,)) or 0
        return version


async def hold_reference(conn: Connection, municipality: str) -> None:
    async with here(conn).statement() as server:
        await server.lock((REFERENCE_LOCK, municipality))


async def add_reference(conn: Connection, revisions: Sequence[Revision[Event]]) -> list[UUID]:
    async with here(conn).statement() as server:
        return [r.fact for r in revisions if await server.insert("reference", (r.fact, r.epoch, r.revision), (r, body_text(r.body)))]


async def raise_version(conn: Connection, municipality: str, wakes: Iterable[str]) -> None:
    async with here(conn).statement() as server:
        if not await server.insert("reference_version", (municipality,), 1):
            version = await server.for_update("reference_version", (municipality,))
            server.put("reference_version", (municipality,), version + 1)
    async with here(conn).statement() as server:
        for name in sorted(set(wakes)):
            server.put("to_wake", (server.database.next_number("to_wake"),), (municipality, name))


async def reference_rows(conn: Connection, municipality: str) -> list[Revision[Event]]:
    async with here(conn).statement() as server:
        return [_read(r, text) for _, (r, text) in server.scan("reference") if r.body.municipality == municipality]


def _read(r: Revision[Event], text: str) -> Revision[Event]:
    wire, body = read_stored(ORGANISATION, r.type, text)
    return Revision(r.fact, r.epoch, r.revision, r.stands, r.known_at, body, wire)


async def waiting_wakes(conn: Connection) -> list[tuple[int, str, str]]:
    async with here(conn).statement() as server:
        return [(number, code, name) for (number,), (code, name) in sorted(server.scan("to_wake"))[:200]]


async def wakes_done(conn: Connection, numbers: Sequence[int]) -> None:
    async with here(conn).statement() as server:
        for number in numbers:
            if await server.for_update("to_wake", (number,)) is not None:
                server.put("to_wake", (number,), None)


async def save_names(conn: Connection, named: Sequence[Revision[PersonNamed]]) -> int:
    done = 0
    async with here(conn).statement() as server:
        for r in named:
            key, row = (r.body.person_key,), Name(r.order, r.body.display_name if r.stands else None)
            is_new = await server.insert("directory", key, row)
            if not is_new and (await server.for_update("directory", key)).order < r.order:
                server.put("directory", key, row)
                is_new = True
            done += is_new
    return done


async def erase_names(conn: Connection, persons: Sequence[UUID]) -> None:
    async with here(conn).statement() as server:
        for person in persons:
            if await server.for_update("directory", (person,)) is not None:
                server.put("directory", (person,), None)


async def names(conn: Connection, persons: Iterable[UUID]) -> Mapping[UUID, str]:
    async with here(conn).statement() as server:
        held = {person: server.get("directory", (person,)) for person in persons}
        return {person: row.name for person, row in held.items() if row is not None and row.name is not None}

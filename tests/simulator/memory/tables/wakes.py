"""The clock, and whose time has come."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from services.chassis.clock import CLOCK_LOCK
from services.chassis.service import Connection
from tests.simulator.memory.tables.here import here
from tests.simulator.memory.tables.subjects import Kept


async def moment(conn: Connection) -> datetime:
    async with here(conn).statement() as server:
        await server.lock(CLOCK_LOCK, shared=True)
        return server.database.clock.read()


async def due(conn: Connection, kind: str, now: datetime, code_version: int, limit: int) -> list[tuple[UUID, str]]:
    async with here(conn).statement() as server:
        waiting = [
            (kept.wake_at, number, kept.municipality)
            for (its_kind, number), kept in server.scan("subject")
            if its_kind == kind and kept.wake_at is not None and kept.wake_at <= now and kept.derived_with <= code_version
        ]
        free = ((number, code) for _, number, code in sorted(waiting) if server.attempt(("subject", (kind, number))))
        return list(islice(free, limit))


async def next_wake(conn: Connection, kinds: Sequence[str], code_version: int) -> datetime | None:
    async with here(conn).statement() as server:
        waiting = (k for (kind, _), k in server.scan("subject") if kind in kinds and k.derived_with <= code_version)
        return min((k.wake_at for k in waiting if k.wake_at is not None), default=None)


async def wake_readers(conn: Connection, municipality: str, name: str, at: datetime, limit: int) -> int:
    def sleeps(kept: Kept) -> bool:
        return name in kept.reads and kept.municipality == municipality and (kept.wake_at is None or kept.wake_at > at)

    done = 0
    async with here(conn).statement() as server:
        for key in sorted(key for key, kept in server.scan("subject") if sleeps(kept))[:limit]:
            kept = await server.for_update("subject", key)
            if kept is not None and sleeps(kept):
                server.put("subject", key, replace(kept, wake_at=at))
                done += 1
    return done


async def wake_underived(conn: Connection, code_version: int, rules: Mapping[str, str], at: datetime, *, with_broken: bool) -> int:
    def stale(kept: Kept) -> bool:
        is_wrong = kept.derived_with == code_version and (kept.rules != rules[kept.municipality] or kept.broken is not None)
        waits = (kept.wake_at is None or kept.wake_at > at) and (with_broken or kept.broken is None)
        return kept.version > 0 and waits and (kept.derived_with < code_version or is_wrong)

    done = 0
    async with here(conn).statement() as server:
        for key in [key for key, kept in server.scan("subject") if kept.municipality in rules and stale(kept)]:
            kept = await server.for_update("subject", key)
            if kept is not None and stale(kept):
                server.put("subject", key, replace(kept, wake_at=at))
                done += 1
    return done


async def break_subject(conn: Connection, kind: str, number: UUID, problem: str, at: datetime) -> None:
    async with here(conn).statement() as server:
        kept = await server.for_update("subject", (kind, number))
        if kept is not None:
            again = replace(kept, broken=problem, wake_at=at, tries=kept.tries + 1, version=kept.version + 1)
            server.put("subject", (kind, number), again)

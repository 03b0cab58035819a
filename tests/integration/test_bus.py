"""The bus and the relay on a real Kafka: nothing lost or doubled over restarts, a recreated topic is read from 0."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from contracts.hr import Hired
from deploy.local.stack import Stack
from services.chassis import health
from services.chassis.bus import Bus
from services.chassis.outbox import Relay
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Service, SubjectKind
from services.chassis.settings import Settings
from services.chassis.subject import History, Revision, Situation, Statement, Subject
from services.chassis.wake import Wake
from tests.kit.builders import an_id, hired, noon
from tests.kit.toy import RINGS_AFTER, TOY

START = date(2026, 3, 2)
SECONDS = 30


def say_hired(history: History, *_: object) -> Situation:
    return Situation(tuple(Statement(("hired", str(r.fact)), r.body) for r in history.standing(Hired)))


WAY_IN = Service("intake", (SubjectKind("person", say_hired, records=(Hired,)),))


@asynccontextmanager
async def running(runtime: Runtime) -> AsyncIterator[Bus | None]:
    """A worker's loops; a crash is the end of the block."""
    bus = Bus(runtime) if runtime.topics else None
    loops = [Relay(runtime).run(), Wake(runtime).run(), *([bus.run()] if bus else [])]
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield bus
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(SECONDS * 10):
        if await holds():
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"not within {SECONDS} s")


async def publish(runtime: Runtime, people: list[str]) -> None:
    arrivals = {
        Subject("person", an_id(name), "730"): [
            Revision(an_id(f"hire of {name}"), 0, 1, True, noon(START), hired(START, person=name), Hired.wire)
        ]
        for name in people
    }
    await runtime.record(arrivals)


async def test_what_is_recorded_is_heard_once_by_a_worker_that_dies_and_comes_back(servers: Stack, settings: Settings) -> None:
    listener = replace(TOY, name=f"toy{uuid4().hex[:8]}")
    people = [f"{listener.name} {n}" for n in range(60)]
    other = settings.model_copy(update={"database_url": servers.database("onboarding")})
    async with open_runtime(WAY_IN, settings) as way_in, open_runtime(listener, other) as toy:

        async def heard() -> bool:
            rows = await toy.pool.fetch(
                "SELECT id, version FROM subject WHERE kind = 'person' AND id = ANY($1::uuid[])", [an_id(p) for p in people]
            )
            return len(rows) == len(people)

        async with running(way_in):
            await publish(way_in, people[:20])
            async with running(toy):
                await asyncio.sleep(1)
                await publish(way_in, people[20:40])
            await publish(way_in, people[40:])
            async with running(toy) as bus:
                await until(heard)
                assert bus is not None

                async def read_all() -> bool:
                    told = await health.status(toy, bus)
                    return told["lag"] == 0 and told["due"] == 0 and told["outbox"] == 0

                await until(read_all)

        mine = [an_id(p) for p in people]
        said = await toy.pool.fetch("SELECT type, revision FROM statement WHERE to_kind IS NULL AND id = ANY($1::uuid[])", mine)
        assert len(said) == len(people)
        assert {row["type"] for row in said} == {"toy.bell-rang.v1"}, f"rung {RINGS_AFTER.days} days after {START}"

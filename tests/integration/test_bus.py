"""The bus and the relay on a real Kafka: nothing lost or doubled over restarts, a recreated topic is read from 0."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from aiokafka.errors import KafkaTimeoutError

from contracts.hr import Hired
from deploy.local.ports import free_ports
from deploy.local.stack import Stack
from services.chassis import bus as chassis_bus
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


WAY_IN = Service("intake", (SubjectKind("person", say_hired, records=(Hired,)),), says=(Hired,))


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


def ready(bus: Bus | None) -> Callable[[], Awaitable[bool]]:
    """Whether its partitions are assigned."""

    async def is_ready() -> bool:
        return bus is not None and bus.ready

    return is_ready


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
            async with running(toy) as first:
                await until(ready(first))
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


async def test_a_recreated_topic_is_read_from_its_start(servers: Stack, settings: Settings) -> None:
    """The fence lies beyond the end of a partition that was made anew: what is on it is read, and has its effect once."""
    listener = replace(TOY, name=f"toy{uuid4().hex[:8]}")
    person = an_id(f"{listener.name} person")
    other = settings.model_copy(update={"database_url": servers.database("retention")})
    async with open_runtime(WAY_IN, settings) as way_in, open_runtime(listener, other) as toy:

        async def heard() -> bool:
            return bool(await toy.pool.fetchval("SELECT count(*) FROM subject WHERE kind = 'person' AND id = $1", person))

        async with running(way_in):
            await publish(way_in, [f"{listener.name} person"])
            for partition in range(12):
                await toy.pool.execute(
                    "INSERT INTO consumed (grp, topic, partition, next_offset) VALUES ($1, 'hr.employment.v1', $2, 1000000)",
                    toy.readers["hr.employment.v1"],
                    partition,
                )
            async with running(toy) as bus:
                await until(ready(bus))
                await until(heard)

        assert await toy.pool.fetchval("SELECT count(*) FROM statement WHERE to_kind IS NULL AND id = $1", person) == 1


async def test_a_client_that_hears_nothing_any_more_is_replaced_while_the_broker_answers_others(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chassis_bus, "DEAF_SECONDS", 0.5)
    listener = replace(TOY, name=f"toy{uuid4().hex[:8]}")
    async with open_runtime(listener, settings) as runtime, running(runtime) as bus:
        assert bus is not None
        await until(ready(bus))
        deaf = bus._consumer()
        await _dies(deaf)

        async def another_reads() -> bool:
            return bus._subscriber.consumer not in {None, deaf} and bus.ready and bus.silent_for < 1

        await until(another_reads)


@pytest.mark.parametrize("task", ["fetching", "taking part in the group"])
async def test_a_client_of_which_a_task_has_died_is_replaced_at_once_and_reads_on(settings: Settings, task: str) -> None:
    """Such a client answers all that it is asked, so that nobody notices."""
    listener = replace(TOY, name=f"toy{uuid4().hex[:8]}")
    async with open_runtime(listener, settings) as runtime, running(runtime) as bus:
        assert bus is not None
        await until(ready(bus))
        dead = bus._consumer()
        (dead._fetcher._fetch_task if task == "fetching" else dead._coordinator._coordination_task).cancel()

        async def another_reads() -> bool:
            return bus._subscriber.consumer not in {None, dead} and bus.ready and bus.silent_for < 1

        await until(another_reads)


async def test_a_client_that_gives_nothing_while_something_is_to_be_read_is_replaced(
    servers: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chassis_bus, "DEAF_SECONDS", 1.0)
    listener = replace(TOY, name=f"toy{uuid4().hex[:8]}")
    person = f"{listener.name} person"
    other = settings.model_copy(update={"database_url": servers.database("retention")})
    async with open_runtime(WAY_IN, settings) as way_in, open_runtime(listener, other) as toy, running(toy) as bus:
        assert bus is not None
        await until(ready(bus))
        idle = bus._consumer()
        idle.pause(*idle.assignment())
        async with running(way_in):
            await publish(way_in, [person])

            async def heard() -> bool:
                return bool(await toy.pool.fetchval("SELECT count(*) FROM subject WHERE kind = 'person' AND id = $1", an_id(person)))

            await until(heard)
        assert bus._consumer() is not idle


async def test_a_database_that_is_away_costs_no_client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chassis_bus, "DEAF_SECONDS", 0.5)
    listener = replace(TOY, name=f"toy{uuid4().hex[:8]}")
    async with open_runtime(listener, settings) as runtime, running(runtime) as bus:
        assert bus is not None
        await until(ready(bus))
        client, looks = bus._consumer(), 0

        async def away() -> None:
            nonlocal looks
            looks += 1
            raise ConnectionRefusedError

        bus._reading.look = away  # type: ignore[method-assign]
        await until(lambda: _holds(lambda: looks >= 4))
        assert bus._consumer() is client


async def _holds(what: Callable[[], bool]) -> bool:
    return what()


async def _dies(consumer: Any) -> None:
    """Its own task ends, as it does when it writes to a connection that was just closed, and so no question is answered any more."""

    async def unanswered(*_: object) -> None:
        raise KafkaTimeoutError

    consumer._client._sync_task.cancel()
    consumer.end_offsets = unanswered


async def test_a_broker_that_is_away_costs_no_client(settings: Settings) -> None:
    (port,) = free_ports(1)

    assert await chassis_bus.answers(settings.kafka)
    assert not await chassis_bus.answers(f"127.0.0.1:{port}")

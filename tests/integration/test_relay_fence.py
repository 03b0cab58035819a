"""Who relayed before another took over publishes nothing after it: an older revision is never the last one of its key."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.hr import Hired
from deploy.local.stack import Stack
from services.chassis.outbox import Producer, Relay
from services.chassis.producer import producer, relay_producer
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import Revision, Subject
from services.chassis.tables.outbox import RELAY_LOCK
from tests.faults import raw
from tests.integration.test_bus import START, WAY_IN, until
from tests.kit.builders import an_id, hired, noon

NewProducer = Callable[[str, str], Producer]
TOPIC = "hr.employment.v1"


class Freezing:
    """A producer whose process stands still between reading what is unsent and sending it, until it is thawed."""

    def __init__(self, inner: Producer) -> None:
        self._inner = inner
        self.stands, self.thawed, self.left = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def start(self) -> None:
        await self._inner.start()

    async def stop(self) -> None:
        await self._inner.stop()
        self.left.set()

    async def send(self, topic: str, value: bytes | None, key: bytes, *, headers: list[tuple[str, bytes]]) -> Awaitable[Any]:
        self.stands.set()
        await self.thawed.wait()
        return await self._inner.send(topic, value, key, headers=headers)


async def say(runtime: Runtime, name: str, number: int) -> None:
    """One revision of what is known of a person, into the outbox."""
    event = hired(START + timedelta(days=number), person=name)
    told = Revision(an_id(f"hire of {name}"), 0, number, True, noon(START), event, Hired.wire)
    await runtime.record({Subject("person", an_id(name), "730"): [told]})


async def published(servers: Stack, name: str) -> list[str]:
    """The revisions on the topic, in its order."""
    lines = await raw.read(servers.kafka, TOPIC)
    return [line.header("ce_revision") for line in lines if line.key == str(an_id(name)).encode()]


async def lose_the_lock(runtime: Runtime) -> None:
    """The server ends the session of the relay, as others do who find it silent."""
    await runtime.pool.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        RELAY_LOCK,
    )


async def the_last_word_is_the_newest(servers: Stack, settings: Settings, new_producer: NewProducer) -> None:
    """The guard: a relay is frozen with the first revision, another one publishes both, and then the first one goes on."""
    name = f"frozen {uuid4().hex[:8]}"
    frozen: list[Freezing] = []

    def freezing(kafka: str, client: str) -> Freezing:
        frozen.append(Freezing(new_producer(kafka, client)))
        return frozen[-1]

    async with open_runtime(WAY_IN, settings) as one, open_runtime(WAY_IN, settings) as two:
        relaying = [asyncio.create_task(Relay(one, freezing).run())]
        await say(one, name, 1)
        await until_set(frozen)
        await lose_the_lock(two)
        relaying.append(asyncio.create_task(Relay(two, new_producer).run()))
        await say(two, name, 2)

        async def both() -> bool:
            return (await published(servers, name))[-1:] == ["2"]

        await until(both)
        frozen[0].thawed.set()
        await asyncio.wait_for(frozen[0].left.wait(), 30)
        for task in relaying:
            task.cancel()
        await asyncio.gather(*relaying, return_exceptions=True)
    assert (await published(servers, name))[-1] == "2", "the older revision was published last"


async def until_set(frozen: list[Freezing]) -> None:
    async def stands() -> bool:
        return bool(frozen) and frozen[0].stands.is_set()

    await until(stands)


async def test_a_frozen_relay_publishes_nothing_after_the_one_that_took_over(servers: Stack, settings: Settings) -> None:
    await the_last_word_is_the_newest(servers, settings, relay_producer)


async def test_mutation_without_the_broker_s_count_the_older_revision_is_last(servers: Stack, settings: Settings) -> None:
    with pytest.raises(AssertionError, match="published last"):
        await the_last_word_is_the_newest(servers, settings, producer)

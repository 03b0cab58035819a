"""The log in memory behaves as Kafka does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from tests.behaviour.bus import BusBehaviour, Member, Wire
from tests.simulator.memory.client import MemoryConsumer, MemoryGroup, MemorySender
from tests.simulator.memory.clock import MemoryClock
from tests.simulator.memory.log import MemoryLog

TOPIC = "onboarding.v1"


@pytest.fixture
async def wire() -> Wire:
    log = MemoryLog(MemoryClock(datetime(2026, 3, 1, tzinfo=UTC)))
    log.create(TOPIC, 2)
    groups: dict[str, MemoryGroup] = {}

    @asynccontextmanager
    async def member(group: str) -> AsyncIterator[Member]:
        consumer = MemoryConsumer(groups.setdefault(group, MemoryGroup(log)), [TOPIC])
        await consumer.start()
        yield consumer
        await consumer.stop()

    sender = MemorySender(log)
    await sender.start()
    return Wire(TOPIC, sender, member, lambda name: MemorySender(log, name))


class TestBusInMemory(BusBehaviour):
    """As on Kafka."""

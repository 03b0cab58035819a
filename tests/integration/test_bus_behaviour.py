"""Kafka behaves as the log in memory does, with the options of the chassis."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer

from deploy.local.stack import Stack
from deploy.local.topics import Topic, apply_topics
from services.chassis.bus import reading_options
from services.chassis.producer import producer, relay_producer
from tests.behaviour.bus import BusBehaviour, Member, Wire

SHORTEST_SESSION_MS = 6_000
"""A broker allows no less; a static member that is gone is missed only then."""


@pytest.fixture
async def wire(servers: Stack) -> AsyncIterator[Wire]:
    topic = f"behaviour.{uuid4().hex[:8]}.v1"
    await apply_topics(servers.kafka, (Topic(topic, 2),))
    running: set[str] = set()

    @asynccontextmanager
    async def member(group: str) -> AsyncIterator[Member]:
        instance = next(name for name in ("one", "other") if name not in running)
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=servers.kafka,
            group_id=group,
            enable_auto_commit=False,
            **reading_options(instance, SHORTEST_SESSION_MS),
        )
        await consumer.start()
        running.add(instance)
        try:
            yield consumer
        finally:
            running.discard(instance)
            await consumer.stop()

    sender = producer(servers.kafka, "behaviour")
    await sender.start()
    yield Wire(topic, sender, member, lambda name: relay_producer(servers.kafka, name))
    await sender.stop()


class TestBusOnKafka(BusBehaviour):
    """As in memory."""

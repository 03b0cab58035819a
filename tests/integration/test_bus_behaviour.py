"""Kafka behaves as the log in memory does, with the options of the chassis."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from deploy.local.stack import Stack
from deploy.local.topics import Topic, apply_topics
from services.chassis.producer import producer
from tests.behaviour.bus import BusBehaviour, Member, Wire


@pytest.fixture
async def wire(servers: Stack) -> AsyncIterator[Wire]:
    topic = f"behaviour.{uuid4().hex[:8]}.v1"
    await apply_topics(servers.kafka, (Topic(topic, 2),))

    @asynccontextmanager
    async def member(group: str) -> AsyncIterator[Member]:
        consumer = AIOKafkaConsumer(
            topic,
            bootstrap_servers=servers.kafka,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            partition_assignment_strategy=(StickyPartitionAssignor,),
            heartbeat_interval_ms=500,
            session_timeout_ms=6_000,
        )
        await consumer.start()
        try:
            yield consumer
        finally:
            await consumer.stop()

    sender = producer(servers.kafka, "behaviour")
    await sender.start()
    yield Wire(topic, sender, member)
    await sender.stop()


class TestBusOnKafka(BusBehaviour):
    """As in memory."""

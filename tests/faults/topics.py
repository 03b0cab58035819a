"""Topics as the fault runs need them: stamped by the broker, deleted, made again."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from tests.faults.raw import Line

APPENDED = {"message.timestamp.type": "LogAppendTime"}


@asynccontextmanager
async def _admin(kafka: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        yield admin
    finally:
        await admin.close()


async def stamp_appends(kafka: str, *topics: str) -> None:
    """The broker stamps each record of these topics with its own moment of appending it."""
    async with _admin(kafka) as admin:
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs=APPENDED) for topic in topics])


async def delete(kafka: str, topic: str) -> None:
    """It is gone, with all its records."""
    async with _admin(kafka) as admin:
        await admin.delete_topics([topic])
        while topic in await admin.list_topics():  # noqa: ASYNC110 - the broker tells nobody when it is done
            await asyncio.sleep(0.05)


async def make(kafka: str, topic: str, partitions: int) -> None:
    """A topic of that name, empty."""
    async with _admin(kafka) as admin:
        answer = await admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=APPENDED)])
        assert [error[1] for error in answer.topic_errors] == [0]


async def repeat(kafka: str, lines: Iterable[Line]) -> None:
    """Put records on their topic again, each on its partition, in this order, byte for byte."""
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all", enable_idempotence=True, linger_ms=5) as producer:
        sent = [await producer.send(r.topic, r.value, r.key, partition=r.partition, headers=list(r.headers)) for r in lines]
        await asyncio.gather(*sent)

"""The broker, built once with the options that keep events. FastStream wires subscriber and lifecycle, aiokafka is below it.

Every option that could lose or double an event is spelled here and nowhere else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import FAKE_CONSUMER

from services.chassis.inlet import Inlet
from services.chassis.logs import Word, log, warn
from services.chassis.runtime import Runtime
from services.chassis.tables import consumed

POLL_MS = 20
READ_UNTIL_SECONDS = 0.4
BATCH_BYTES = 512 * 1024
FETCH_BYTES = 4 * 1024 * 1024
Partitions = set[TopicPartition]
UNREACHABLE = (KafkaError, OSError, TimeoutError)
"""The broker is away, or the consumer is not there yet."""


async def _pass_on(message: Sequence[Any]) -> KafkaMessage:
    """FastStream's own parser throws on a null header; ours looks at nothing."""
    first = message[0]
    number = f"{first.topic}-{first.partition}-{first.offset}"
    return KafkaMessage(raw_message=tuple(message), body=b"", message_id=number, headers={}, consumer=FAKE_CONSUMER)


async def _raw(message: KafkaMessage) -> Any:
    return message.raw_message


class Fenced(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """On assignment, reading goes on where the fence in the database is; a recreated topic is read from 0."""

    def __init__(self, go_on: Callable[[Partitions], Awaitable[None]]) -> None:
        """`go_on` seeks to the fence."""
        self._go_on = go_on
        self.assigned: Partitions = set()

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Nothing to save: the fence is in the database."""
        self.assigned -= set(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Go on at the fence; only then is the worker ready."""
        given = set(assigned)
        await self._go_on(given)
        self.assigned = given
        log(Word.ASSIGNED, partitions=len(given))


class Bus:
    """The subscriber of one service and the side task that knows until when everything is read."""

    def __init__(self, runtime: Runtime) -> None:
        """Wire the broker; nothing is connected before `start`."""
        self._runtime = runtime
        self._inlet = Inlet(runtime)
        self._listener = Fenced(self._go_on)
        self._broker = KafkaBroker(runtime.settings.kafka, apply_types=False, logger=None, client_id=runtime.service.name)
        self._subscriber = self._broker.subscriber(
            *sorted(runtime.topics),
            group_id=runtime.group,
            group_instance_id=f"{runtime.service.name}-{runtime.settings.instance}",
            batch=True,
            max_records=runtime.settings.batch_records,
            batch_timeout_ms=POLL_MS,
            fetch_max_wait_ms=50,
            max_partition_fetch_bytes=FETCH_BYTES,
            session_timeout_ms=runtime.settings.session_timeout_ms,
            heartbeat_interval_ms=runtime.settings.session_timeout_ms // 5,
            max_poll_interval_ms=3_600_000,
            partition_assignment_strategy=(StickyPartitionAssignor,),
            auto_offset_reset="earliest",
            ack_policy=AckPolicy.MANUAL,
            listener=self._listener,
            parser=_pass_on,
            decoder=_raw,
        )
        self._subscriber(self._take)

    @property
    def ready(self) -> bool:
        """Partitions are assigned."""
        return bool(self._listener.assigned)

    async def run(self) -> None:
        """Read until cancelled."""
        try:
            await self._broker.start()
            while True:
                await asyncio.sleep(READ_UNTIL_SECONDS)
                try:
                    await self._note_read_until()
                except UNREACHABLE as problem:
                    warn(Word.LOOP_RETRIED, error=type(problem).__name__, reason="read until")
        finally:
            await self._broker.stop()

    async def lag(self) -> int:
        """How many records of the assigned partitions are not read; asks the broker now."""
        consumer = self._consumer()
        ends = await consumer.end_offsets(list(self._listener.assigned))
        async with self._runtime.pool.acquire() as conn:
            held = await consumed.positions(conn, self._runtime.group)
        return sum(max(0, end - held.get((tp.topic, tp.partition), (0, None))[0]) for tp, end in ends.items())

    async def _take(self, records: Sequence[Any]) -> None:
        await self._inlet.take(records)
        ends = {TopicPartition(r.topic, r.partition): r.offset + 1 for r in records}
        try:
            await self._consumer().commit(ends)
        except UNREACHABLE as problem:
            warn(Word.LOOP_RETRIED, error=type(problem).__name__, reason="kafka commit")

    def _consumer(self) -> AIOKafkaConsumer:
        consumer = self._subscriber.consumer
        if consumer is None:
            message = "the consumer has not started"
            raise TimeoutError(message)
        return consumer

    async def _go_on(self, assigned: Partitions) -> None:
        """Seek to the fence; a fence beyond the end of its partition means a recreated topic."""
        consumer, group = self._consumer(), self._runtime.group
        ends = await consumer.end_offsets(list(assigned))
        async with self._runtime.pool.acquire() as conn:
            await consumed.expect(conn, group, self._all_partitions())
            held = await consumed.positions(conn, group)
            for tp in assigned:
                offset, _ = held.get((tp.topic, tp.partition), (0, None))
                if ends[tp] < offset:
                    warn(Word.TOPIC_RECREATED, topic=tp.topic, partition=tp.partition)
                    await consumed.forget_partition(conn, group, tp.topic, tp.partition)
                    offset = 0
                consumer.seek(tp, offset)

    def _all_partitions(self) -> list[tuple[str, int]]:
        """Every partition of every topic heard, also those of other workers: none may be forgotten when asked until when all is read."""
        consumer = self._consumer()
        return [(topic, number) for topic in sorted(self._runtime.topics) for number in sorted(consumer.partitions_for_topic(topic) or ())]

    async def _note_read_until(self) -> None:
        """With the end asked for after clock reading T, a partition whose fence has reached it is read until T."""
        assigned = list(self._listener.assigned)
        if not assigned:
            return
        moment = await self._runtime.now()
        ends = await self._consumer().end_offsets(assigned)
        async with self._runtime.pool.acquire() as conn:
            held = await consumed.positions(conn, self._runtime.group)
            until: dict[tuple[str, int], datetime] = {
                (tp.topic, tp.partition): moment for tp, end in ends.items() if held.get((tp.topic, tp.partition), (0, None))[0] >= end
            }
            await consumed.save_read_until(conn, self._runtime.group, until)


def producer(kafka: str, name: str) -> AIOKafkaProducer:
    """A producer that neither loses nor doubles on its own: all replicas, idempotent, ordered per key."""
    return AIOKafkaProducer(
        bootstrap_servers=kafka,
        client_id=name,
        acks="all",
        enable_idempotence=True,
        compression_type="zstd",
        linger_ms=5,
        max_batch_size=BATCH_BYTES,
    )

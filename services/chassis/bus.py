"""The broker, built once with the options that keep events. FastStream wires subscriber and lifecycle, aiokafka is below it.

Every option that could lose or double an event is spelled here and nowhere else.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.errors import KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import FAKE_CONSUMER

from services.chassis.failures import end_if_told
from services.chassis.inlet import TRANSIENT
from services.chassis.logs import Word, warn
from services.chassis.pulse import Moved
from services.chassis.reading import Reading
from services.chassis.resting import rest
from services.chassis.runtime import Runtime

POLL_MS = 10
READ_UNTIL_SECONDS = 0.4
LOOK_SECONDS = 0.1
"""From one look at what is read to the next at least: it costs as many questions as a small batch, which so often comes alone."""
FETCH_BYTES = 4 * 1024 * 1024
BEHIND_TIMES = 10
"""Who is behind takes more at once: the client gives one partition after the other, so that a person's events meet in one batch."""
DEAF_SECONDS = 20.0
"""A client whose own task has died (seen: a write to a connection that was just closed) hears nothing any more, whatever the broker
does. It is replaced at once where it shows that; when it has heard nothing for so long and the broker answers another one; and when so
long something was to be read and it gave nothing."""
ANSWER_MS = 5_000
UNREACHABLE = (KafkaError, OSError, TimeoutError)
"""The broker is away, or the consumer is not there yet."""


def reading_options(instance: str, session_timeout_ms: int) -> dict[str, Any]:
    """How a member of a group reads, whichever client is built with it: it keeps its place over a restart, and begins at the start."""
    return {
        "group_instance_id": instance,
        "fetch_max_wait_ms": 50,
        "max_partition_fetch_bytes": FETCH_BYTES,
        "session_timeout_ms": session_timeout_ms,
        "heartbeat_interval_ms": session_timeout_ms // 5,
        "max_poll_interval_ms": 3_600_000,
        "partition_assignment_strategy": (RoundRobinPartitionAssignor,),
        "auto_offset_reset": "earliest",
    }


async def _pass_on(message: Sequence[Any]) -> KafkaMessage:
    """FastStream's own parser throws on a null header; ours looks at nothing."""
    first = message[0]
    number = f"{first.topic}-{first.partition}-{first.offset}"
    return KafkaMessage(raw_message=tuple(message), body=b"", message_id=number, headers={}, consumer=FAKE_CONSUMER)


async def _raw(message: KafkaMessage) -> Any:
    return message.raw_message


class Fenced(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """On assignment, reading goes on where the fence in the database is; only then is the worker ready."""

    def __init__(self, reading: Reading, patience: float) -> None:
        """Tell this one, which has so many seconds to answer: the client sends no heartbeat while it waits for us."""
        self._reading = reading
        self._patience = patience

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Others read these now."""
        self._reading.revoked(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Go on at the fence."""
        async with asyncio.timeout(self._patience):
            await self._reading.go_on(set(assigned))


def has_died(consumer: AIOKafkaConsumer | None) -> bool:
    """Whether a task of the client has ended by itself: it logs so and tells nobody, while it goes on answering what it is asked."""
    if consumer is None:
        return False
    fetching, taking_part = consumer._fetcher.error_future, consumer._coordinator._coordination_task  # noqa: SLF001 - nothing else tells
    return bool(fetching.done() or taking_part.done())


async def answers(kafka: str) -> bool:
    """Whether the broker answers a client that has only just come."""
    other = AIOKafkaAdminClient(bootstrap_servers=kafka, request_timeout_ms=ANSWER_MS)
    try:
        async with asyncio.timeout(2 * ANSWER_MS / 1000):
            await other.start()
    except UNREACHABLE:
        return False
    finally:
        await other.close()
    return True


class Bus:
    """The subscriber of one service and the side task that knows until when everything is read."""

    def __init__(self, runtime: Runtime) -> None:
        """Wire the broker; nothing is connected before `run`."""
        self._runtime = runtime
        self._wire()

    def _wire(self) -> None:
        runtime = self._runtime
        self._reading = Reading(runtime, self._consumer)
        self._broker = KafkaBroker(
            runtime.settings.kafka,
            apply_types=False,
            logger=None,
            client_id=runtime.service.name,
            graceful_timeout=runtime.settings.stop_seconds / 2,
        )
        self._subscriber = self._broker.subscriber(
            *sorted(runtime.topics),
            group_id=runtime.group,
            batch=True,
            max_records=runtime.settings.batch_records * BEHIND_TIMES,
            batch_timeout_ms=POLL_MS,
            **reading_options(f"{runtime.service.name}-{runtime.settings.instance}", runtime.settings.session_timeout_ms),
            ack_policy=AckPolicy.MANUAL,
            listener=Fenced(self._reading, runtime.settings.session_timeout_ms / 3_000),
            parser=_pass_on,
            decoder=_raw,
        )
        self._subscriber(self._take)

    @property
    def ready(self) -> bool:
        """Partitions are assigned."""
        return bool(self._reading.assigned)

    @property
    def silent_for(self) -> float:
        """For how many seconds the broker has not answered what it is asked all the time."""
        return time.monotonic() - self._reading.answered

    async def run(self) -> None:
        """Read until cancelled; with a new client where the old one has gone deaf."""
        while True:
            try:
                await self._until_deaf()
            except BaseException:
                await self._broker.stop()
                raise
            warn(Word.CLIENT_REPLACED, seconds=round(self.silent_for))
            with suppress(Exception):  # it is the client that does not answer
                async with asyncio.timeout(self._runtime.settings.stop_seconds / 2):
                    await self._broker.stop()
            self._wire()

    async def _until_deaf(self) -> None:
        await self._broker.start()
        unanswered_since: float | None = None
        moved = Moved(self._runtime.pulse)
        while not (has_died(self._subscriber.consumer) or moved.seconds_ago > DEAF_SECONDS):
            await rest(self._reading.caught_up, READ_UNTIL_SECONDS)
            begun = time.monotonic()
            try:
                await self._reading.look()
                unanswered_since = None
            except (*TRANSIENT, *UNREACHABLE) as problem:
                end_if_told()
                self._runtime.pulse.is_behind = False
                warn(Word.LOOP_RETRIED, error=type(problem).__name__, reason="read until")
                # While the database is away the broker is not even asked: that is no silence of its client.
                unanswered_since = (unanswered_since or begun) if isinstance(problem, KafkaError) else None
                if unanswered_since and time.monotonic() - unanswered_since > DEAF_SECONDS and await answers(self._runtime.settings.kafka):
                    return
            await asyncio.sleep(LOOK_SECONDS)

    async def lag(self) -> int:
        """How many records of the assigned partitions are not read; asks the broker now."""
        return await self._reading.lag()

    async def _take(self, records: Sequence[Any]) -> None:
        ends = await self._reading.take(records)
        try:
            if ends:
                await self._consumer().commit({TopicPartition(*tp): offset for tp, offset in ends.items()})
        except UNREACHABLE as problem:
            warn(Word.LOOP_RETRIED, error=type(problem).__name__, reason="kafka commit")

    def _consumer(self) -> AIOKafkaConsumer:
        consumer = self._subscriber.consumer
        if consumer is None:
            message = "the consumer has not started"
            raise TimeoutError(message)
        return consumer

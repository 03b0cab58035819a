"""The raw log: what lies on a topic, read without a group and without the chassis."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition

FETCH_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """A record as it lies on a topic, with the broker's own moment of appending it (ms)."""

    topic: str
    partition: int
    offset: int
    appended: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]

    def header(self, name: str) -> str:
        """The text of a header, empty where there is none."""
        return (dict(self.headers).get(name) or b"").decode()


async def ends(kafka: str, *topics: str) -> dict[tuple[str, int], int]:
    """The end of every partition of these topics."""
    async with AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False) as consumer:
        found = await consumer.end_offsets(await _partitions(consumer, topics))
    return {(tp.topic, tp.partition): end for tp, end in found.items()}


async def read(kafka: str, topic: str, since: Mapping[tuple[str, int], int] | None = None) -> list[Line]:
    """All of a topic, or all since these offsets, in the order of each partition."""
    async with AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, max_partition_fetch_bytes=FETCH_BYTES) as consumer:
        partitions = await _partitions(consumer, [topic])
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        for place, offset in (since or {}).items():
            consumer.seek(TopicPartition(*place), offset)
        last = await consumer.end_offsets(partitions)
        found: list[Line] = []
        while any([await consumer.position(tp) < last[tp] for tp in partitions]):
            for batch in (await consumer.getmany(timeout_ms=100)).values():
                found += [Line(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value, tuple(r.headers)) for r in batch]
    return found


async def _partitions(consumer: AIOKafkaConsumer, topics: Iterable[str]) -> list[TopicPartition]:
    known = await consumer._client.fetch_all_metadata()
    return [TopicPartition(topic, number) for topic in topics for number in sorted(known.partitions_for_topic(topic) or ())]

"""A topic written and read with the client alone, and a count of it that shares no code with what is measured.

A cell is (wire name, unit, month, employment form): all that an event says itself, so that any engine can count it.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from bench.events import Written, invent
from contracts.hr import EMPLOYMENT_TOPIC

Cell = tuple[str, str, str, str]


async def write(kafka: str, count: int, seed: int = 1, topic: str = EMPLOYMENT_TOPIC) -> None:
    """Append so many invented records to the topic, all of a person to one partition, zstd."""
    await send(kafka, invent(count, seed), topic)


async def send(kafka: str, records: Iterator[Written], topic: str = EMPLOYMENT_TOPIC) -> None:
    """Append these records, each to the partition of its key."""
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all", compression_type="zstd", max_batch_size=512 * 1024)
    await producer.start()
    partitions = sorted(await producer.partitions_for(topic))
    builders = {number: producer.create_batch() for number in partitions}
    on_the_way: set[asyncio.Future[object]] = set()
    for key, value, headers in records:
        number = partitions[place(key, len(partitions))]
        if builders[number].append(timestamp=None, key=key, value=value, headers=headers) is None:
            on_the_way.add(await producer.send_batch(builders[number], topic, partition=number))
            builders[number] = producer.create_batch()
            builders[number].append(timestamp=None, key=key, value=value, headers=headers)
            for future in [future for future in on_the_way if future.done()]:
                on_the_way.remove(future)
                future.result()
    for number, builder in builders.items():
        if builder.record_count():
            on_the_way.add(await producer.send_batch(builder, topic, partition=number))
    await asyncio.gather(*on_the_way)
    await producer.stop()


def place(key: bytes, partitions: int) -> int:
    """The partition of a key; a person keeps theirs, which is all that matters."""
    return int(key[:8], 16) % partitions


@dataclass(frozen=True)
class Counted:
    """What a topic holds: records, different events, and how many of these by cell and by the day they became known."""

    records: int
    distinct: int
    cells: Counter[Cell]
    days: Counter[str]


async def count(kafka: str, topic: str = EMPLOYMENT_TOPIC) -> Counted:
    """Read the topic record by record with nothing but `json` and a set of ids."""
    seen: set[bytes] = set()
    cells: Counter[Cell] = Counter()
    days: Counter[str] = Counter()
    records = 0
    async for record in every_record(kafka, topic):
        records += 1
        headers = dict(record.headers)
        number = bytes.fromhex(headers["ce_id"].decode().replace("-", ""))
        if number in seen:
            continue
        seen.add(number)
        body = json.loads(record.value)
        cells[headers["ce_type"].decode(), body["unit_id"], body["effective_date"][:7], body["employment_form"]] += 1
        days[headers["ce_time"].decode()[:10]] += 1
    return Counted(records, len(seen), cells, days)


async def partitions_of(kafka: str, topic: str) -> list[TopicPartition]:
    """The partitions of a topic, in order."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    (described,) = await admin.describe_topics([topic])
    await admin.close()
    return sorted(TopicPartition(topic, partition["partition"]) for partition in described["partitions"])


async def ends_of(kafka: str, topic: str) -> dict[TopicPartition, int]:
    """Where each partition ends now."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    ends: dict[TopicPartition, int] = await consumer.end_offsets(await partitions_of(kafka, topic))
    await consumer.stop()
    return ends


async def every_record(kafka: str, topic: str, since: Mapping[TopicPartition, int] | None = None) -> AsyncIterator[Any]:
    """All records of a topic, or those from these offsets on, each partition in its order."""
    partitions = await partitions_of(kafka, topic)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    consumer.assign(partitions)
    ends = await consumer.end_offsets(partitions)
    begins = since if since is not None else await consumer.beginning_offsets(partitions)
    for partition in partitions:
        consumer.seek(partition, begins[partition])
    left = sum(ends[partition] - begins[partition] for partition in partitions)
    while left > 0:
        for records in (await consumer.getmany(timeout_ms=1_000, max_records=5_000)).values():
            left -= len(records)
            for record in records:
                yield record
    await consumer.stop()

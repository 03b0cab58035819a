"""How fast is the whole way from a payroll file to published figures, and reporting alone, beside reading the same events?

The events are those of the invented municipality's history, at their real sizes. Ceilings of the same run, on the same
servers: raw reading with aiokafka, and reading, parsing and one transaction per batch (ids with ON CONFLICT, fence).
"""

import asyncio
import tempfile
import time
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.asked import Asked
from bench.report import line
from deploy.local.municipality import LIVE_FROM, invent, write
from deploy.local.play.deliver import deliver, reach, settle
from deploy.local.play.fjordby import MAPPING
from deploy.local.processes import SERVICES
from deploy.local.stack import Stack, running_stack
from services.chassis import rules
from services.chassis.envelope import Ear, Heard, parse
from services.reporting.app import SERVICE as REPORTING

EMPLOYEES = 3_000
TOPIC = "hr.employment.v1"
BATCH = 2_000
RULES = Path(__file__).parent.parent / "deploy" / "rules"
CEILING_TABLES = """
DROP TABLE IF EXISTS ceiling_inbox, ceiling_fence;
CREATE TABLE ceiling_inbox (id uuid PRIMARY KEY);
CREATE TABLE ceiling_fence (partition int PRIMARY KEY, next_offset bigint NOT NULL);
"""
INBOX = "INSERT INTO ceiling_inbox SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING"
FENCE = (
    "INSERT INTO ceiling_fence SELECT * FROM unnest($1::int[], $2::bigint[]) ON CONFLICT (partition)"
    " DO UPDATE SET next_offset = excluded.next_offset"
)


def main(asked: Asked) -> None:
    """Each run on servers of its own."""
    whole: list[float] = []
    alone: list[float] = []
    raw: list[float] = []
    durable: list[float] = []
    for run in range(asked.runs):
        with tempfile.TemporaryDirectory() as folder:
            figures = _run(Path(folder), run + 1)
        for values, figure in zip((whole, alone, raw, durable), figures, strict=True):
            values.append(figure)
    line("pipeline: file to published figures, all services", whole, "events/s", durable)
    line("pipeline: reporting alone, replaying the topic", alone, "events/s", durable)
    line("ceiling: read, parse, one transaction per batch", durable, "events/s", raw)


def _run(folder: Path, seed: int) -> tuple[float, float, float, float]:
    write(invent(seed, EMPLOYEES), folder / "deliveries")
    with running_stack(folder / "stack", SERVICES) as stack:
        asyncio.run(reach(stack, LIVE_FROM))
        begun = time.perf_counter()
        deliver(stack, folder / "deliveries" / "history", MAPPING)
        settle(stack)
        whole = time.perf_counter() - begun
        count = asyncio.run(_raw(stack))[0]
        raw = asyncio.run(_raw(stack))[1]
        durable = asyncio.run(_durable(stack))
        alone = _reporting_again(stack)
        return count / whole, count / alone, count / raw, count / durable


def _reporting_again(stack: Stack) -> float:
    """Reporting forgets everything and reads the topics from the start, the others idle; seconds until it has published."""
    stack.kill("reporting")
    asyncio.run(_forget(stack))
    begun = time.perf_counter()
    stack.restart("reporting")
    settle(stack)
    return time.perf_counter() - begun


async def _forget(stack: Stack) -> None:
    conn = await asyncpg.connect(stack.database("reporting"))
    tables = await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('migration', 'clock')")
    await conn.execute("TRUNCATE " + ", ".join(f'"{row["tablename"]}"' for row in tables))
    await conn.close()


async def _consumer(stack: Stack) -> tuple[AIOKafkaConsumer, int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=stack.kafka, auto_offset_reset="earliest", max_partition_fetch_bytes=4 << 20)
    await consumer.start()
    partitions = [TopicPartition(TOPIC, number) for number in sorted(consumer.partitions_for_topic(TOPIC) or range(12))]
    consumer.assign(partitions)
    await consumer.seek_to_beginning(*partitions)
    return consumer, sum((await consumer.end_offsets(partitions)).values())


async def _raw(stack: Stack) -> tuple[int, float]:
    consumer, left = await _consumer(stack)
    count, begun = left, time.perf_counter()
    while left > 0:
        left -= sum(len(records) for records in (await consumer.getmany(timeout_ms=1000, max_records=BATCH)).values())
    seconds = time.perf_counter() - begun
    await consumer.stop()
    return count, seconds


async def _durable(stack: Stack) -> float:
    consumer, left = await _consumer(stack)
    conn = await asyncpg.connect(stack.database("intake"))
    await conn.execute(CEILING_TABLES)
    moment = await conn.fetchval("SELECT forbliv_moment()")
    ear = Ear.of(REPORTING, rules.load(RULES))
    begun = time.perf_counter()
    while left > 0:
        got = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
        records = [record for some in got.values() for record in some]
        heard = [found.revision.id for record in records if isinstance(found := parse(record, ear, moment), Heard)]
        async with conn.transaction():
            await conn.execute(INBOX, heard)
            await conn.execute(FENCE, [tp.partition for tp in got], [some[-1].offset + 1 for some in got.values()])
        left -= len(records)
    seconds = time.perf_counter() - begun
    await conn.close()
    await consumer.stop()
    return seconds

"""Ceilings: the least any program must do, written as plainly and as fast as we can, with nothing of the chassis.

`raw` reads; `parse` reads and parses (the contract's own classes, our headers); `durable` does so and ends every batch with one
transaction: fence, ids with ON CONFLICT, counts per cell. Each in one process or in several that share the partitions.
A measurement starts when all processes hold their partitions, and ends when the last has nothing left.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from typing import Any

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic import TypeAdapter

from bench.events import KINDS
from bench.servers import Bench, fresh, told, wait_for
from bench.topic import Counted, partitions_of
from contracts.hr import EMPLOYMENT_TOPIC, EmploymentEvent
from deploy.local.children import Child
from deploy.local.waiting import run_async

BATCH = 2_000
GATE = 1
TABLES = """
CREATE TABLE fence (topic text, partition int, next_offset bigint NOT NULL, PRIMARY KEY (topic, partition));
CREATE TABLE inbox (id uuid PRIMARY KEY);
CREATE TABLE counts (type text, unit text, month text, form text, n bigint NOT NULL, PRIMARY KEY (type, unit, month, form));
"""
FENCE = "SELECT partition, next_offset FROM fence WHERE topic = $1 AND partition = ANY($2::int[]) ORDER BY partition FOR UPDATE"
INBOX = "INSERT INTO inbox SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING RETURNING id::text"
COUNTS = """
INSERT INTO counts AS c SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
ON CONFLICT (type, unit, month, form) DO UPDATE SET n = c.n + EXCLUDED.n
"""
MOVE = "UPDATE fence f SET next_offset = u.o FROM unnest($2::int[], $3::bigint[]) u(p, o) WHERE f.topic = $1 AND f.partition = u.p"
Parsed = list[tuple[int, int, str, EmploymentEvent]]
"""Partition, offset, event id and event of each record."""
Batch = dict[TopicPartition, list[Any]]


@dataclass(frozen=True)
class Asked:
    """What one process is told."""

    what: str
    kafka: str
    database: str
    batch: int
    process: int
    processes: int
    topic: str = EMPLOYMENT_TOPIC


def measure(bench: Bench, what: str, processes: int = 1, batch: int = BATCH, expected: Counted | None = None) -> float:
    """Events per second of one ceiling. With `expected` the counts of `durable` are compared with it."""
    name = fresh("ceiling")
    database = bench.empty_database(name)
    run_async(_prepare(database))
    asked = [Asked(what, bench.kafka, database, batch, number, processes) for number in range(processes)]
    children = tuple(bench.spawn(f"{name}-{a.process}", "bench.ceilings", (json.dumps(asdict(a)),)) for a in asked)
    run_async(_open_gate_when_ready(database, children))
    wait_for(lambda: all(len(told(child)) == 2 for child in children), children, 600)
    done = [told(child)[1] for child in children]
    bench.stop(*children)
    if what == "durable" and expected is not None:
        assert run_async(_counted(database)) == expected.cells, "the ceiling has counted wrongly"
    bench.drop_database(name)
    seconds: float = max(d["end"] for d in done) - min(d["begin"] for d in done)
    return float(sum(d["events"] for d in done)) / seconds


async def _prepare(database: str) -> None:
    conn = await asyncpg.connect(database)
    await conn.execute(TABLES)
    await conn.close()


async def _open_gate_when_ready(database: str, children: tuple[Child, ...]) -> None:
    conn = await asyncpg.connect(database)
    await conn.execute("SELECT pg_advisory_lock($1)", GATE)
    await asyncio.to_thread(wait_for, lambda: all(told(child) for child in children), children)
    await conn.close()


async def _counted(database: str) -> Counter[tuple[str, str, str, str]]:
    conn = await asyncpg.connect(database)
    rows = await conn.fetch("SELECT type, unit, month, form, n FROM counts")
    await conn.close()
    return Counter({(row["type"], row["unit"], row["month"], row["form"]): row["n"] for row in rows})


async def _process(asked: Asked) -> None:
    consumer, conn = await _consumer(asked), await asyncpg.connect(asked.database)
    mine = list(consumer.assignment())
    left = events = sum((await consumer.end_offsets(mine)).values())
    await conn.execute("INSERT INTO fence SELECT $1, unnest($2::int[]), 0", asked.topic, [tp.partition for tp in mine])
    await asyncio.sleep(0.2)
    print(json.dumps({"ready": True}), flush=True)
    await conn.execute("SELECT pg_advisory_lock_shared($1)", GATE)
    begin = time.perf_counter()
    async for got in _batches(consumer, left, asked.batch):
        if asked.what == "raw":
            continue
        parsed = _parse(got)
        if asked.what == "durable":
            await _save(conn, asked.topic, got, parsed)
            await consumer.commit({tp: records[-1].offset + 1 for tp, records in got.items()})
    print(json.dumps({"begin": begin, "end": time.perf_counter(), "events": events}), flush=True)
    await conn.close()
    await consumer.stop()


async def _consumer(asked: Asked) -> AIOKafkaConsumer:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=asked.kafka,
        group_id=fresh("ceiling"),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4 << 20,
        fetch_max_bytes=8 << 20,
    )
    await consumer.start()
    consumer.assign([tp for tp in await partitions_of(asked.kafka, asked.topic) if tp.partition % asked.processes == asked.process])
    return consumer


async def _batches(consumer: AIOKafkaConsumer, left: int, batch: int) -> AsyncIterator[Batch]:
    while left > 0:
        got = await consumer.getmany(timeout_ms=1_000, max_records=batch)
        left -= sum(len(records) for records in got.values())
        if got:
            yield got


_READ = {kind.wire: TypeAdapter(kind).validate_json for kind in KINDS}


def _parse(got: Batch) -> Parsed:
    parsed = []
    for tp, records in got.items():
        for record in records:
            headers = dict(record.headers)
            event = _READ[headers["ce_type"].decode()](record.value)
            parsed.append((tp.partition, record.offset, headers["ce_id"].decode(), event))
    return parsed


async def _save(conn: asyncpg.Connection, topic: str, got: Batch, parsed: Parsed) -> None:
    partitions = [tp.partition for tp in got]
    async with conn.transaction():
        fence = {row["partition"]: row["next_offset"] for row in await conn.fetch(FENCE, topic, partitions)}
        heard = {number: event for partition, offset, number, event in parsed if offset >= fence[partition]}
        counts: Counter[tuple[str, str, str, str]] = Counter()
        for (number,) in await conn.fetch(INBOX, list(heard)):
            event = heard[number]
            counts[event.wire, str(event.unit_id), event.effective_date.isoformat()[:7], event.employment_form] += 1
        rows = sorted(counts.items())
        await conn.execute(COUNTS, *([key[place] for key, _ in rows] for place in range(4)), [n for _, n in rows])
        await conn.execute(MOVE, topic, partitions, [records[-1].offset + 1 for records in got.values()])


if __name__ == "__main__":
    uvloop.run(_process(Asked(**json.loads(sys.argv[1]))))

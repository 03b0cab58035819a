"""The outbox relay, ordered per key: records per second beside aiokafka's own keyed `send` in the same run.

50,000 records of real size unless `--events` says otherwise, 100,000 with `--full` (less than a minute); they become durable in one
transaction while a real worker idles. Measured from the first record on the topic until the outbox is empty; then the topic is
read: all records, each once, every key's in the order they were said.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterable
from typing import Any

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer

from bench.asked import Asked
from bench.crew import assigned, crew
from bench.events import Written, invent
from bench.fold import COUNTING_NAME
from bench.report import line
from bench.servers import Bench, bench_servers, fresh, told, wait_for
from bench.topic import every_record, partitions_of
from deploy.local.children import Child
from deploy.local.waiting import run_async
from services.chassis.envelope import Outgoing
from services.chassis.producer import client
from services.chassis.tables import outbox

EVENTS, FULL = 50_000, 100_000
GOAL = 0.5
OURS, PLAIN = "onboarding.v1", "retention.v1"
LOOK_SECONDS = 0.01
CHUNK = 10_000


def main(asked: Asked) -> None:
    """Each run sends the same records twice: plainly, and through the outbox."""
    count = asked.size(EVENTS, FULL)
    plain: list[float] = []
    ours: list[float] = []
    with bench_servers() as bench:
        for _ in range(asked.runs):
            plain.append(_plain(bench, count))
            ours.append(_relayed(bench, count))
    line("relay: ordered per key", ours, "records/s", plain, GOAL, records=count)


def _plain(bench: Bench, count: int) -> float:
    child = bench.spawn(fresh("send"), "bench.relay", (bench.kafka, str(count)))
    wait_for(lambda: bool(told(child)), (child,), 600)
    rate: float = told(child)[0]["rate"]
    bench.stop(child)
    return rate


async def send_plainly(kafka: str, count: int) -> None:
    """Send with the producer of the chassis and nothing else; one line says how fast."""
    records = [(key, value, headers) for key, value, headers in invent(count, copied=0)]
    sender = client(kafka, "plain", linger_ms=5)
    await sender.start()
    begin = time.perf_counter()
    futures = [await sender.send(PLAIN, value, key, headers=headers) for key, value, headers in records]
    await asyncio.gather(*futures)
    print(json.dumps({"rate": count / (time.perf_counter() - begin)}), flush=True)
    await sender.stop()


def _relayed(bench: Bench, count: int) -> float:
    service = crew(bench, COUNTING_NAME)
    child = service.start()
    wait_for(lambda: bool(assigned(child)), (child,))
    rate = run_async(_measure(bench, service.database, count, child))
    bench.stop(child)
    bench.drop_database(service.name)
    return rate


async def _measure(bench: Bench, database: str, count: int, child: Child) -> float:
    wanted = list(invent(count, copied=0))
    rows = [_row(written) for written in wanted]
    partitions = await partitions_of(bench.kafka, OURS)
    conn, consumer = await asyncpg.connect(database), AIOKafkaConsumer(bootstrap_servers=bench.kafka)
    await consumer.start()
    before = await consumer.end_offsets(partitions)
    async with conn.transaction():
        for start in range(0, count, CHUNK):
            await outbox.put(conn, rows[start : start + CHUNK])
    first = 0
    while not first:
        first = sum((await consumer.end_offsets(partitions)).values()) - sum(before.values())
    begin = time.perf_counter()
    while await conn.fetchval("SELECT EXISTS (SELECT 1 FROM outbox)"):
        assert child.alive, "\n".join(child.last_lines())
        await asyncio.sleep(LOOK_SECONDS)
    seconds = time.perf_counter() - begin
    await consumer.stop()
    await conn.close()
    _check(wanted, [record async for record in every_record(bench.kafka, OURS, before)])
    return (count - first) / seconds


def _row(written: Written) -> Outgoing:
    key, value, headers = written
    return Outgoing(OURS, key.decode(), tuple((name, text.decode()) for name, text in headers), value.decode())


def _check(wanted: list[Written], found: list[Any]) -> None:
    """Every key has the records that were said of it, in their order."""
    assert _by_key(wanted) == _by_key((r.key, r.value, list(r.headers)) for r in found), "lost, doubled, changed or out of order"


def _by_key(records: Iterable[Written]) -> dict[bytes, list[tuple[bytes, list[tuple[str, bytes]]]]]:
    found: dict[bytes, list[tuple[bytes, list[tuple[str, bytes]]]]] = {}
    for key, value, headers in records:
        found.setdefault(key, []).append((value, headers))
    return found


if __name__ == "__main__":
    uvloop.run(send_plainly(sys.argv[1], int(sys.argv[2])))

"""Our fold with two workers beside Kafka Streams 4.3, exactly-once with two threads, doing the same on the same events.

100,000 events unless `--events` says otherwise, 1,000,000 with `--full` (quick: about two minutes; a Java machine that has just
started is slower than one that runs, so the goal is asked of the full size). The Java side is `bench/peers/Fold.java`, compiled and
run by the same Java as the broker (`FORBLIV_JAVA` for another). Both sides are counted exactly.
"""

import json
import struct
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from aiokafka import AIOKafkaConsumer

from bench import topic
from bench.asked import Asked
from bench.ingest import ingest
from bench.report import line, plain
from bench.servers import Bench, bench_servers, fresh
from bench.topic import Cell, Counted
from contracts.hr import EMPLOYMENT_TOPIC
from deploy.local.compiler import compile_java, joined
from deploy.local.jars import fetch_jars, read_checksums
from deploy.local.java import find_java
from deploy.local.topics import Topic, apply_topics
from deploy.local.waiting import run_async

EVENTS, FULL = 100_000, 1_000_000
GOAL = 0.7
NAME = "fold beside Kafka Streams, exactly-once, 2 threads"
PEERS = Path(__file__).with_name("peers")
JAVA_OPTIONS = ("-Xmx1g", "-XX:+UseParallelGC")
PATIENCE_SECONDS = 3_600


def main(asked: Asked) -> None:
    """Each run: first theirs, then ours."""
    jars = fetch_jars(jars=read_checksums(PEERS / "kafka_streams.sha256"))
    with tempfile.TemporaryDirectory() as classes, bench_servers() as bench:
        compile_java(PEERS / "Fold.java", jars, Path(classes))
        run_async(topic.write(bench.kafka, asked.size(EVENTS, FULL)))
        counted = run_async(topic.count(bench.kafka))
        theirs, ours = [], []
        for _ in range(asked.runs):
            theirs.append(_streams(bench, counted, (Path(classes), *jars)))
            ours.append(ingest(bench, counted, 2, asked))
    line(NAME, [run.rate for run in ours], "events/s", [rate for rate, _ in theirs], GOAL, events=counted.records)
    plain("fold: memory of Kafka Streams", [mib for _, mib in theirs], "MiB")
    plain("fold: memory of ours", [run.mib for run in ours], "MiB")


def _streams(bench: Bench, counted: Counted, class_path: tuple[Path, ...]) -> tuple[float, float]:
    """Events per second and memory of Kafka Streams on a new application. Raises when it counted wrongly."""
    name = fresh("streams")
    counts = f"{name}-counts"
    run_async(apply_topics(bench.kafka, (Topic(counts, 4),)))
    with tempfile.TemporaryDirectory() as state:
        told = (bench.kafka, EMPLOYMENT_TOPIC, str(counted.distinct), "2", name, counts, state)
        command = (find_java(), *JAVA_OPTIONS, "-cp", joined(class_path), "Fold", *told)
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    found = json.loads(done.stdout.splitlines()[-1])
    assert run_async(_counts(bench, counts)) == counted.cells, "Kafka Streams has counted otherwise"
    return counted.records / float(found["seconds"]), float(found["mib"])


async def _counts(bench: Bench, counts: str) -> Counter[Cell]:
    """The last committed count of each cell."""
    partitions = await topic.partitions_of(bench.kafka, counts)
    consumer = AIOKafkaConsumer(bootstrap_servers=bench.kafka, isolation_level="read_committed")
    await consumer.start()
    consumer.assign(partitions)
    await consumer.seek_to_beginning(*partitions)
    ends = await consumer.end_offsets(partitions)
    cells: Counter[Cell] = Counter()
    while any([await consumer.position(tp) < ends[tp] for tp in partitions]):
        for records in (await consumer.getmany(timeout_ms=500)).values():
            for record in records:
                wire, unit, month, form = record.key.decode().split("|")
                (cells[wire, unit, month, form],) = struct.unpack(">q", record.value)
    await consumer.stop()
    return cells

"""CSV rows → durable events on Kafka: a file imported as the command does it, a real worker relaying, beside two ceilings of the same run.

`parse` reads and parses the same file and does nothing with it; `send` sends the very records that came of it with aiokafka's own keyed
`send`. The goal stands beside the smaller one. `floor` (`bench/csv_floor.py`) writes and relays the very rows that the import writes,
ready made: what the database, the relay and the broker leave of the goal. 40,000 rows unless `--events` says otherwise. Every event is
counted, each id once.
`--full`: once, 1 GB of rows of 4,000 bytes, as wide as the widest exports, and the most memory the import has held (some minutes).
"""

import asyncio
import gc
import json
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvloop

from bench.asked import Asked
from bench.crew import BATCH, RULES, Crew
from bench.csv_file import MAPPING, expected, write
from bench.csv_floor import floor
from bench.report import line, plain
from bench.servers import Bench, bench_servers, fresh, told, wait_for
from bench.topic import ends_of, every_record
from contracts.hr import DIRECTORY_TOPIC, EMPLOYMENT_TOPIC
from deploy.local.children import Child
from deploy.local.keys import place_keys
from deploy.local.waiting import run_async
from services.chassis.producer import client
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.chassis.tables.outbox import RELAY_LOCK
from services.chassis.worker import COLLECTION
from services.intake.app import SERVICE
from services.intake.delivery import CHUNK, Delivering
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping

ROWS, FULL_BYTES, FULL_WIDTH = 40_000, 1 << 30, 4_000
GOAL, LIMIT_MIB = 0.5, 300
TOPICS = (EMPLOYMENT_TOPIC, DIRECTORY_TOPIC)
RELAYS = f"SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = {RELAY_LOCK} AND granted)"
SENT = "SELECT NOT EXISTS (SELECT FROM outbox)"
MOST_SECONDS = 3_600.0


def main(asked: Asked) -> None:
    """Each run parses, imports and sends the same file."""
    with bench_servers() as bench:
        if asked.full:
            _full(bench)
            return
        persons = (asked.events or ROWS) // 2
        path = bench.folder / "employments.csv"
        write(path, persons)
        runs = [_run(bench, path, persons) for _ in range(asked.runs)]
    rows, events = 2 * persons, sum(expected(persons).values())
    rates = {what: [rows / run[what]["seconds"] for run in runs] for what in ("parse", "import", "send", "floor")}
    used = {what: round(statistics.median(1e6 * run[what]["cpu"] / rows for run in runs)) for what in rates}
    ceilings = [min(pair) for pair in zip(rates["parse"], rates["send"], strict=True)]
    line("ceiling: read and parse a CSV", rates["parse"], "rows/s", rates["parse"], rows=rows, cpu_us=used["parse"])
    line("ceiling: aiokafka send of what comes of it", rates["send"], "rows/s", rates["send"], events=events, cpu_us=used["send"])
    line("csv: the same rows ready made, written and relayed", rates["floor"], "rows/s", ceilings, rows=rows, cpu_us=used["floor"])
    line("csv: rows to durable events on Kafka", rates["import"], "rows/s", ceilings, GOAL, rows=rows, cpu_us=used["import"])
    plain("csv: memory of the import", [run["import"]["mib"] for run in runs], "MiB")


def _run(bench: Bench, path: Path, persons: int) -> dict[str, dict[str, Any]]:
    """What each of them took: seconds, and of the processor of its own process (`cpu`, of the import alone without the worker)."""
    parsed = _told(bench, "parse", str(path))
    before = {topic: _ends(bench, topic) for topic in TOPICS}
    imported = _imported(bench, path)
    run_async(_check(bench, before, expected(persons)))
    sent = _told(bench, "send", bench.kafka, json.dumps(before))
    return {"parse": parsed, "import": imported, "send": sent, "floor": _floor(bench, path, persons)}


def _full(bench: Bench) -> None:
    """One file of 1 GB, once: rate, and the most memory that was held."""
    persons = FULL_BYTES // (2 * FULL_WIDTH)
    path = bench.folder / "employments.csv"
    write(path, persons, FULL_WIDTH)
    size = path.stat().st_size
    before = {topic: _ends(bench, topic) for topic in TOPICS}
    done = _imported(bench, path)
    plain("csv: 1 GB", [2 * persons / done["seconds"]], "rows/s", rows=2 * persons, bytes=size, seconds=round(done["seconds"]))
    run_async(_check(bench, before, expected(persons)))
    plain("csv: memory of the import of 1 GB", [done["mib"]], "MiB", limit=LIMIT_MIB)
    assert done["mib"] < LIMIT_MIB, "the import took more memory than it may"


def _imported(bench: Bench, path: Path) -> dict[str, Any]:
    """Seconds from opening the file until nothing waits to be published, and what the import used."""
    with _relayed(bench) as (crew, worker):
        done, child = _child(bench, "import", bench.kafka, crew.database, str(place_keys(bench.folder)), str(path))
        seconds = crew.wait(SENT, (worker,), MOST_SECONDS) - done["begin"]
        bench.stop(child)
    return {**done, "seconds": seconds}


def _floor(bench: Bench, path: Path, persons: int) -> dict[str, Any]:
    """The same of the rows that an import has written where nobody relays."""
    name = fresh("intake")
    filled = bench.empty_database(name)
    _told(bench, "import", bench.kafka, filled, str(place_keys(bench.folder)), str(path))
    with _relayed(bench) as (crew, worker):
        done, child = _child(bench, "floor", filled, crew.database, str(path), str(persons))
        seconds = crew.wait(SENT, (worker,), MOST_SECONDS) - done["begin"]
        bench.stop(child)
    bench.drop_database(name)
    return {**done, "seconds": seconds}


@contextmanager
def _relayed(bench: Bench) -> Iterator[tuple[Crew, Child]]:
    """An empty database of the service, and a worker that relays what is written there."""
    name = fresh("intake")
    crew = Crew(bench, "intake", bench.empty_database(name), "services.intake.app:SERVICE", BATCH)
    worker = crew.start()
    crew.wait(RELAYS, (worker,), 60)
    yield crew, worker
    bench.stop(worker)
    bench.drop_database(name)


def _told(bench: Bench, *arguments: str) -> dict[str, Any]:
    done, child = _child(bench, *arguments)
    bench.stop(child)
    return done


def _child(bench: Bench, *arguments: str) -> tuple[dict[str, Any], Child]:
    child = bench.spawn(fresh(arguments[0]), "bench.csv_rows", arguments)
    wait_for(lambda: bool(told(child)), (child,), MOST_SECONDS)
    return told(child)[0], child


def _ends(bench: Bench, topic: str) -> dict[str, int]:
    return {str(place.partition): end for place, end in run_async(ends_of(bench.kafka, topic)).items()}


async def _records(kafka: str, before: dict[str, dict[str, int]]) -> list[Any]:
    found = []
    for topic, ends in before.items():
        since = {place: ends[str(place.partition)] for place in await ends_of(kafka, topic)}
        found += [record async for record in every_record(kafka, topic, since)]
    return found


async def _check(bench: Bench, before: dict[str, dict[str, int]], wanted: Counter[str]) -> None:
    """Exactly the events that the file means, each once."""
    counts: Counter[str] = Counter()
    seen: set[bytes] = set()
    for topic, ends in before.items():
        since = {place: ends[str(place.partition)] for place in await ends_of(bench.kafka, topic)}
        async for record in every_record(bench.kafka, topic, since):
            headers = dict(record.headers)
            seen.add(bytes.fromhex(headers["ce_id"].decode().replace("-", "")))
            counts[headers["ce_type"].decode()] += 1
    assert counts == wanted, (counts, wanted)
    assert len(seen) == counts.total(), "an event came twice"


def parse(path: str) -> dict[str, float]:
    """Read and parse, and nothing else."""
    begin, used = time.perf_counter(), time.process_time()
    for _ in survey(Mapping.parse(MAPPING), Path(path)).batches(CHUNK):
        pass
    return {"seconds": time.perf_counter() - begin, "cpu": time.process_time() - used}


async def import_(kafka: str, database: str, keys: str, path: str) -> dict[str, float]:
    """Import as the command does it."""
    settings = Settings(kafka=kafka, database_url=database, rules=RULES, identity_keys=Path(keys))
    mapping = Mapping.parse(MAPPING)
    async with open_runtime(SERVICE, settings) as runtime:
        begin, used = time.perf_counter(), time.process_time()
        outcome = await Delivering(runtime, mapping, survey(mapping, Path(path))).run()
        seconds = time.perf_counter() - begin
    assert (outcome.refused_rows, outcome.broken) == (0, 0)
    return {
        "begin": begin,
        "seconds": seconds,
        "cpu": time.process_time() - used,
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


async def send(kafka: str, before: str) -> dict[str, float]:
    """Send the records that came since with the producer of the chassis and nothing else."""
    records = [(r.topic, r.key, r.value, list(r.headers)) for r in await _records(kafka, json.loads(before))]
    sender = client(kafka, "plain", linger_ms=5)
    await sender.start()
    begin, used = time.perf_counter(), time.process_time()
    futures = [await sender.send(topic, value, key, headers=headers) for topic, key, value, headers in records]
    await asyncio.gather(*futures)
    seconds = time.perf_counter() - begin
    await sender.stop()
    return {"seconds": seconds, "cpu": time.process_time() - used}


def _process(what: str, *arguments: str) -> None:
    gc.set_threshold(*COLLECTION)
    if what == "parse":
        done = parse(arguments[0])
    elif what == "import":
        done = uvloop.run(import_(*arguments))
    elif what == "floor":
        filled, empty, path, persons = arguments
        done = uvloop.run(floor(filled, empty, path, int(persons)))
    else:
        done = uvloop.run(send(*arguments))
    print(json.dumps(done), flush=True)


if __name__ == "__main__":
    _process(*sys.argv[1:])

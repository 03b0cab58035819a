"""Ingest → durable situation with everything on: real workers, one and two, beside the ceilings of the same run.

50,000 events unless `--events` says otherwise, 1,000,000 with `--full` (quick: about two minutes); `--batch` chooses the size of a
batch, `--service` what the service does. Every run counts exactly or the bench stops. With FORBLIV_BENCH_PROFILE=FOLDER the workers
leave their profiles.
"""

import statistics
import time
from dataclasses import dataclass

from bench import ceilings, topic
from bench.asked import Asked
from bench.crew import BATCH, crew, taken
from bench.exact import check
from bench.fold import SAYING_NAME
from bench.report import line, plain
from bench.servers import Bench, bench_servers, cpu_seconds, resident_mib
from bench.topic import Counted
from deploy.local.waiting import run_async

EVENTS, FULL = 50_000, 1_000_000
GOALS = {1: 0.6, 2: 0.55}


@dataclass(frozen=True)
class Ingested:
    """Events per second; memory and processor time (microseconds per event) of all workers; how many records each of them took."""

    rate: float
    mib: float
    cpu: float
    taken: list[int]


def main(asked: Asked) -> None:
    """All runs on the same servers and the same topic; tables are new each time."""
    with bench_servers() as bench:
        run_async(topic.write(bench.kafka, asked.size(EVENTS, FULL)))
        counted = run_async(topic.count(bench.kafka))
        ceiling: dict[str, list[float]] = {}
        runs: dict[int, list[Ingested]] = {1: [], 2: []}
        for _ in range(asked.runs):
            for what, processes in (("raw", 1), ("parse", 1), ("durable", 1), ("durable", 2)):
                measured = ceilings.measure(bench, what, processes, asked.batch or BATCH, counted)
                ceiling.setdefault(f"{what} {processes}", []).append(measured)
            for workers, done in runs.items():
                done.append(ingest(bench, counted, workers, asked))
    for name in ("raw 1", "parse 1", "durable 1", "durable 2"):
        line(f"ceiling: {name}", ceiling[name], "events/s", ceiling["raw 1"])
    for workers, done in runs.items():
        told = {"events": counted.records, "taken": done[-1].taken, "cpu_us": round(statistics.median(d.cpu for d in done))}
        line(f"ingest: workers {workers}", [d.rate for d in done], "events/s", ceiling[f"durable {workers}"], GOALS[workers], **told)
        plain(f"ingest: memory, workers {workers}", [d.mib for d in done], "MiB")


def ingest(bench: Bench, counted: Counted, workers: int, asked: Asked) -> Ingested:
    """So many workers on empty tables. Raises when a figure is wrong."""
    service = crew(bench, asked.service or SAYING_NAME, asked.batch or BATCH)
    children = service.start_all(workers)
    begin, used = time.perf_counter(), sum(map(cpu_seconds, children))
    seconds = service.settled(counted.records, children) - begin
    cpu = 1e6 * (sum(map(cpu_seconds, children)) - used) / counted.records
    mib = sum(map(resident_mib, children))
    bench.stop(*children)
    run_async(check(service.database, counted))
    bench.drop_database(service.name)
    return Ingested(counted.records / seconds, mib, cpu, [taken(child) for child in children])

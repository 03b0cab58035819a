"""Rebuild: everything a service has booked is made again from its histories, exactly, beside the ingest rate of the same run.

100,000 events unless `--events` says otherwise, 1,000,000 with `--full` (quick: about two minutes). The ledger is damaged before, and
must be exact afterwards. With the ceiling of ingest (read, parse, one transaction per batch) of the same run beside it.
"""

import json
import resource
import sys
import time
from dataclasses import replace

import asyncpg
import uvloop

from bench import ceilings, topic
from bench.asked import Asked
from bench.crew import BATCH, RULES, Crew, crew, timed
from bench.exact import check
from bench.fold import SAYING, SAYING_NAME
from bench.report import line, plain
from bench.servers import bench_servers, fresh, told, wait_for
from bench.topic import Counted
from bench.worker import profiled
from deploy.local.waiting import run_async
from services.chassis.rebuild import Rebuild
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings

EVENTS, FULL = 100_000, 1_000_000
GOAL = 1.5
DAMAGE = "UPDATE ledger SET amount = amount + 1 WHERE extract(day FROM known_on)::int % 10 = 0"


def main(asked: Asked) -> None:
    """One process each time."""
    ceiling: list[float] = []
    ingested: list[float] = []
    again: list[float] = []
    memory: list[float] = []
    with bench_servers() as bench:
        run_async(topic.write(bench.kafka, asked.size(EVENTS, FULL)))
        counted = run_async(topic.count(bench.kafka))
        for _ in range(asked.runs):
            ceiling.append(ceilings.measure(bench, "durable", 1, asked.batch or BATCH, counted))
            service = crew(bench, SAYING_NAME, asked.batch or BATCH)
            seconds, children = timed(service, 1, counted.records)
            bench.stop(*children)
            ingested.append(counted.records / seconds)
            seconds, mib = rebuilt(service, counted)
            again.append(counted.records / seconds)
            memory.append(mib)
            run_async(check(service.database, counted))
            bench.drop_database(service.name)
    line("rebuild: ingest of the same run", ingested, "events/s", ceiling, events=counted.records)
    line("rebuild", again, "events/s", ingested, GOAL, events=counted.records)
    plain("rebuild: memory", memory, "MiB")


def rebuilt(service: Crew, counted: Counted) -> tuple[float, float]:
    """Make again all that the service has booked; how many seconds that took and the memory of who did it."""
    run_async(_damage(service.database))
    child = service.bench.spawn(fresh("rebuild"), "bench.rebuild", (service.bench.kafka, service.database, service.name))
    wait_for(lambda: bool(told(child)), (child,), 3_600)
    done = told(child)[0]
    service.bench.stop(child)
    assert (done["revisions"], done["broken"]) == (counted.distinct, 0), done
    assert done["differences"] > 0, "the damage was not found"
    return float(done["seconds"]), float(done["mib"])


async def _damage(database: str) -> None:
    conn = await asyncpg.connect(database)
    await conn.execute(DAMAGE)
    await conn.close()


async def process(kafka: str, database: str, name: str) -> dict[str, float]:
    """One rebuild as the command does it; how long it took, what it found and how much memory it had."""
    settings = Settings(kafka=kafka, database_url=database, rules=RULES)
    async with open_runtime(replace(SAYING, name=name), settings) as runtime:
        begin = time.perf_counter()
        found = await Rebuild(runtime).run()
        seconds = time.perf_counter() - begin
    counts = {"seconds": seconds, "revisions": found.revisions, "broken": found.broken, "differences": len(found.differences)}
    return {**counts, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


if __name__ == "__main__":
    with profiled("rebuild"):
        counted = uvloop.run(process(*sys.argv[1:]))
    print(json.dumps(counted), flush=True)  # last: who hears it stops this process

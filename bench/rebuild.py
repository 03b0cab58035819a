"""Rebuild: everything a service holds is thrown away and made again, exactly, beside the ingest rate of the same run.

100,000 events unless `--events` says otherwise, 1,000,000 with `--full` (quick: about two minutes). How a service is rebuilt is
`rebuilt` alone: here its tables are emptied and its worker reads the topics again.
"""

import time

import asyncpg

from bench import topic
from bench.asked import Asked
from bench.crew import BATCH, Crew, crew, timed
from bench.exact import check
from bench.fold import COUNTING_NAME
from bench.report import line, plain
from bench.servers import bench_servers, resident_mib
from bench.topic import Counted
from deploy.local.waiting import run_async

EVENTS, FULL = 100_000, 1_000_000
GOAL = 1.5
KEPT = ("migration", "clock")


def main(asked: Asked) -> None:
    """One worker each time."""
    ingested: list[float] = []
    again: list[float] = []
    memory: list[float] = []
    with bench_servers() as bench:
        run_async(topic.write(bench.kafka, asked.size(EVENTS, FULL)))
        counted = run_async(topic.count(bench.kafka))
        for _ in range(asked.runs):
            service = crew(bench, asked.service or COUNTING_NAME, asked.batch or BATCH)
            seconds, children = timed(service, 1, counted.records)
            bench.stop(*children)
            ingested.append(counted.records / seconds)
            seconds, mib = rebuilt(service, counted)
            again.append(counted.records / seconds)
            memory.append(mib)
            run_async(check(service.database, counted))
            bench.drop_database(service.name)
    line("rebuild", again, "events/s", ingested, GOAL, events=counted.records)
    plain("rebuild: memory", memory, "MiB")


def rebuilt(service: Crew, counted: Counted) -> tuple[float, float]:
    """Make again all that the service holds; how many seconds that took and the memory of who did it."""
    begin = time.perf_counter()
    run_async(_forget(service.database))
    forgetting = time.perf_counter() - begin
    seconds, children = timed(service, 1, counted.records)
    mib = resident_mib(children[0])
    service.bench.stop(*children)
    return forgetting + seconds, mib


async def _forget(database: str) -> None:
    conn = await asyncpg.connect(database)
    found = await conn.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND NOT tablename = ANY($1::text[])", KEPT)
    await conn.execute("TRUNCATE " + ", ".join(f'"{row["tablename"]}"' for row in found))
    await conn.close()

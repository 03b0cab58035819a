"""Re-published duplicates: a topic whose every record is heard a second time, beside the ingest rate of the same events when new.

30,000 events unless `--events` says otherwise, 1,000,000 with `--full` (quick: about a minute). All runs first take the events as
new, then all records are published once more, and each run takes them again with a worker that starts with nothing in memory.
The figures must be those of before.
"""

from bench import ceilings, topic
from bench.asked import Asked
from bench.crew import BATCH, Crew, crew, timed
from bench.exact import check
from bench.fold import SAYING_NAME
from bench.report import line
from bench.servers import bench_servers
from deploy.local.waiting import run_async

EVENTS, FULL = 30_000, 1_000_000
GOAL = 2.0


def main(asked: Asked) -> None:
    """One worker each time."""
    count = asked.size(EVENTS, FULL)
    with bench_servers() as bench:
        run_async(topic.write(bench.kafka, count))
        counted = run_async(topic.count(bench.kafka))
        services = [crew(bench, asked.service or SAYING_NAME, asked.batch or BATCH) for _ in range(asked.runs)]
        ceiling = [ceilings.measure(bench, "durable", 1, asked.batch or BATCH, counted) for _ in services]
        new = [_taken(service, count, count) for service in services]
        run_async(topic.write(bench.kafka, count))
        known = [_taken(service, count, 2 * count) for service in services]
        for service in services:
            run_async(check(service.database, counted))
    line("duplicates: the events when new", new, "events/s", ceiling, events=count)
    line("duplicates: all events re-published", known, "events/s", new, GOAL, events=count)


def _taken(service: Crew, count: int, until: int) -> float:
    seconds, children = timed(service, 1, until)
    service.bench.stop(*children)
    return count / seconds

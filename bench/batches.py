"""How many records a batch should have: ingest with one worker at several sizes, beside the ceiling at the same size.

50,000 events unless `--events` says otherwise, 200,000 with `--full` (quick: about three minutes).
"""

from bench import ceilings, topic
from bench.asked import Asked
from bench.crew import crew, timed
from bench.exact import check
from bench.fold import SAYING_NAME
from bench.report import line
from bench.servers import bench_servers
from deploy.local.waiting import run_async

EVENTS, FULL = 50_000, 200_000
SIZES = (250, 500, 1_000, 2_000, 5_000)


def main(asked: Asked) -> None:
    """All sizes on the same topic, one after the other in each run."""
    ours: dict[int, list[float]] = {size: [] for size in SIZES}
    ceiling: dict[int, list[float]] = {size: [] for size in SIZES}
    with bench_servers() as bench:
        run_async(topic.write(bench.kafka, asked.size(EVENTS, FULL)))
        counted = run_async(topic.count(bench.kafka))
        for _ in range(asked.runs):
            for size in SIZES:
                ceiling[size].append(ceilings.measure(bench, "durable", 1, size, counted))
                service = crew(bench, asked.service or SAYING_NAME, size)
                seconds, children = timed(service, 1, counted.records)
                bench.stop(*children)
                run_async(check(service.database, counted))
                bench.drop_database(service.name)
                ours[size].append(counted.records / seconds)
    for size in SIZES:
        line(f"batches of {size} records", ours[size], "events/s", ceiling[size], events=counted.records)

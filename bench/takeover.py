"""How long nobody works after a worker was killed with -9: started again under its name, and taken over by another.

Ten restarts and three takeovers, about two minutes. Measured from the kill until what was published after it is durable: the first
effect where the worker is started again at once (static membership), everything where another must take its partitions over. All
of it is counted at the end.
"""

import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import asyncpg

from bench import topic
from bench.asked import Asked
from bench.crew import SESSION_TIMEOUT_MS, Crew, crew
from bench.events import Written, invent
from bench.exact import check
from bench.fold import COUNTING_NAME
from bench.report import line
from bench.servers import Bench, bench_servers
from deploy.local.children import Child
from deploy.local.waiting import run_async

RESTARTS, TAKEOVERS = 10, 3
RESTARTED_WITHIN = 3.0
SESSION = SESSION_TIMEOUT_MS / 1_000
TAKEN_OVER_WITHIN = SESSION + 5.0
AT_ONCE = 200
PATIENCE_SECONDS = 60.0
COUNTED = "SELECT coalesce(sum(amount), 0)::bigint FROM balance"
FIRST = f"SELECT ({COUNTED}) > $1::bigint"


@dataclass
class Feed:
    """Publishes some more records each time, and knows how many there are."""

    bench: Bench
    records: Iterator[Written]
    published: int = 0

    def more(self) -> None:
        """A few records to every partition."""
        run_async(topic.send(self.bench.kafka, islice(self.records, AT_ONCE)))
        self.published += AT_ONCE


def main(_asked: Asked) -> None:
    """One service; its workers die one after the other."""
    with bench_servers() as bench:
        feed = Feed(bench, invent(AT_ONCE * 100))
        service = crew(bench, COUNTING_NAME)
        feed.more()
        children = list(service.start_all(1))
        service.settled(feed.published, tuple(children))
        restarted = [_restarted(service, feed, children) for _ in range(RESTARTS)]
        bench.stop(*children)
        time.sleep(TAKEN_OVER_WITHIN)  # the member of the first part is forgotten
        taken = [_taken_over(service, feed) for _ in range(TAKEOVERS)]
        run_async(check(service.database, run_async(topic.count(bench.kafka))))
    line("takeover: the same worker started again", restarted, "s", [RESTARTED_WITHIN] * RESTARTS, 1.0)
    slowest = max(taken)  # asked of every takeover, not of the one in the middle
    line("takeover: by another worker, the slowest", [slowest], "s", [TAKEN_OVER_WITHIN], 1.0, of=TAKEOVERS, session_timeout=SESSION)


def _restarted(service: Crew, feed: Feed, children: list[Child]) -> float:
    begin = time.perf_counter()
    _kill(service.bench, children.pop())
    children.append(service.start(0))
    counted = run_async(_counted(service))
    feed.more()
    seconds = service.wait(FIRST, tuple(children), PATIENCE_SECONDS, counted) - begin
    service.settled(feed.published, tuple(children))
    return seconds


async def _counted(service: Crew) -> int:
    conn = await asyncpg.connect(service.database)
    counted: int = await conn.fetchval(COUNTED)
    await conn.close()
    return counted


def _taken_over(service: Crew, feed: Feed) -> float:
    survivor, victim = service.start_all(2)
    begin = time.perf_counter()
    _kill(service.bench, victim)
    feed.more()
    seconds = service.settled(feed.published, (survivor,)) - begin
    service.bench.stop(survivor)
    time.sleep(TAKEN_OVER_WITHIN)
    return seconds


def _kill(bench: Bench, child: Child) -> None:
    bench.supervisor.signal(child.spec.name, signal.SIGKILL)
    bench.stop(child)

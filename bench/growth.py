"""Does an event cost more when more has happened? Events per second with 10,000 and 100,000 events of history, and in one long history.

`--full` adds 1,000,000, `--events 5000000` (once) a size of that number; quick: about two minutes. At each size, on servers of its
own, a worker that has taken all takes 10,000 further events of the same people, `--runs` times. One subject: 2,000 events of one
person in batches of 50, by quarters, beside as many events of 125 people. The slope is how much more an event costs when history
grows tenfold. All is counted exactly.
"""

import math
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bench import events
from bench.asked import Asked
from bench.crew import BATCH, Crew, Gate, crew
from bench.events import Written, invent
from bench.exact import check
from bench.fold import COUNTING_NAME
from bench.report import line, plain
from bench.servers import bench_servers, resident_mib
from deploy.local.children import Child
from deploy.local.waiting import run_async

SIZES, FULL = (10_000, 100_000), (1_000_000,)
MORE = 10_000
LONG, QUARTERS, SMALL_BATCH = 2_000, 4, 50


@dataclass
class Fed:
    """A worker that has taken all there is, and is fed while it is held back."""

    service: Crew
    child: Child
    published: int = 0

    def rate(self, records: Iterator[Written], count: int) -> float:
        """Events per second of these."""
        gate = Gate(self.service.database)
        run_async(events.send(self.service.bench.kafka, islice(records, count)))
        self.published += count
        gate.open()
        begin = time.perf_counter()
        return count / (self.service.settled(self.published, (self.child,)) - begin)

    def finish(self) -> float:
        """Stop, count all again, and tell the memory it took (MiB)."""
        mib = resident_mib(self.child)
        self.service.bench.stop(self.child)
        run_async(check(self.service.database, run_async(events.count(self.service.bench.kafka))))
        return mib


def main(asked: Asked) -> None:
    """The sizes, then the long history."""
    sizes = tuple(sorted({*SIZES, *(FULL if asked.full else ()), *((asked.events,) if asked.events else ())}))
    found = {size: _at_size(asked, size) for size in sizes}
    smallest = found[sizes[0]][0]
    for size, (rates, mib) in found.items():
        more = {"slope_percent": _slope(sizes[0], smallest, size, rates)} if size > sizes[0] else {}
        line(f"growth: with {size} events of history", rates, "events/s", smallest, **more)
        plain(f"growth: memory with {size} events of history", [mib], "MiB")
    _one_subject(asked)


def _slope(first: int, before: list[float], size: int, rates: list[float]) -> float:
    """By how many percent an event costs more per tenfold history."""
    dearer = statistics.median(before) / statistics.median(rates)
    return round(100 * (math.pow(dearer, 1 / math.log10(size / first)) - 1), 1)


def _at_size(asked: Asked, size: int) -> tuple[list[float], float]:
    with bench_servers() as bench:
        service = crew(bench, asked.service or COUNTING_NAME, asked.batch or BATCH)
        fed = Fed(service, service.start_all(1)[0])
        stream = invent(size + asked.runs * MORE)
        fed.rate(stream, size)
        rates = [fed.rate(stream, MORE) for _ in range(asked.runs)]
        return rates, fed.finish()


def _one_subject(asked: Asked) -> None:
    """The last quarter beside the first, and beside events of many people."""
    quarters: list[list[float]] = []
    many: list[float] = []
    with bench_servers() as bench:
        service = crew(bench, asked.service or COUNTING_NAME, SMALL_BATCH)
        fed = Fed(service, service.start_all(1)[0])
        fed.rate(invent(LONG, seed=99), LONG)
        for run in range(asked.runs):
            many.append(fed.rate(invent(LONG, seed=run), LONG))
            one = invent(LONG, seed=100 + run, people=1)
            quarters.append([fed.rate(one, LONG // QUARTERS) for _ in range(QUARTERS)])
        fed.finish()
    line("growth: one subject, events 1 to 500", [q[0] for q in quarters], "events/s", many)
    line("growth: one subject, events 1501 to 2000", [q[-1] for q in quarters], "events/s", [q[0] for q in quarters])

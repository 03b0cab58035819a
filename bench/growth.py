"""Does an event cost more when more has happened? With 10,000 and 100,000 events of history, and in one long history.

`--full` adds 1,000,000, `--events 5000000` (once) a size of that number; quick: about three minutes. Every run has servers of its own:
a worker takes the history and is started anew, so that it has forgotten everybody; then come 20,000 further events of 625 of its
people, the same number at every size: first their histories must be read back; then 20,000 more, of people it has in memory. The
slope is how much more an event costs when history grows tenfold. One subject: milliseconds from an event on the bus to the ledger, for
somebody with 16 events and for somebody with 2,000. All is counted exactly.
"""

import asyncio
import math
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

import asyncpg
from aiokafka import AIOKafkaProducer

from bench import ceilings, topic
from bench.asked import Asked
from bench.crew import BATCH, READ, Crew, Gate, crew
from bench.events import Written, invent, population
from bench.exact import check
from bench.fold import SAYING_NAME
from bench.report import line, plain
from bench.servers import Bench, bench_servers, resident_mib
from contracts.hr import EMPLOYMENT_TOPIC
from deploy.local.children import Child
from deploy.local.waiting import run_async

SIZES, FULL = (10_000, 100_000), (1_000_000,)
MORE, MORE_PEOPLE = 20_000, 625
SHORT, LONG, SINGLE = 16, 2_000, 40
WORDS = {
    "taken": "taking {} events",
    "read_back": "people read back, with {} events of history",
    "in_memory": "people in memory, with {} events of history",
}
LOOK_SECONDS = 0.001


@dataclass
class Fed:
    """A worker that has taken all there is, and is fed while it is held back."""

    service: Crew
    child: Child
    published: int = 0

    def start_anew(self) -> float:
        """Another worker in its place, which has everything to read back; the memory that the first one took (MiB)."""
        mib = resident_mib(self.child)
        self.service.bench.stop(self.child)
        (self.child,) = self.service.start_all(1)
        return mib

    def seconds(self, records: Iterator[Written], count: int) -> float:
        """How long it takes to make all of these durable."""
        gate = Gate(self.service.database)
        run_async(topic.send(self.service.bench.kafka, records))
        self.published += count
        gate.open()
        begin = time.perf_counter()
        return self.service.settled(self.published, (self.child,)) - begin

    def finish(self) -> None:
        """Stop, and count all again."""
        self.service.bench.stop(self.child)
        run_async(check(self.service.database, run_async(topic.count(self.service.bench.kafka))))


@dataclass(frozen=True, slots=True)
class Pace:
    """Events per second while the history is taken, of people read back, of people in memory; and the memory of who took it (MiB)."""

    taken: float
    read_back: float
    in_memory: float
    mib: float


def main(asked: Asked) -> None:
    """The sizes, then the long history."""
    sizes = sorted({*SIZES, *(FULL if asked.full else ()), *((asked.events,) if asked.events else ())})
    _ceiling(asked, sizes[0])
    smallest: list[Pace] = []
    for size in sizes:
        runs = [_at_size(asked, size, run) for run in range(asked.runs if size <= max(FULL) else 1)]
        smallest = smallest or runs
        for what in ("taken", "read_back", "in_memory"):
            rates, before = ([getattr(pace, what) for pace in paces] for paces in (runs, smallest))
            more = {"slope_percent": _slope(sizes[0], before, size, rates)} if size > sizes[0] else {}
            line(f"growth: {WORDS[what].format(size)}", rates, "events/s", before[: len(rates)], **more)
        plain(f"growth: memory with {size} events of history", [pace.mib for pace in runs], "MiB")
    _one_subject(asked)


def _ceiling(asked: Asked, size: int) -> None:
    """What the least any program must do takes, on the same machine; a history costs it nothing."""
    with bench_servers() as bench:
        run_async(topic.write(bench.kafka, size + MORE))
        rates = [ceilings.measure(bench, "durable", 1, asked.batch or BATCH) for _ in range(asked.runs)]
    line("growth: ceiling (read, parse, one transaction per batch)", rates, "events/s", rates)


def _slope(first: int, before: list[float], size: int, rates: list[float]) -> float:
    """By how many percent an event costs more per tenfold history."""
    dearer = statistics.median(before) / statistics.median(rates)
    return round(100 * (math.pow(dearer, 1 / math.log10(size / first)) - 1), 1)


def _fed(bench: Bench, asked: Asked) -> Fed:
    service = crew(bench, asked.service or SAYING_NAME, asked.batch or BATCH)
    return Fed(service, service.start_all(1)[0])


def _at_size(asked: Asked, size: int, run: int) -> Pace:
    with bench_servers() as bench:
        fed = _fed(bench, asked)
        people = population(size // SHORT, run)
        taken = size / fed.seconds(invent(size, run, people=people), size)
        mib = fed.start_anew()
        some = random.Random(run).sample(people, MORE_PEOPLE)
        read_back, in_memory = (MORE / fed.seconds(invent(MORE, -run - lot, people=some, since=365), MORE) for lot in (1, 1_001))
        fed.finish()
        return Pace(taken, read_back, in_memory, mib)


def _one_subject(asked: Asked) -> None:
    """Single events of somebody of whom little is known beside those of somebody of whom much is."""
    times: dict[int, list[float]] = {SHORT: [], LONG: []}
    with bench_servers() as bench:
        fed = _fed(bench, asked)
        for run in range(asked.runs):
            for size, medians in times.items():
                people = population(1, size + run)
                fed.seconds(invent(size, size + run, people=people), size)
                singles = list(invent(SINGLE, -size - run - 1, people=people, since=365, copied=0))
                medians.append(statistics.median(run_async(_singly(fed, singles))))
        fed.finish()
    line(f"growth: one subject, ms per event after {LONG}", times[LONG], "ms", times[SHORT])


async def _singly(fed: Fed, singles: list[Written]) -> list[float]:
    """Milliseconds until each is read and, since no more is waiting, in the ledger; one after the other."""
    conn = await asyncpg.connect(fed.service.database)
    producer = AIOKafkaProducer(bootstrap_servers=fed.service.bench.kafka, linger_ms=0)
    await producer.start()
    partitions = await topic.partitions_of(fed.service.bench.kafka, EMPLOYMENT_TOPIC)
    times = []
    for key, value, headers in singles:
        fed.published += 1
        begin = time.perf_counter()
        await producer.send(EMPLOYMENT_TOPIC, value, key, topic.place(key, len(partitions)), headers=headers)
        while await conn.fetchval(READ, EMPLOYMENT_TOPIC) < fed.published:
            assert fed.child.alive, "\n".join(fed.child.last_lines())
            await asyncio.sleep(LOOK_SECONDS)
        times.append(1_000 * (time.perf_counter() - begin))
    await producer.stop()
    await conn.close()
    return times

"""One worker over a database and a bus in memory, for cases told in plain steps."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

import asyncpg

from services.chassis.reading import Reading
from services.chassis.runtime import Runtime
from tests.simulator.memory.client import MemoryConsumer, MemoryGroup
from tests.simulator.memory.clock import MemoryClock
from tests.simulator.memory.database import MemoryDatabase
from tests.simulator.memory.log import Logged, MemoryLog
from tests.simulator.memory.tables import MemoryTables
from tests.simulator.process import SETTINGS
from tests.simulator.service import VERSIONS
from tests.simulator.speaking import spoken
from tests.simulator.story import Closed, Named, Told
from tests.simulator.world import HEARD, START

DAY = date(2026, 3, 2)
DIRECTORY, EMPLOYMENT, ORGANISATION = ((topic, 0) for topic in HEARD)


@dataclass
class Worker:
    """One worker over a database and a bus of one partition per topic."""

    database: MemoryDatabase
    log: MemoryLog
    runtime: Runtime
    reading: Reading
    consumer: MemoryConsumer

    def tell(self, step: Told | Named | Closed) -> Logged:
        return self.log.append(*spoken(step, START))

    async def take(self) -> bool:
        """Take what comes next."""
        return bool(await self.reading.take([r for batch in (await self.consumer.getmany()).values() for r in batch]))

    def fence(self, partition: tuple[str, int]) -> int:
        return int(self.database.rows["consumed"][self.runtime.readers[partition[0]], *partition].next_offset)

    def read_until(self, partition: tuple[str, int]) -> datetime:
        """Until when a partition is read, as the database has it."""
        found: datetime = self.database.rows["consumed"][self.runtime.readers[partition[0]], *partition].read_until
        return found


def job(revision: int, *, day: int = 0, person: int = 1) -> Told:
    return Told(person, person, revision, day, 1, stands=True, ends=False, known_days=0)


def join(database: MemoryDatabase, log: MemoryLog, version: int = 1) -> Worker:
    runtime = Runtime(VERSIONS[version], SETTINGS, cast("asyncpg.Pool", database.pool()), MemoryTables())
    consumer = MemoryConsumer(MemoryGroup(log), runtime.topics)
    return Worker(database, log, runtime, Reading(runtime, lambda: consumer), consumer)


async def assigned(worker: Worker) -> None:
    for _ in range(9):
        await asyncio.sleep(0)
    assert worker.consumer.assignment()


async def new_worker() -> Worker:
    """With its partitions, and nothing read yet."""
    clock = MemoryClock(START)
    database, log = MemoryDatabase(clock), MemoryLog(clock)
    for topic in (*HEARD, "onboarding.v1"):
        log.create(topic, 1)
    worker = join(database, log)
    await worker.consumer.start()
    await assigned(worker)
    return worker

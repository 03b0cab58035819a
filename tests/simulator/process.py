"""A worker in the simulated world: the chassis' own loops over a database and a bus in memory."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import asyncpg
from aiokafka.errors import KafkaError

from services.chassis.inlet import TRANSIENT
from services.chassis.reading import Reading
from services.chassis.runtime import Runtime
from services.chassis.settings import Profile, Settings
from services.chassis.wake import Wake
from tests.simulator.loop import SeededLoop
from tests.simulator.mechanisms import Mechanisms
from tests.simulator.memory.client import MemoryConsumer, MemoryGroup, MemorySender
from tests.simulator.memory.database import MemoryDatabase
from tests.simulator.service import VERSIONS

MOST_RECORDS = 4
SETTINGS = Settings(
    profile=Profile.LOCAL, kafka="memory", rules=Path(__file__).parent / "rules", batch_records=MOST_RECORDS, session_timeout_ms=1_500
)
POLL_SECONDS = 0.1
NOTE_SECONDS = 0.4
UNDERIVED_SECONDS = 3.0
AWAY = (*TRANSIENT, KafkaError)


class MemoryBus:
    """What `bus.py` does, without its client: the same `Reading`, and what a batch raises is swallowed, as there."""

    def __init__(self, runtime: Runtime, group: MemoryGroup, loop: SeededLoop) -> None:
        """Not started."""
        self._loop = loop
        self.reading = Reading(runtime, lambda: self.consumer)
        self.consumer = MemoryConsumer(group, runtime.topics, lambda: self)

    async def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        """Others read these now."""
        self.reading.revoked(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """Go on at the fence."""
        await self.reading.go_on(set(assigned))

    async def run(self) -> None:
        """Read until cancelled."""
        await self.consumer.start()
        consuming = asyncio.create_task(self._consume())
        try:
            while True:
                await asyncio.sleep(NOTE_SECONDS)
                with suppress(*AWAY):
                    await self.reading.look()
        finally:
            consuming.cancel()
            await self.consumer.stop()

    async def _consume(self) -> None:
        while True:
            try:
                found = await self.consumer.getmany(max_records=self._loop.random.randint(1, MOST_RECORDS))
            except KafkaError:
                found = {}
            records = [record for batch in found.values() for record in batch]
            if not records:
                await asyncio.sleep(POLL_SECONDS)
                continue
            with suppress(Exception):  # FastStream swallows what a handler raises
                if await self.reading.take(records):
                    await self.consumer.commit({(r.topic, r.partition): r.offset + 1 for r in records})


class Process:
    """One start of a worker, from its beginning to its end."""

    def __init__(self, name: str, version: int, database: MemoryDatabase, group: MemoryGroup, mechanisms: Mechanisms) -> None:
        """Not running."""
        self.name = name
        self.version = version
        self.runtime: Runtime | None = None
        self.bus: MemoryBus | None = None
        self.sender: MemorySender | None = None
        self._database, self._group, self._mechanisms = database, group, mechanisms

    async def live(self, loop: SeededLoop) -> None:
        """Run until cancelled, or until a loop raises."""
        pool = cast("asyncpg.Pool", self._database.pool())
        runtime = self.runtime = self._mechanisms.runtime(VERSIONS[self.version], SETTINGS, pool)
        bus = self.bus = MemoryBus(runtime, self._group, loop)
        relay = self._mechanisms.relay(runtime, self._new_sender)
        tasks = [asyncio.create_task(work) for work in (bus.run(), relay.run(), Wake(runtime, UNDERIVED_SECONDS).run())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()

    def _new_sender(self, _kafka: str, name: str) -> MemorySender:
        self.sender = MemorySender(self._group.log, name)
        return self.sender

    def end(self) -> None:
        """It is over for this process: nothing it had under way goes on."""
        if self.sender is not None:
            self.sender.end()

"""The simulated world: one database, one bus, one clock, and workers that come and go. It plays a story and then comes to rest."""

import random
from collections import defaultdict
from collections.abc import Callable, Coroutine
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import asyncpg

from services.chassis.runtime import readers_of
from services.chassis.stretches import id_text
from tests.kit.builders import noon
from tests.simulator.loop import SeededLoop
from tests.simulator.mechanisms import Mechanisms
from tests.simulator.memory.client import MemoryGroup
from tests.simulator.memory.clock import MemoryClock
from tests.simulator.memory.database import MemoryDatabase
from tests.simulator.memory.log import Headers, Logged, MemoryLog
from tests.simulator.memory.tables.consumed import Kept
from tests.simulator.process import AWAY, Process
from tests.simulator.service import VERSIONS
from tests.simulator.story import Struck

START = datetime(2026, 3, 2, 11, tzinfo=UTC)
"""Noon of a day on which nothing happens to clocks."""
SPOKEN = "onboarding.v1"
HEARD = ("hr.directory.v1", "hr.employment.v1", "hr.organisation.v1")
PARTITIONS = 2
PATIENCE = 60_000
"""Turns within which a healed world comes to rest."""
IDLE_SECONDS = 1.5
"""Where nothing happens, no turns are wasted."""
RESTART_SECONDS = 1.0
TRIES = 9
UNREST = "it never comes to rest"


class World:
    """Everything there is, and who is struck where."""

    def __init__(self, mechanisms: Mechanisms | None = None) -> None:
        """Nobody works yet."""
        self.loop = SeededLoop()  # type: ignore[abstract]  # what is not asked of it raises
        self.clock = MemoryClock(START)
        self.database = MemoryDatabase(self.clock, self._reached)
        self.log = MemoryLog(self.clock, self._reached)
        for topic in (*HEARD, SPOKEN):
            self.log.create(topic, PARTITIONS)
        self.group = MemoryGroup(self.log)
        self.processes: dict[int, Process] = {}
        self.newest = 1
        self.problems: list[str] = []
        self.said: list[Logged] = []
        self.first_day = START.date()
        self.poison: dict[tuple[str, int, int], str] = {}
        """Where on the bus a record lies that no code can read, and its headers."""
        self.buried: set[tuple[str, int, int, str]] = set()
        """Where such records lay before their topic was made anew."""
        self._lay: defaultdict[tuple[str, int, int], set[str]] = defaultdict(set)
        """What lay at a place before its topic was made anew, each time: who did not read meanwhile knows it by what it read last."""
        self._mechanisms = mechanisms or Mechanisms()
        self._traps: list[tuple[Struck, int]] = []
        self._starts = 0
        self._is_over = False
        self._deployed: dict[int, int] = {}
        self._names: list[str] = []
        random.seed(0)

    def run(self, turns: int, seed: int) -> None:
        """Everybody goes on for some turns."""
        self.loop.random.seed(seed)
        self.loop.run(turns, seconds=IDLE_SECONDS)

    def begin(self, day: date) -> None:
        """Everything happens around another day."""
        self.first_day = day
        self.clock.begin(noon(day))

    def recreate(self, topic: str, seed: int) -> None:
        """A topic is deleted and made again; once all who are awake know it, all is said once more, in another order.

        Who was expelled and does not know it yet joins first: it hears of both with its next heartbeat. (Who reads on at its place
        through all of it, in a topic that is full again by then, sees nothing strange, and nothing could tell it.)
        """
        for worker, process in self.processes.items():
            if not self.loop.is_frozen(process.name):
                self.thaw(worker)
        again = [record for record in self.said if record.topic == topic]
        self.said = [record for record in self.said if record.topic != topic]
        spoilt = {place: headers for place, headers in self.poison.items() if place[0] == topic}
        self.buried |= {(*place, headers) for place, headers in spoilt.items()}
        self.poison = {place: headers for place, headers in self.poison.items() if place[0] != topic}
        self.log.create(topic, PARTITIONS)
        self.group.rebalance()
        self.loop.random.seed(seed)
        self.loop.run(PATIENCE, self._all_know)
        for old in self._otherwise(again):
            new = self.say(topic, old.key or b"", old.value, old.headers)
            if (headers := spoilt.get((topic, old.partition, old.offset))) is not None:
                self.poison[topic, new.partition, new.offset] = headers

    def _otherwise(self, records: list[Logged]) -> list[Logged]:
        """In an order in which no place holds a record that ever lay there, which is how a topic made anew is known; else in the same."""
        for record in records:
            self._lay[record.topic, record.partition, record.offset].add(id_text(record))
        for _ in range(TRIES):
            order = self.loop.random.sample(records, len(records))
            places: defaultdict[int, count[int]] = defaultdict(count)
            if all(id_text(r) not in self._lay[r.topic, r.partition, next(places[r.partition])] for r in order):
                return order
        return sorted(records, key=lambda record: record.offset)

    def _all_know(self) -> bool:
        awake = [p.bus.consumer for p in self.processes.values() if p.bus is not None and not self.loop.is_frozen(p.name)]
        return all(consumer.has_heard for consumer in awake)

    def say(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> Logged:
        """A record comes onto the bus from outside."""
        record = self.log.append(topic, key, value, headers)
        self.said.append(record)
        return record

    def start(self, worker: int, version: int) -> None:
        """Start a worker, if it does not run."""
        if worker in self.processes or self._is_over:
            return
        self._starts += 1
        self._deployed[worker] = version
        self.newest = max(self.newest, version)
        process = Process(f"{worker}#{self._starts}", version, self.database, self.group, self._mechanisms)
        self.processes[worker] = process
        self._names.append(process.name)
        self.on(process, partial(self._live, worker, process))

    def on(self, process: Process, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Let a process do something."""
        self.loop.spawn(process.name, work())

    async def _live(self, worker: int, process: Process) -> None:
        try:
            await process.live(self.loop)
        except Exception as problem:  # noqa: BLE001 - whoever supervises a worker starts it again, whatever ended it
            if self.processes.get(worker) is not process:
                return
            self._bury(worker)
            if not isinstance(problem, AWAY):
                self.problems.append(f"a worker ended: {problem!r}")
            self.loop.call_later(RESTART_SECONDS, self._start_again, worker)

    def stop(self, worker: int) -> None:
        """Ask a worker to end; it rolls back what it has under way."""
        process = self.processes.pop(worker, None)
        if process is not None:
            self.loop.kill(process.name)

    def kill(self, worker: int) -> None:
        """The worker is gone from one moment to the next, and is started again."""
        process = self.processes.get(worker)
        if process is not None:
            self._bury(worker)
            self.loop.call_later(RESTART_SECONDS, self._start_again, worker)

    def _bury(self, worker: int) -> None:
        process = self.processes.pop(worker)
        process.end()
        self.database.forget(process.name)
        if process.bus is not None:
            self.group.leave(process.bus.consumer)
        self.loop.kill(process.name)

    def _start_again(self, worker: int) -> None:
        """With the code that was last deployed there."""
        self.start(worker, self._deployed[worker])

    def strike(self, struck: Struck) -> None:
        """Strike a worker, now or where it comes to the point."""
        if struck.point:
            self._traps.append((struck, struck.count))
            return
        process = self.processes.get(struck.worker)
        if process is None:
            return
        match struck.how:
            case "kill":
                self.kill(struck.worker)
            case "cut":
                self.database.cut(process.name)
            case "confuse":
                self.database.cut(process.name, asyncpg.InternalClientError)
            case "unanswer":
                if process.sender is not None:
                    process.sender.is_unanswered = True
            case "freeze":
                self.loop.freeze(process.name)
                self._expel(process)
            case _:
                self._expel(process)

    def _expel(self, process: Process) -> None:
        if process.bus is not None:
            self.group.leave(process.bus.consumer)

    def thaw(self, worker: int) -> None:
        """A frozen or expelled worker goes on, and joins again."""
        process = self.processes.get(worker)
        if process is not None:
            self.loop.thaw(process.name)
            if process.bus is not None and process.bus.consumer.is_started:
                self.group.join(process.bus.consumer)

    def _reached(self, owner: str, point: str) -> None:
        """A process comes to a point: whoever waits for it there strikes."""
        for number, (struck, left) in enumerate(self._traps):
            process = self.processes.get(struck.worker)
            if struck.point != point or process is None or process.name != owner:
                continue
            self._traps[number] = (struck, left - 1)
            if left == 1:
                del self._traps[number]
                self.strike(Struck(struck.worker, struck.how))
                return

    def rest(self) -> None:
        """Heal everything, let one worker with the newest code stay, and wait until there is nothing left to do.

        Who is frozen stays so until then: it holds up nobody. Then it goes on where it stood.
        """
        self._traps.clear()
        self.database.away = self.log.away = False
        frozen = [worker for worker, process in self.processes.items() if self.loop.is_frozen(process.name)]
        awake = [worker for worker in self.processes if worker not in frozen]
        for worker in awake:
            self.thaw(worker)
        self._deploy_ends()
        if all(self.processes[worker].version < self.newest for worker in awake):
            self.start(9, self.newest)
        self._come_to_rest()
        if frozen:
            for worker in frozen:
                self.thaw(worker)
            self._deploy_ends()
            self._come_to_rest()

    def _deploy_ends(self) -> None:
        """Who hears less than the newest code holds it up for as long as it has partitions: the newest takes its place."""
        newest = readers_of(VERSIONS[self.newest])
        deaf = {worker for worker, version in self._deployed.items() if readers_of(VERSIONS[version]) != newest}
        for worker in deaf:
            self._deployed[worker] = self.newest
            if worker in self.processes:
                self._bury(worker)
                self.start(worker, self.newest)

    def _come_to_rest(self) -> None:
        self.clock.jump(self.clock.highest - self.clock.read() + timedelta(minutes=2))
        self.group.heal()
        target = self.clock.read()
        self.loop.random.seed(7)
        if not self.loop.run(PATIENCE, lambda: self._is_quiet(target)):
            self.problems.append(f"{UNREST}: {self._unrest(target)}")

    def _is_quiet(self, target: datetime) -> bool:
        return not self._unrest(target)

    def _unrest(self, target: datetime) -> str:
        """What is still to be done, in a word."""
        rows = self.database.rows
        consumed: dict[tuple[object, ...], Kept] = rows["consumed"]
        readers = readers_of(VERSIONS[self.newest])
        for topic, number in self.log.partitions():
            held = consumed.get((readers.get(topic), topic, number), Kept())
            if topic in HEARD and held.next_offset < self.log.end((topic, number)):
                return f"{topic} {number} is read to {held.next_offset} of {self.log.end((topic, number))}"
            if topic in HEARD and (held.read_until is None or held.read_until < target):
                return f"{topic} {number} is not read until now"
        if rows["outbox"] or rows["to_wake"]:
            return "the outbox or a change waits"
        if any(kept.wake_at is not None and kept.wake_at <= self.clock.now for kept in rows["subject"].values()):
            return "somebody is due"
        if any(kept.version and kept.derived_with < self.newest and kept.broken is None for kept in rows["subject"].values()):
            return "somebody is derived by older code"
        return ""

    def end(self) -> None:
        """Everybody goes home."""
        self._is_over = True
        for worker in list(self.processes):
            self._bury(worker)
        for name in self._names:
            self.database.forget(name)
            self.loop.kill(name)
        self.loop.run(2_000)

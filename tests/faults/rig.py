"""A real broker and database behind proxies, worker processes of one small service, a load that never stops, a clock that moves."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from random import Random

from asyncpg import InterfaceError, PostgresError

from deploy.local.children import Child, ChildSpec, Supervisor
from deploy.local.kafka import Detour
from deploy.local.paths import ROOT
from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.stack import Stack, running_stack
from deploy.local.waiting import http_ready
from services.chassis.logs import Word
from tests.faults import raw
from tests.faults.expected import Clock, World
from tests.faults.load import Load
from tests.faults.oracle import Verdict, judge
from tests.faults.proxy import Proxy, running, to_port, to_socket
from tests.faults.raw import Line
from tests.faults.store import Disk, Store, own_servers, unmount
from tests.faults.told import Logs
from tests.faults.topics import stamp_appends
from tests.kit.builders import noon

START = date(2026, 3, 2)
EMPLOYMENT, ORGANISATION, SAID = "hr.employment.v1", "hr.organisation.v1", "onboarding.v1"
SESSION_MS = 6_000
LOOK_SECONDS = 0.1
SETTLED_SECONDS = 120.0
STOP_SECONDS = 10.0
"""A worker that is asked to stop has finished or rolled back by then."""
DAY_SECONDS = 2.0
ASSIGNED = f'"{Word.ASSIGNED}"'
"""What a worker says when its group has given it partitions."""


class Rig:
    """Everything a fault is done to. `kills` counts every process that was ended without being asked."""

    def __init__(self, stack: Stack, store: Store, proxies: tuple[Proxy, Proxy], disk: Disk | None, load: Load) -> None:
        """Use `started`."""
        self.stack, self.store, self.disk, self.load = stack, store, disk, load
        self.kafka, self.database = proxies
        self.clock = Clock()
        self.logs = Logs(stack.state.directory / "logs")
        self.gone: list[Line] = []
        """What lay on topics that were deleted."""
        self.kills = 0
        self.exits: list[str] = []
        """Workers that ended by themselves; they were started again, as a supervisor does."""
        self._ports: dict[str, int] = {}
        self._days_may_pass = asyncio.Event()

    @property
    def workers(self) -> list[str]:
        """The names of the workers that ought to run."""
        return list(self._ports)

    def start(self, name: str) -> None:
        """Start a worker; a name is a static member of the group."""
        port = self._ports.setdefault(name, free_ports(1)[0])
        own = {
            "FORBLIV_PROFILE": "local",
            "FORBLIV_KAFKA": f"{LOOPBACK}:{self.kafka.port}",
            "FORBLIV_DATABASE_URL": self.store.through(self.database.port, name),
            "FORBLIV_RULES": str(ROOT / "deploy" / "rules"),
            "FORBLIV_INSTANCE": name,
            "FORBLIV_HEALTH_PORT": str(port),
            "FORBLIV_SESSION_TIMEOUT_MS": str(SESSION_MS),
            "PYTHONUNBUFFERED": "1",
        }
        command = (sys.executable, "-m", "tests.faults.worker")
        self._supervisor.start(ChildSpec(name, command, {**os.environ, **own}, directory=ROOT))

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a process: a worker, `kafka` or `postgres`."""
        self._supervisor.signal(name, number)

    def kill(self, name: str) -> None:
        """It ends at once, whatever it is doing."""
        self.signal(name, signal.SIGKILL)
        self._supervisor.children[name].process.wait()
        self.kills += 1

    def restart(self, name: str) -> None:
        """Start a process again that was killed or stopped."""
        spec = self.child(name).spec
        self._supervisor.stop(name)
        self._supervisor.start(spec)

    def child(self, name: str) -> Child:
        """The process."""
        return self._supervisor.children[name]

    async def leave(self, name: str) -> None:
        """Ask a worker to end under load; it does not come back until it is started. One that takes too long or fails is noted."""
        child = await self.go(name, STOP_SECONDS)
        if (code := child.process.returncode) != 0:
            self.exits.append(f"{name} ended with {code} when asked to stop: {' '.join(child.last_lines()[-3:])}")

    async def go(self, name: str, seconds: float = SETTLED_SECONDS) -> Child:
        """Ask a worker to end, whatever state it is in, and wait for so long; however it ends."""
        child = self.child(name)
        self._ports.pop(name)
        with suppress(ProcessLookupError):
            self.signal(name, signal.SIGTERM)
            self.signal(name, signal.SIGCONT)
        await self.until(lambda: not child.alive, f"{name} ends when asked to", seconds)
        self._supervisor.stop(name)
        return child

    async def ready(self, name: str) -> bool:
        """What a worker says of itself."""
        return await asyncio.to_thread(http_ready, self._ports[name])

    async def resumed(self) -> None:
        """Return when every worker is ready and what was sent meanwhile is read, and more was sent and read since."""
        await self.all_ready()
        await self._read_on()
        await self._read_on()

    async def _read_on(self) -> None:
        sent, until = self.load.sent, await raw.ends(self.stack.kafka, EMPLOYMENT, ORGANISATION)

        async def read() -> bool:
            fences = await self.store.fences()
            return self.load.sent > sent and all(fences.get(tp, 0) >= end for tp, end in until.items())

        await self.until_async(read, "what was sent is read")

    async def back(self, server: str) -> None:
        """Return when `kafka` or `postgres` takes requests; looked at from a thread, since the proxies run here."""
        child = self.child(server)
        await self.until_async(lambda: asyncio.to_thread(child.spec.ready), f"{server} is back")

    async def all_ready(self) -> None:
        """Return when every worker is ready."""

        async def are() -> bool:
            return all([await self.ready(name) for name in self.workers])

        await self.until_async(are, "all workers are ready")

    async def quiet(self) -> None:
        """Return when the group has not changed for a session: nothing that was before is under way."""
        changes, since = -1, time.monotonic()

        async def is_quiet() -> bool:
            nonlocal changes, since
            if (now := self.logs.count(ASSIGNED)) != changes:
                changes, since = now, time.monotonic()
            return time.monotonic() - since > SESSION_MS / 1000

        await self.until_async(is_quiet, "the group stays as it is")

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[set[str]]:
        """Which workers said that they are not ready, or nothing at all, during the block."""
        said_no: set[str] = set()

        async def ask() -> None:
            while True:
                said_no.update([name for name in self.workers if not await self.ready(name)])
                await asyncio.sleep(LOOK_SECONDS)

        asking = asyncio.create_task(ask())
        try:
            yield said_no
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def until(self, holds: Callable[[], bool], what: str, seconds: float = SETTLED_SECONDS) -> None:
        """Wait for something that comes by itself."""

        async def now() -> bool:
            return holds()

        await self.until_async(now, what, seconds)

    async def until_async(self, holds: Callable[[], Awaitable[bool]], what: str, seconds: float = SETTLED_SECONDS) -> None:
        """Wait for something that comes by itself and takes asking."""
        last = time.monotonic() + seconds
        while not await holds():
            assert time.monotonic() < last, f"it never came: {what}"
            await asyncio.sleep(LOOK_SECONDS)

    async def settled(self) -> None:
        """All that was sent is read, all that is due is done, all that was said is published: twice in a row."""
        quiet, last, left = 0, time.monotonic() + SETTLED_SECONDS, {}
        while quiet < 2:
            ends, fences = await raw.ends(self.stack.kafka, EMPLOYMENT, ORGANISATION), await self.store.fences()
            left = {"unread": sum(end - fences.get(tp, 0) for tp, end in ends.items()), **await self.store.undone()}
            quiet = quiet + 1 if not any(left.values()) else 0
            assert time.monotonic() < last, f"still to do: {left}"
            await asyncio.sleep(LOOK_SECONDS)

    async def judged(self) -> Verdict:
        """Let everything settle, and compare it all with what the raw log says."""
        await self.load.pause()
        self._days_may_pass.clear()
        await self.settled()
        employment, organisation, said = [await raw.read(self.stack.kafka, topic) for topic in (EMPLOYMENT, ORGANISATION, SAID)]
        world, stored = World(employment, organisation, await self.today(), self.gone), await self.store.stored()
        verdict = await asyncio.to_thread(judge, world, said, stored, self.clock)
        self.go_on()
        return verdict

    def go_on(self) -> None:
        """Load and days (again)."""
        self._days_may_pass.set()
        self.load.go_on()

    async def days_pass(self) -> None:
        """Every now and then it is the next day, for as long as days may pass."""
        while True:
            await asyncio.sleep(DAY_SECONDS)
            await self._days_may_pass.wait()
            try:
                await self.next_day()
            except (OSError, TimeoutError, InterfaceError, PostgresError):
                continue

    async def next_day(self) -> None:
        """It is noon of the day after; noted before, since nobody knows in which moment between it was so."""
        begun, ahead = int(time.clock_gettime(time.CLOCK_REALTIME) * 1000), await self.store.ahead()
        self.clock.moves.append((begun, ahead + timedelta(days=1)))
        if not await self.store.move_clock(timedelta(days=1)):
            self.clock.moves.append((begun, ahead))
        self.load.today = await self.today()

    async def today(self) -> date:
        """What day it is for the service."""
        return START + (await self.store.ahead() - self.clock.moves[0][1])

    async def keep_running(self) -> None:
        """Start workers again that ended by themselves."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for name in self.workers:
                child = self._supervisor.children.get(name)
                if child is not None and not child.alive and child.process.returncode != -signal.SIGKILL:
                    self.exits.append(f"{name} ended with {child.process.returncode}: {' '.join(child.last_lines()[-3:])}")
                    self.restart(name)

    def note_end(self, task: "asyncio.Task[None]") -> None:
        """Load, days and supervision go on for as long as the rig does: one that failed leaves nothing to prove."""
        if not task.cancelled() and (problem := task.exception()) is not None:
            self.exits.append(f"a part of the rig itself failed: {problem!r}")

    @property
    def _supervisor(self) -> Supervisor:
        assert self.stack.supervisor is not None
        return self.stack.supervisor


@asynccontextmanager
async def started(folder: Path, seed: int, per_second: int, disk_megabytes: int = 256) -> AsyncIterator[Rig]:
    """A rig with two workers under load, for the length of the block."""
    dice = Random(seed)
    listens, named, front = free_ports(3)
    disks: list[Disk] = []
    with ExitStack() as last:
        last.enter_context(own_servers())
        last.callback(unmount, disks)
        stack = last.enter_context(running_stack(folder, detour=Detour(listens, named)))
        store = Store(stack.admin_database)
        disk = await store.make(disk_megabytes, noon(START))
        disks += [disk] if disk else []
        await stamp_appends(stack.kafka, EMPLOYMENT, ORGANISATION)
        kafka, database = Proxy(named, to_port(listens), dice), Proxy(front, to_socket(store.socket), dice)
        rig = Rig(stack, store, (kafka, database), disk, Load(stack.kafka, seed, per_second))
        rig.load.today = START
        rig.clock.moves.append((0, await store.ahead()))
        async with running(kafka, database):
            for name in ("one", "two"):
                rig.start(name)
            await rig.all_ready()
            tasks = [asyncio.create_task(work) for work in (rig.load.run(), rig.days_pass(), rig.keep_running())]
            for task in tasks:
                task.add_done_callback(rig.note_end)
            rig.go_on()
            try:
                yield rig
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await asyncio.gather(*(rig.go(name) for name in rig.workers))

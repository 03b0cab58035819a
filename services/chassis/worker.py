"""A worker: one service's bus, relay, wake-ups and own loops in one process, until it is told to stop."""

import asyncio
import gc
import signal
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from contextvars import copy_context

from structlog.contextvars import bind_contextvars

from services.chassis import health, logs
from services.chassis.bus import Bus
from services.chassis.logs import Word, log, warn
from services.chassis.outbox import Relay
from services.chassis.pulse import Pulse
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Service
from services.chassis.settings import Settings
from services.chassis.wake import Wake
from services.chassis.watchdog import Watchdog

Loops = list[tuple[str, Coroutine[None, None, None]]]
TIDY_SHARE = 0.6
"""How much of the time to stop the loops may take; the rest is for the connections."""

COLLECTION = (5_000_000, 100, 100)
"""A batch makes half a million objects and no cycles; at the default the collector looks through all of them, and all that is kept, again
and again. So it looks seldom by itself, and once a minute at what has come since."""
TIDY_SECONDS = 60.0


class Worker:
    """Runs one service. The first loop that fails ends the worker: whoever supervises it starts it again."""

    def __init__(self, service: Service, settings: Settings) -> None:
        """Nothing is connected before `run`."""
        self._service = service
        self._settings = settings

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; what is under way then ends or is rolled back within `stop_seconds`, never half done."""
        logs.configure(self._service.name, self._settings.instance)
        gc.set_threshold(*COLLECTION)
        stop, pulse, loop = asyncio.Event(), Pulse(), asyncio.get_running_loop()
        watchdog = Watchdog(pulse, loop, self._settings.stuck_seconds)

        def told() -> None:
            watchdog.end_within(self._settings.stop_seconds)
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, told)
        async with AsyncExitStack() as opened:
            runtime = await self._open(opened, stop, pulse)
            if runtime is not None:
                watchdog.start()
                log(Word.STARTED)
                await self._until(stop, self._loops(runtime), watchdog)
        log(Word.STOPPED)
        watchdog.stop()

    async def _open(self, opened: AsyncExitStack, stop: asyncio.Event, pulse: Pulse) -> Runtime | None:
        """The runtime; none where the worker is told to stop before there is one: a database that does not answer is not waited for."""
        opening = asyncio.create_task(opened.enter_async_context(open_runtime(self._service, self._settings, pulse)))
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait([opening, waiting], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not opening.done():
            opening.cancel()
            await asyncio.wait([opening])
        if stop.is_set() and (opening.cancelled() or opening.exception()):
            return None
        return opening.result()

    def _loops(self, runtime: Runtime) -> Loops:
        bus = Bus(runtime) if runtime.topics else None
        loops: Loops = [("relay", Relay(runtime).run()), ("wake", Wake(runtime).run())]
        loops.append(("tidy", _tidy()))
        loops += [(loop.__name__, loop(runtime)) for loop in self._service.loops]
        if bus is not None:
            loops.append(("bus", bus.run()))
        if self._settings.health_port is not None:
            loops.append(("health", health.serve(runtime, bus, self._settings.health_port)))
        return loops

    async def _until(self, stop: asyncio.Event, loops: Loops, watchdog: Watchdog) -> None:
        tasks = [_started(name, loop) for name, loop in loops]
        waiting = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            watchdog.end_within(self._settings.stop_seconds)
            for task in (*tasks, waiting):
                task.cancel()
            _, late = await asyncio.wait([*tasks, waiting], timeout=self._settings.stop_seconds * TIDY_SHARE)
            if late:
                warn(Word.STOPPED, reason="not tidily", count=len(late))


async def _tidy() -> None:
    while True:
        await asyncio.sleep(TIDY_SECONDS)
        gc.collect(0)


def _started(name: str, loop: Coroutine[None, None, None]) -> asyncio.Task[None]:
    """A task whose log lines name the loop they come from."""
    context = copy_context()
    context.run(bind_contextvars, loop=name)
    return asyncio.create_task(loop, name=name, context=context)

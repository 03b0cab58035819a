"""A worker: one service's bus, relay, wake-ups and own loops in one process, until it is told to stop."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress

from services.chassis import health, logs
from services.chassis.bus import Bus
from services.chassis.logs import Word, log
from services.chassis.outbox import Relay
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.service import Service
from services.chassis.settings import Settings
from services.chassis.wake import Wake


class Worker:
    """Runs one service. The first loop that fails ends the worker: whoever supervises it starts it again."""

    def __init__(self, service: Service, settings: Settings) -> None:
        """Nothing is connected before `run`."""
        self._service = service
        self._settings = settings

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; what is under way is rolled back, never half done."""
        logs.configure(self._service.name, self._settings.instance)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        async with open_runtime(self._service, self._settings) as runtime:
            log(Word.STARTED)
            await self._until(stop, self._loops(runtime))
        log(Word.STOPPED)

    def _loops(self, runtime: Runtime) -> list[Coroutine[None, None, None]]:
        bus = Bus(runtime) if runtime.topics else None
        loops = [Relay(runtime).run(), Wake(runtime).run(), *(loop(runtime) for loop in self._service.loops)]
        if bus is not None:
            loops.append(bus.run())
        if self._settings.health_port is not None:
            loops.append(health.serve(runtime, bus, self._settings.health_port))
        return loops

    async def _until(self, stop: asyncio.Event, loops: list[Coroutine[None, None, None]]) -> None:
        tasks = [asyncio.create_task(loop) for loop in loops]
        waiting = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (*tasks, waiting):
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, waiting, return_exceptions=True)

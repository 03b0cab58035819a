"""The simulator as a process beside the fault rig, for the same minutes, at the lowest priority: it takes what the rig leaves."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from deploy.local.paths import ROOT

LAST_RUN_SECONDS = 120.0
"""It looks at the time between two runs only, and shrinks the story of one that failed."""


class Beside:
    """A process that ends by itself, whose output is told when it is over."""

    def __init__(self, name: str, process: Process) -> None:
        """Listen to it from now on, so that it never waits for a reader."""
        self._name, self.process = name, process
        self._output = asyncio.create_task(process.communicate())

    @property
    def is_over(self) -> bool:
        """Whether it has ended by itself and all it said is there."""
        return self._output.done()

    async def ended(self) -> tuple[str, bool]:
        """What it said, and whether all was well."""
        try:
            said, _ = await asyncio.wait_for(self._output, LAST_RUN_SECONDS)
        except TimeoutError:
            return f"{self._name}: it did not end", False
        return said.decode().strip(), self.process.returncode == 0

    async def end(self) -> None:
        """It is not needed any more."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await asyncio.gather(self._output, return_exceptions=True)
        await self.process.wait()


@asynccontextmanager
async def simulator(minutes: float, seed: int) -> AsyncIterator[Beside]:
    """The simulator from this seed on, gone at the end of the block."""
    command = (sys.executable, "-m", "tests.simulator", "--minutes", str(minutes), "--seed", str(seed))
    async with running("simulator", *command) as found:
        yield found


@asynccontextmanager
async def running(name: str, *command: str) -> AsyncIterator[Beside]:
    """A command for the length of the block."""
    process = await asyncio.create_subprocess_exec("nice", "-n", "19", *command, stdout=PIPE, stderr=STDOUT, cwd=ROOT, env=os.environ)
    found = Beside(name, process)
    try:
        yield found
    finally:
        await found.end()

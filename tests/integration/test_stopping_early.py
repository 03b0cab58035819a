"""A worker that is told to stop while it starts: a database that does not answer is not waited for."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from deploy.local.ports import LOOPBACK, free_ports
from services.chassis.watchdog import STUCK
from tests.conftest import RULES

ROOT = Path(__file__).parent.parent.parent
PROMISED_SECONDS = 10


@asynccontextmanager
async def silent_database() -> AsyncIterator[tuple[int, asyncio.Event]]:
    """Takes connections and says nothing; the event tells that somebody came."""
    came, held = asyncio.Event(), asyncio.Event()

    async def take(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.set()
        await held.wait()
        writer.close()

    (port,) = free_ports(1)
    server = await asyncio.start_server(take, LOOPBACK, port)
    try:
        yield port, came
    finally:
        held.set()
        server.close()
        await server.wait_closed()


@contextmanager
def worker(port: int, *, how: str = "well", **told: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A toy worker whose database is at this port; there is no broker at all."""
    environment = {
        "PATH": os.environ["PATH"],
        "FORBLIV_PROFILE": "local",
        "FORBLIV_KAFKA": f"{LOOPBACK}:{port}",
        "FORBLIV_DATABASE_URL": f"postgresql://nobody@{LOOPBACK}:{port}/nothing?sslmode=disable",
        "FORBLIV_RULES": str(RULES),
        **told,
    }
    process = subprocess.Popen((sys.executable, "-m", "tests.kit.toy_worker", "toy", how), cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_a_worker_that_waits_for_a_database_that_does_not_answer_stops_tidily() -> None:
    async with silent_database() as (port, came):
        with worker(port) as process:
            await came.wait()
            process.send_signal(signal.SIGTERM)

            assert await asyncio.to_thread(process.wait, PROMISED_SECONDS) == 0


async def test_a_worker_that_cannot_stop_while_it_starts_is_ended() -> None:
    """Whatever keeps it from listening to the stop: the watchdog is armed by the signal itself."""
    async with silent_database() as (port, came):
        with worker(port, how="obstinate", FORBLIV_STOP_SECONDS="1") as process:
            await came.wait()
            process.send_signal(signal.SIGTERM)

            assert await asyncio.to_thread(process.wait, PROMISED_SECONDS) == STUCK

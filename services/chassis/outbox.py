"""The relay: publishes what is unsent, in order, keyed and idempotent, then deletes it. One relay at a time (advisory lock)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol

import orjson
from aiokafka.errors import KafkaError

from services.chassis.database import session
from services.chassis.envelope import value_of
from services.chassis.failures import end_if_told
from services.chassis.inlet import TRANSIENT
from services.chassis.logs import Word, log, warn
from services.chassis.producer import relay_producer
from services.chassis.resting import rest
from services.chassis.runtime import Runtime
from services.chassis.service import Connection

BATCH = 2_000
IDLE_SECONDS = 0.2
PAUSE_SECONDS = 1.0
RENEW_SECONDS = 86_400.0
"""A relay begins anew so often: the broker forgets a name under which nobody has started for a week, and with it who came first."""


class Sender(Protocol):
    """What is asked of a producer; aiokafka's is one, and one in memory."""

    async def send(self, topic: str, value: bytes | None, key: bytes, *, headers: list[tuple[str, bytes]]) -> Awaitable[Any]:
        """Send in the order of the calls; the answer is done once the broker has confirmed."""


class Producer(Sender, Protocol):
    """A sender with a life of its own."""

    async def start(self) -> None:
        """Reach the broker."""

    async def stop(self) -> None:
        """Send what is under way, and leave."""


class Relay:
    """Sends the outbox of one service."""

    def __init__(
        self, runtime: Runtime, new_producer: Callable[[str, str], Producer] = relay_producer, renew_seconds: float = RENEW_SECONDS
    ) -> None:
        """Relay for this runtime's service; `new_producer` makes one for a broker's address and a client name."""
        self._runtime = runtime
        self._new_producer = new_producer
        self._renew_seconds = renew_seconds

    async def run(self) -> None:
        """Relay until cancelled; a failure is logged and tried again with a new producer and connection."""
        while True:
            try:
                await self._with_lock()
            except (*TRANSIENT, KafkaError) as problem:
                end_if_told()
                warn(Word.RELAY_RETRIED, error=type(problem).__name__)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _with_lock(self) -> None:
        async with session(self._runtime.pool) as conn:
            if not await self._runtime.tables.take_relay(conn):
                await asyncio.sleep(PAUSE_SECONDS)
                return
            sender = self._new_producer(self._runtime.settings.kafka, f"{self._runtime.service.name}-relay")
            try:
                await sender.start()
                until = asyncio.get_running_loop().time() + self._renew_seconds
                while asyncio.get_running_loop().time() < until:
                    if not await self.once(conn, sender):
                        await rest(self._runtime.said, IDLE_SECONDS)
            finally:
                with suppress(*TRANSIENT, KafkaError):  # a broker that is away hides no cancellation
                    await sender.stop()

    async def once(self, conn: Connection, sender: Sender) -> int:
        """Send one batch; how many rows. It is deleted only after the broker has confirmed all of it."""
        rows = await self._runtime.tables.unsent(conn, BATCH)
        if not rows:
            return 0
        futures = [await sender.send(row.topic, value_of(row.body), row.key.encode(), headers=_headers(row.headers)) for row in rows]
        await asyncio.gather(*dict.fromkeys(futures))  # a batch has one answer for all its records
        await self._runtime.tables.sent(conn, [row.seq for row in rows])
        self._runtime.metrics.sent.inc(len(rows))
        log(Word.RELAYED, count=len(rows))
        return len(rows)


def _headers(text: str) -> list[tuple[str, bytes]]:
    return [(name, value.encode()) for name, value in orjson.loads(text)]

"""The relay: publishes what is unsent, in order, keyed and idempotent, then deletes it. One relay at a time (advisory lock)."""

import asyncio
import json
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from services.chassis.bus import producer
from services.chassis.inlet import TRANSIENT
from services.chassis.logs import Word, log, warn
from services.chassis.runtime import Runtime
from services.chassis.service import Connection

RELAY_LOCK = 730_710
BATCH = 2_000
IDLE_SECONDS = 0.2
PAUSE_SECONDS = 1.0


class Relay:
    """Sends the outbox of one service."""

    def __init__(self, runtime: Runtime) -> None:
        """Relay for this runtime's service."""
        self._runtime = runtime

    async def run(self) -> None:
        """Relay until cancelled; a failure is logged and tried again with a new producer and connection."""
        while True:
            try:
                await self._with_lock()
            except (*TRANSIENT, KafkaError) as problem:
                warn(Word.RELAY_RETRIED, error=type(problem).__name__)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _with_lock(self) -> None:
        async with self._runtime.pool.acquire() as conn:
            if not await conn.fetchval("SELECT pg_try_advisory_lock($1)", RELAY_LOCK):
                await asyncio.sleep(PAUSE_SECONDS)
                return
            sender = producer(self._runtime.settings.kafka, f"{self._runtime.service.name}-relay")
            try:
                await sender.start()
                while True:
                    if not await self._send(conn, sender):
                        await self._rest()
            finally:
                await sender.stop()
                await conn.execute("SELECT pg_advisory_unlock($1)", RELAY_LOCK)

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._runtime.said.wait(), IDLE_SECONDS)
        except TimeoutError:
            return
        self._runtime.said.clear()

    async def _send(self, conn: Connection, sender: AIOKafkaProducer) -> int:
        """Send one batch; how many rows. It is deleted only after the broker has confirmed all of it."""
        rows = await conn.fetch("SELECT seq, topic, key, headers, body FROM outbox ORDER BY seq LIMIT $1", BATCH)
        if not rows:
            return 0
        futures = [
            await sender.send(row["topic"], key=row["key"].encode(), value=row["body"].encode(), headers=_headers(row["headers"]))
            for row in rows
        ]
        await asyncio.gather(*futures)
        await conn.execute("DELETE FROM outbox WHERE seq = ANY($1::bigint[])", [row["seq"] for row in rows])
        log(Word.RELAYED, count=len(rows))
        return len(rows)


def _headers(text: str) -> list[tuple[str, Any]]:
    return [(name, value.encode()) for name, value in json.loads(text)]

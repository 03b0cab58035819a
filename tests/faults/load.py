"""A steady load on the bus, through every outage: what could not be sent is sent again, so that the log holds doubles."""

import asyncio
import time
from collections.abc import Collection, Iterable
from datetime import date
from random import Random

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from contracts.base import Event
from contracts.hr import Hired
from services.chassis.envelope import Outgoing, outgoing
from services.chassis.subject import Revision
from tests.faults.lives import Stream, closing
from tests.kit.builders import noon

BEAT_SECONDS = 0.05
CLOSING_EVERY = 1_500
SPOILT = 0.01
"""So many of all records nobody can read."""
FOREIGN = "/elsewhere/hr"
GIVEN_UP_SECONDS = 60.0


class Load:
    """Publishes the records of a stream at a rate, as if intake had said them."""

    def __init__(self, kafka: str, seed: int, per_second: int) -> None:
        """`kafka`: the broker itself, not the proxy in front of it."""
        self._kafka, self._rate = kafka, per_second
        self._stream, self._dice = Stream(seed), Random(seed)
        self._producer: AIOKafkaProducer | None = None
        self._one = asyncio.Lock()
        self._may_go = asyncio.Event()
        self._stopping: list[asyncio.Task[None]] = []
        """Producers that let go of an unanswered batch only when the broker is back."""
        self.sent = 0
        self.today = date.min

    async def run(self) -> None:
        """Publish until cancelled."""
        begun, due = time.monotonic(), 0.0
        try:
            while True:
                await asyncio.sleep(BEAT_SECONDS)
                now = time.monotonic()
                due, begun = due + (now - begun) * self._rate, now
                if not self._may_go.is_set():
                    await self._may_go.wait()
                    begun, due = time.monotonic(), 0.0
                async with self._one:
                    count = min(int(due), self._rate)
                    records = self._records(count)
                    await self.publish(records, [r for r in records if r.body.topic == Hired.topic and self._dice.random() < SPOILT])
                    due = min(due - count, self._rate)
        finally:
            self._drop()
            await asyncio.gather(*self._stopping, return_exceptions=True)

    async def pause(self) -> None:
        """What was begun is sent; nothing more is, not by a producer that was given up either."""
        self._may_go.clear()
        async with self._one:
            await asyncio.wait_for(asyncio.gather(*self._stopping, return_exceptions=True), GIVEN_UP_SECONDS)
            self._stopping.clear()

    def go_on(self) -> None:
        """Publish (again)."""
        self._may_go.set()

    async def publish(self, records: Iterable[Revision[Event]], spoilt: Collection[Revision[Event]] = ()) -> None:
        """Send these until the broker has confirmed all of them; those that are spoilt so that no code can read them."""
        batch = [self._spoilt(record) if record in spoilt else outgoing("intake", record) for record in records]
        while batch:
            try:
                sender = await self._sender()
                sent = [
                    await sender.send(r.topic, r.body.encode(), r.key.encode(), headers=[(n, v.encode()) for n, v in r.headers])
                    for r in batch
                ]
                await asyncio.wait_for(asyncio.gather(*sent), 5)
            except (KafkaError, OSError, TimeoutError):
                self._drop()
                await asyncio.sleep(0.5)
            else:
                self.sent += len(batch)
                return

    def _spoilt(self, record: Revision[Event]) -> Outgoing:
        """Half a body, said by somebody who is none of our services; its later revisions are whole."""
        whole = outgoing("intake", record)
        headers = tuple((name, FOREIGN if name == "ce_source" else text) for name, text in whole.headers)
        return whole._replace(headers=headers, body=whole.body[: len(whole.body) // 2])

    def _records(self, count: int) -> list[Revision[Event]]:
        records = self._stream.take(count, self.today)
        if (self.sent + count) // CLOSING_EVERY > self.sent // CLOSING_EVERY:
            records.append(closing(self._dice, noon(self.today)))
        return records

    async def _sender(self) -> AIOKafkaProducer:
        if self._producer is None:
            self._producer = AIOKafkaProducer(bootstrap_servers=self._kafka, acks="all", enable_idempotence=True, request_timeout_ms=3_000)
            await self._producer.start()
        return self._producer

    def _drop(self) -> None:
        sender, self._producer = self._producer, None
        if sender is not None:
            self._stopping.append(asyncio.create_task(sender.stop()))

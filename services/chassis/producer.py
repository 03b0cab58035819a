"""The way out to the broker: keyed, idempotent, ordered per key, in batches that are filled here.

The client's own `send` hashes in Python, makes a future and waits for each record; whole batches cost a fraction of it.
"""

import asyncio
import struct
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaProducer

BATCH_BYTES = 512 * 1024
WORD = 0xFFFFFFFF
MULTIPLIER = 0x5BD1E995
SEED = 0x9747B28C
HASHES_KEPT = 50_000
Headers = Sequence[tuple[str, bytes]]
Place = tuple[str, int]
"""Topic and partition."""


@lru_cache(HASHES_KEPT)
def murmur2(key: bytes) -> int:
    """The hash by which every Kafka client places a key: the client's own, in less than half the time (a test holds them equal)."""
    found = SEED ^ len(key)
    whole = len(key) & ~3
    for word in struct.unpack(f"<{whole // 4}I", key[:whole]):
        mixed = word * MULTIPLIER & WORD
        mixed = (mixed ^ mixed >> 24) * MULTIPLIER & WORD
        found = found * MULTIPLIER & WORD ^ mixed
    if rest := key[whole:]:
        found = (found ^ int.from_bytes(rest, "little")) * MULTIPLIER & WORD
    found = (found ^ found >> 13) * MULTIPLIER & WORD
    return found ^ found >> 15


@dataclass(slots=True)
class Filling:
    """A batch of one partition that still takes records, and the answer to all who put one in."""

    batch: Any
    confirmed: asyncio.Future[None]

    def takes(self, key: bytes, value: bytes | None, headers: Headers) -> bool:
        """Put the record in, if there is room."""
        return self.batch.append(key=key, value=value, timestamp=None, headers=headers) is not None


class Batches:
    """A sender of whole batches: records of one turn of the event loop travel together, each partition's in the order of the calls."""

    def __init__(self, client: AIOKafkaProducer) -> None:
        """Fill for this client, which is started and stopped with us."""
        self._client = client
        self._filling: dict[Place, Filling] = {}
        self._partitions: dict[str, list[int]] = {}
        self._in_order = asyncio.Lock()
        self._next_turn: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Reach the broker."""
        await self._client.start()

    async def stop(self) -> None:
        """Send what is under way, and leave."""
        await self._hand_over_all()
        await self._client.stop()

    async def send(self, topic: str, value: bytes | None, key: bytes, *, headers: Headers) -> Awaitable[None]:
        """Send in the order of the calls; the answer is done once the broker has confirmed. One caller at a time."""
        partitions = self._partitions.get(topic) or await self._partitions_of(topic)
        place = topic, partitions[(murmur2(key) & 0x7FFFFFFF) % len(partitions)]
        filling = self._filling.get(place)
        if filling is None or not filling.takes(key, value, headers):
            if filling is not None:
                await self._hand_over(place)
            filling = self._begin(place)
            filling.takes(key, value, headers)
        return filling.confirmed

    async def _partitions_of(self, topic: str) -> list[int]:
        found = self._partitions[topic] = sorted(await self._client.partitions_for(topic))
        return found

    def _begin(self, place: Place) -> Filling:
        loop = asyncio.get_running_loop()
        if self._next_turn is None or self._next_turn.done():
            self._next_turn = loop.create_task(self._hand_over_all())
        found = self._filling[place] = Filling(self._client.create_batch(), loop.create_future())
        return found

    async def _hand_over_all(self) -> None:
        while self._filling:
            await self._hand_over(next(iter(self._filling)))

    async def _hand_over(self, place: Place) -> None:
        """One batch after the other: who waits for the broker to take one is not overtaken by the next of that partition."""
        filling = self._filling.pop(place)
        async with self._in_order:
            try:
                sent = await self._client.send_batch(filling.batch, place[0], partition=place[1])
            except Exception as problem:  # noqa: BLE001 - whoever put a record in is told
                filling.confirmed.set_exception(problem)
                return
        sent.add_done_callback(lambda done: _pass_on(done, filling.confirmed))


def _pass_on(done: "asyncio.Future[Any]", confirmed: "asyncio.Future[None]") -> None:
    if confirmed.done():
        return
    if done.cancelled():
        confirmed.cancel()
    elif (problem := done.exception()) is not None:
        confirmed.set_exception(problem)
    else:
        confirmed.set_result(None)


def _options(kafka: str, name: str, linger_ms: int = 0) -> dict[str, Any]:
    """A producer that neither loses nor doubles on its own: all replicas, idempotent. Whole batches have nothing to linger for."""
    return {
        "bootstrap_servers": kafka,
        "client_id": name,
        "acks": "all",
        "enable_idempotence": True,
        "compression_type": "zstd",
        "linger_ms": linger_ms,
        "max_batch_size": BATCH_BYTES,
    }


def client(kafka: str, name: str, linger_ms: int = 0) -> AIOKafkaProducer:
    """The client's own producer."""
    return AIOKafkaProducer(**_options(kafka, name, linger_ms))


class OneAtATime(AIOKafkaProducer):  # type: ignore[misc]  # aiokafka has no types
    """The producer of a relay: whoever starts under its name shuts out all who started before.

    A relay that was frozen, or cut off from its database, still holds records when another one relays, and would send an older
    revision after a newer one. The broker counts who starts under a transactional id, and a partition that has heard a later count
    refuses an earlier one. Nothing is sent in a transaction: its markers would be offsets that nobody ever reads.
    """

    def __init__(self, kafka: str, name: str) -> None:
        """Nothing is connected before `start`."""
        super().__init__(**_options(kafka, name))
        self._asked = kafka, name

    async def start(self) -> None:
        """Come after all others of this name, and reach the broker."""
        self._txn_manager.set_pid_and_epoch(*await _counted(*self._asked))
        await super().start()


class _Asking(AIOKafkaProducer):  # type: ignore[misc]  # aiokafka has no types
    """Asks the broker to count one more start under a name, and sends nothing."""

    @property
    def count(self) -> tuple[int, int]:
        """The broker's number for the name, and how many starts it has counted."""
        return self._txn_manager.producer_id, self._txn_manager.producer_epoch


async def _counted(kafka: str, name: str) -> tuple[int, int]:
    asking = _Asking(bootstrap_servers=kafka, client_id=name, transactional_id=name)
    try:
        await asking.start()
        return asking.count
    finally:
        await asking.stop()


def producer(kafka: str, name: str) -> Batches:
    """A sender of whole batches, for anybody."""
    return Batches(client(kafka, name))


def relay_producer(kafka: str, name: str) -> Batches:
    """A sender as the one relay of a service needs it."""
    return Batches(OneAtATime(kafka, name))

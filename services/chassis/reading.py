"""Where a service is in what it reads: it goes on at the fence, and knows until when everything is read. Knows no Kafka client."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from services.chassis.envelope import Record
from services.chassis.inlet import Inlet, Missing
from services.chassis.logs import Word, log, warn
from services.chassis.runtime import Runtime

Partition = tuple[str, int]
"""Topic and number; aiokafka's TopicPartition is one."""


class Consumer(Protocol):
    """What is asked of a consumer; aiokafka's is one, and one in memory."""

    async def end_offsets(self, partitions: list[Partition]) -> Mapping[Partition, int]:
        """The offset after the last record of each partition, asked for now."""

    def seek(self, partition: Partition, offset: int) -> None:
        """Read on from here."""

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        """The partitions a topic has."""


class Reading:
    """One process' part of its service's inputs."""

    def __init__(self, runtime: Runtime, consumer: Callable[[], Consumer]) -> None:
        """`consumer` gives the one that is started, or raises `TimeoutError`."""
        self._runtime = runtime
        self._consumer = consumer
        self._inlet = Inlet(runtime, gapless=True)
        self.assigned: set[Partition] = set()
        self.caught_up = asyncio.Event()
        """Set when a batch came that was not full, after some that were."""
        self._unplaced: set[Partition] = set()
        """What is assigned, while nobody could look at the fence yet: nothing is taken."""

    async def take(self, records: Sequence[Record]) -> bool:
        """Make a batch durable; whether it is. What is not taken comes again from the fence."""
        if self._unplaced:
            return False
        try:
            await self._inlet.take(records)
        except Missing as missing:
            for tp in self.assigned & missing.fences.keys():
                self._consumer().seek(tp, missing.fences[tp])
            return False
        if self._runtime.pulse.is_behind and len(records) < self._runtime.settings.batch_records:
            self.caught_up.set()
        return True

    def revoked(self, partitions: Iterable[Partition]) -> None:
        """Others read these now. Nothing to save: the fence is in the database."""
        self.assigned -= set(partitions)

    async def go_on(self, assigned: set[Partition]) -> None:
        """Seek to the fence; a fence beyond the end of its partition means a recreated topic, read from 0.

        Where database or broker do not answer it raises, and `note_read_until` tries again.
        """
        self.assigned, self._unplaced = set(), set(assigned)
        await self._place()

    async def _place(self) -> None:
        """All that is assigned at once, unless a newer assignment has overtaken this one."""
        consumer, group, tables, wanted = self._consumer(), self._runtime.group, self._runtime.tables, self._unplaced
        offsets: dict[Partition, int] = {}
        async with self._runtime.pool.acquire() as conn:
            await tables.expect(conn, group, self._all_partitions(consumer))
            held = await tables.positions(conn, group)
            ends = await consumer.end_offsets(list(wanted))  # after the fence was read: meanwhile both may grow
            for tp in wanted:
                offsets[tp], _ = held.get(tp, (0, None))
                if ends[tp] < offsets[tp]:
                    warn(Word.TOPIC_RECREATED, topic=tp[0], partition=tp[1])
                    await tables.forget_partition(conn, group, *tp, beyond=ends[tp])
                    offsets[tp] = 0
        if wanted is self._unplaced:
            for tp, offset in offsets.items():
                consumer.seek(tp, offset)
            self.assigned, self._unplaced = set(wanted), set()
            log(Word.ASSIGNED, partitions=len(wanted))

    async def lag(self) -> int:
        """How many records of the assigned partitions are not read; asks the broker now."""
        ends = await self._consumer().end_offsets(list(self.assigned))
        async with self._runtime.pool.acquire() as conn:
            held = await self._runtime.tables.positions(conn, self._runtime.group)
        return sum(max(0, end - held.get(tp, (0, None))[0]) for tp, end in ends.items())

    async def note_read_until(self) -> None:
        """With the end asked for after clock reading T, a partition whose fence has reached it is read until T."""
        if self._unplaced:
            await self._place()
        assigned = list(self.assigned)
        if not assigned:
            self._runtime.pulse.is_behind = False
            return
        moment = await self._runtime.now()
        ends = await self._consumer().end_offsets(assigned)
        async with self._runtime.pool.acquire() as conn, conn.transaction():
            if await self._runtime.tables.moment(conn) < moment:
                return  # a local stack's clock was moved back meanwhile: it would be "read until" a day still to come
            held = await self._runtime.tables.positions(conn, self._runtime.group)
            until = {tp: moment for tp, end in ends.items() if held.get(tp, (0, None))[0] >= end}
            self._runtime.pulse.is_behind = len(until) < len(ends)
            await self._runtime.tables.save_read_until(conn, self._runtime.group, until)
        self._runtime.read_on.set()

    def _all_partitions(self, consumer: Consumer) -> list[tuple[str, int]]:
        """Every partition of every topic heard, also those of other workers: none may be forgotten when asked until when all is read."""
        return [(topic, number) for topic in sorted(self._runtime.topics) for number in sorted(consumer.partitions_for_topic(topic) or ())]

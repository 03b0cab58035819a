"""Where a service is in what it reads: it goes on at the fence, and knows until when everything is read. Knows no Kafka client."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from services.chassis.envelope import Partition, Record
from services.chassis.inlet import Inlet, Missing, Strange
from services.chassis.logs import Word, log, warn
from services.chassis.runtime import Runtime
from services.chassis.service import Connection
from services.chassis.stretches import id_text, stretches


class Consumer(Protocol):
    """What is asked of a consumer; aiokafka's is one, and one in memory."""

    async def end_offsets(self, partitions: list[Partition]) -> Mapping[Partition, int]:
        """The offset after the last record of each partition, asked for now."""

    async def beginning_offsets(self, partitions: list[Partition]) -> Mapping[Partition, int]:
        """The offset of the first record that each partition still has."""

    def highwater(self, partition: Partition) -> int | None:
        """The offset after the last record of a partition when it was last fetched; none before."""

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
        self._inlet = Inlet(runtime, self._asked_for)
        self.assigned: set[Partition] = set()
        self.caught_up = asyncio.Event()
        """Set when nothing more was waiting after a batch, as far as the client knows, and it was behind before."""
        self._unplaced: set[Partition] = set()
        """What is assigned, while nobody could look at the fence yet: nothing is taken."""
        self._next: dict[Partition, int] = {}
        """What comes next of each partition; something before it means that the client began anew."""
        self._marks: dict[Partition, tuple[int, str]] = {}
        """Place and id of the last record before the fence, until it was read once more: another id means a recreated topic."""
        self._anew: dict[Partition, str] = {}
        """Recreated topics: the id that was not found again."""
        self.answered = time.monotonic()
        """When the broker last answered."""

    async def take(self, records: Sequence[Record]) -> Mapping[Partition, int]:
        """Make a batch durable; what comes next of each partition, or nothing where it is not taken: it comes again from the fence."""
        parts = stretches(records)
        seen = [part.first for tp, part in parts.items() if self._is_mark(tp, part.first)]
        if self._unplaced:
            return {}
        after, marks = self._next, self._marks
        unseen = {tp: marks.get(tp) for tp in parts}
        try:
            await self._inlet.take([r for r in records if all(r is not mark for mark in seen)] if seen else records)
        except Strange:
            self._place_anew()
            return {}
        except Missing as missing:
            self._ask_again(unseen, missing)
            return {}
        ends = {tp: part.last.offset + 1 for tp, part in parts.items()}
        after.update(ends)
        for tp in [tp for tp, mark in unseen.items() if mark is not None and marks.get(tp) is mark]:
            del marks[tp]  # it was asked for twice: the log has it no more
        if self._runtime.pulse.is_behind and (len(records) < self._runtime.settings.batch_records or self._is_all_fetched()):
            self.caught_up.set()
        return ends

    def _is_all_fetched(self) -> bool:
        """Whether what was taken is all that had come when it was fetched."""
        try:
            ends = {tp: self._consumer().highwater(tp) for tp in self.assigned}
        except AssertionError:  # the client says so of what was just given to another worker
            return False
        return all(end is not None and self._next.get(tp, 0) >= end for tp, end in ends.items())

    def _asked_for(self) -> dict[Partition, int]:
        """What comes next of each partition: the record before the fence, until it was seen."""
        return {**self._next, **{tp: offset for tp, (offset, _) in self._marks.items()}}

    def _ask_again(self, unseen: Mapping[Partition, tuple[int, str] | None], missing: Missing) -> None:
        """For all of a batch, also where nobody tried, for what is missing elsewhere; but not for what was placed anew meanwhile."""
        for tp in self.assigned & unseen.keys():
            mark = self._marks.get(tp)
            if mark is not unseen[tp]:
                continue
            if mark is None:
                self._go_to(tp, missing.fences.get(tp, self._next.get(tp, 0)))
            else:
                self._go_to(tp, mark[0] + 1, mark[1])

    def _is_mark(self, tp: Partition, first: Record) -> bool:
        """Whether it is the record before the fence. Another one there, or the client beginning anew: then all is placed anew."""
        offset, known = self._marks.get(tp, (-1, ""))
        is_mark = first.offset == offset
        if is_mark:
            del self._marks[tp]
            if id_text(first) != known:
                self._anew[tp] = known
        if tp in self._anew or (not is_mark and first.offset < self._next.get(tp, 0)):
            self._place_anew()
        return is_mark

    def _place_anew(self) -> None:
        """Take nothing more until it was looked at the fence once more."""
        self._unplaced = self._unplaced or self.assigned
        self.assigned = set()

    def _go_to(self, tp: Partition, fence: int, mark: str | None = None) -> None:
        """Read on at the fence; with a mark from one record before it, which is to be recognised."""
        self._consumer().seek(tp, fence if mark is None else fence - 1)
        self._next[tp] = fence
        self._marks.pop(tp, None)
        if mark is not None:
            self._marks[tp] = (fence - 1, mark)

    def revoked(self, partitions: Iterable[Partition]) -> None:
        """Others read these now. Nothing to save: the fence is in the database."""
        self.assigned -= set(partitions)
        self._next, self._marks, self._anew = {}, {}, {}

    async def go_on(self, assigned: set[Partition]) -> None:
        """Seek to the fence; a fence beyond the end of its partition means a recreated topic, read from 0.

        Where database or broker do not answer it raises, and `note_read_until` tries again.
        """
        self.assigned, self._unplaced = set(), set(assigned)
        await self._place()

    async def _place(self) -> None:
        """All that is assigned at once, unless a newer assignment has overtaken this one."""
        consumer, readers, tables, wanted = self._consumer(), self._runtime.readers, self._runtime.tables, self._unplaced
        offsets: dict[Partition, int] = {}
        async with self._runtime.pool.acquire() as conn:
            await tables.expect(conn, readers, self._all_partitions(consumer))
            held, marks = await tables.positions(conn, readers), await tables.marks(conn, readers)
            ends = await consumer.end_offsets(list(wanted))  # after the fence was read: meanwhile both may grow
            begins = await consumer.beginning_offsets(list(wanted))
            self.answered = time.monotonic()
            for tp in wanted:
                offsets[tp], _ = marks.get(tp) or held.get(tp, (0, None))
                if ends[tp] < offsets[tp] or tp in self._anew:
                    warn(Word.TOPIC_RECREATED, topic=tp[0], partition=tp[1])
                    await self._forget(conn, consumer, tp)
                    offsets[tp] = 0
        if wanted is self._unplaced:
            for tp, offset in offsets.items():
                self._go_to(tp, offset, marks[tp][1] if tp in marks and offset > begins[tp] else None)
            self.assigned, self._unplaced = set(wanted), set()
            self._anew.clear()
            self._inlet.placed()
            log(Word.ASSIGNED, partitions=len(wanted))

    async def _forget(self, conn: Connection, consumer: Consumer, tp: Partition) -> None:
        """The end is asked for under the lock of the fence: who forgot before may have read what has come since; nobody reads it again."""
        readers, tables = self._runtime.readers, self._runtime.tables
        async with conn.transaction():
            await tables.fence(conn, readers, [tp])
            ends = await consumer.end_offsets([tp])
            await tables.forget_partition(conn, readers, *tp, beyond=ends[tp], last_id=self._anew.get(tp))

    async def lag(self) -> int:
        """How many records of the assigned partitions are not read; asks the broker now."""
        ends = await self._consumer().end_offsets(list(self.assigned))
        async with self._runtime.pool.acquire() as conn:
            held = await self._runtime.tables.positions(conn, self._runtime.readers)
        return sum(max(0, end - held.get(tp, (0, None))[0]) for tp, end in ends.items())

    async def look(self) -> None:
        """Now and then: end who is silent, and note until when everything is read; in this order, since noting waits for its locks."""
        await self._end_silent()
        await self.note_read_until()

    async def _end_silent(self) -> None:
        """A frozen process of this service loses what it has locked, as it lost its partitions."""
        async with self._runtime.pool.acquire() as conn:
            count = await self._runtime.tables.end_silent(conn, self._runtime.settings.silent_seconds)
        if count:
            warn(Word.SESSIONS_ENDED, count=count)

    async def note_read_until(self) -> None:
        """With the end asked for after clock reading T, a partition whose fence has reached it is read until T.

        Who reads it must have come there, too, and not be placed anew meanwhile: a late batch of a deleted topic may have moved the
        fence of the one made anew.
        """
        if self._unplaced:
            await self._place()
        assigned = list(self.assigned)
        if not assigned:
            self._runtime.pulse.is_behind = False
            return
        moment = await self._runtime.now()
        ends = await self._consumer().end_offsets(assigned)
        self.answered = time.monotonic()
        async with self._runtime.pool.acquire() as conn, conn.transaction():
            if await self._runtime.tables.moment(conn) < moment:
                return  # a local stack's clock was moved back meanwhile: it would be "read until" a day still to come
            held = await self._runtime.tables.positions(conn, self._runtime.readers)
            come = {tp for tp in self.assigned & ends.keys() if min(held.get(tp, (0, None))[0], self._next.get(tp, 0)) >= ends[tp]}
            until = dict.fromkeys(come - self._marks.keys(), moment)
            self._runtime.pulse.is_behind = len(until) < len(ends)
            await self._runtime.tables.save_read_until(conn, self._runtime.readers, until)
        self._runtime.read_on.set()

    def _all_partitions(self, consumer: Consumer) -> list[tuple[str, int]]:
        """Every partition of every topic heard, also those of other workers: none may be forgotten when asked until when all is read."""
        return [(topic, number) for topic in sorted(self._runtime.topics) for number in sorted(consumer.partitions_for_topic(topic) or ())]

"""A producer and a consumer over the log in memory, with the calls of aiokafka's that the chassis uses; a group shares partitions out."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from contextvars import copy_context
from typing import Any, Protocol

from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaConnectionError, KafkaError, ProducerFenced

from tests.simulator.loop import OWNER, turn
from tests.simulator.memory.log import Logged, MemoryLog, Partition, Start

ANY = 1_000_000


class Listener(Protocol):
    """Who is told of a rebalance."""

    async def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        """These are no longer ours."""

    async def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """These are ours now."""


class MemorySender:
    """Sends in the order of the calls; a confirmation comes later, or an error although the record arrived."""

    def __init__(self, log: MemoryLog, name: str | None = None) -> None:
        """Nothing on its way. With a name it is a relay: whoever starts under it shuts out all who started before."""
        self._log = log
        self._name = name
        self._start: Start | None = None
        self._owner = OWNER.get()
        self._under_way: list[tuple[tuple[Any, ...], asyncio.Future[Logged]]] = []
        self._stopped = False
        self.is_unanswered = False
        """The next record arrives, and its confirmation does not."""

    async def start(self) -> None:
        """Raises while the broker is away."""
        self._log.answer()
        if self._name is not None:
            self._start = self._log.begin(self._name)

    async def stop(self) -> None:
        """Nothing more is sent."""
        self._stopped = True

    def end(self) -> None:
        """Its process is over: what was under way never leaves."""
        self._stopped = True

    async def send(self, topic: str, value: bytes | None, key: bytes, *, headers: list[tuple[str, bytes]]) -> Awaitable[Logged]:
        """Put one record on its way."""
        loop = asyncio.get_running_loop()
        confirmed: asyncio.Future[Logged] = loop.create_future()
        self._under_way.append(((topic, key, value, headers, self._start), confirmed))
        loop.call_soon(self._arrive)
        return confirmed

    def _arrive(self) -> None:
        self._log.reach(self._owner, "send")
        if self._stopped or not self._under_way:
            return
        record, confirmed = self._under_way.pop(0)
        if self._log.away:
            self._fail(confirmed)
            return
        try:
            logged = self._log.append(*record)
        except ProducerFenced as refused:
            self._fail(confirmed, refused)
            return
        if self.is_unanswered:
            self.is_unanswered = False
            self._fail(confirmed)
            return
        if confirmed.done():
            return
        confirmed.set_result(logged)
        self._log.reach(self._owner, "sent")

    def _fail(self, confirmed: "asyncio.Future[Logged]", problem: KafkaError | None = None) -> None:
        for waiting in [confirmed, *(c for _, c in self._under_way)]:
            if not waiting.done():
                waiting.set_exception(problem or KafkaConnectionError())
        self._under_way.clear()


class MemoryGroup:
    """A consumer group: who reads what, and up to where its members said they had read."""

    def __init__(self, log: MemoryLog) -> None:
        """No members."""
        self.log = log
        self.committed: dict[Partition, int] = {}
        self.members: list[MemoryConsumer] = []
        self._turn = 0

    def join(self, consumer: "MemoryConsumer") -> None:
        """One more member."""
        if consumer not in self.members:
            self.members.append(consumer)
            self.rebalance()

    def leave(self, consumer: "MemoryConsumer") -> None:
        """One member less; it may not know."""
        if consumer in self.members:
            self.members.remove(consumer)
            self.rebalance()

    def rebalance(self) -> None:
        """Share all partitions out anew, never twice the same way."""
        self._turn += 1
        shares: dict[MemoryConsumer, set[Partition]] = {member: set() for member in self.members}
        for place, partition in enumerate(p for p in self.log.partitions() if self.members):
            takers = [m for m in self.members if partition[0] in m.topics]
            if takers:
                shares[takers[(place + self._turn) % len(takers)]].add(partition)
        for member, share in shares.items():
            member.assign(share)

    def heal(self) -> None:
        """Nothing more is lost on its way. Where the last records were, nobody sees it before more comes: all are asked to begin anew.

        (The bus replaces a client that gives nothing although something is to be read.)
        """
        for member in self.members:
            member.drop(0)
        if self.log.has_dropped:
            self.rebalance()


class MemoryConsumer:
    """One member's view; goes on with what it had until it hears of a rebalance, as a zombie does."""

    def __init__(self, group: MemoryGroup, topics: Iterable[str], listener: Callable[[], Listener | None] = lambda: None) -> None:
        """Not started."""
        self.topics = frozenset(topics)
        self._group = group
        self._log = group.log
        self._listener = listener
        self._owner = OWNER.get()
        self._context = copy_context()
        self.is_started = False
        self._assigned: set[Partition] = set()
        self._positions: dict[Partition, int] = {}
        self._work: asyncio.Task[None] | None = None
        self._next: set[Partition] | None = None
        self._to_drop = 0

    async def start(self) -> None:
        """Join the group. Raises while the broker is away."""
        self._log.answer()
        self.is_started = True
        self._group.join(self)

    @property
    def has_heard(self) -> bool:
        """Whether it knows what the group decided last."""
        return self._next is None and (self._work is None or self._work.done())

    async def stop(self) -> None:
        """Leave the group."""
        self._group.leave(self)
        self._assigned = set()

    def assign(self, share: set[Partition]) -> None:
        """The group has decided; the member hears of it in its own time, by the last decision."""
        self._next = share
        if self._work is None or self._work.done():
            self._work = asyncio.get_running_loop().create_task(self._rebalance(), context=self._context.copy())

    async def _rebalance(self) -> None:
        """One decision after the other; those that were overtaken are never heard of."""
        while self._next is not None:
            await asyncio.sleep(0)
            listener, share, self._next = self._listener(), self._next, None
            if listener is not None:
                await listener.on_partitions_revoked(self._assigned)
            self._assigned = set(share)
            self._positions = {tp: self._group.committed.get(tp, 0) for tp in share}
            if listener is not None:
                with suppress(Exception):  # aiokafka only logs what a listener raises
                    await listener.on_partitions_assigned(self._assigned)

    def assignment(self) -> set[Partition]:
        """The partitions this member believes to be its own."""
        return set(self._assigned)

    def go_back(self, count: int) -> None:
        """What was given is given again."""
        self._positions = {tp: max(0, position - count) for tp, position in self._positions.items()}

    def drop(self, count: int) -> None:
        """So many records of each partition of what is fetched next are lost on their way."""
        self._to_drop = count

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        """The partitions a topic has."""
        return self._log.numbers(topic) or None

    async def end_offsets(self, partitions: list[Partition]) -> Mapping[Partition, int]:
        """The offset after the last record of each partition. Raises while the broker is away."""
        await self._travel("ends")
        return {tp: self._log.end(tp) for tp in partitions}

    async def beginning_offsets(self, partitions: list[Partition]) -> Mapping[Partition, int]:
        """The offset of the first record of each partition: nothing is ever deleted here."""
        await self._travel("beginnings")
        return dict.fromkeys(partitions, 0)

    def highwater(self, partition: Partition) -> int | None:
        """The offset after the last record of a partition."""
        return self._log.end(partition)

    def seek(self, partition: Partition, offset: int) -> None:
        """Read on from here. Raises for a partition that is not ours."""
        if partition not in self._assigned:
            raise IllegalStateError(str(partition))
        self._positions[partition] = offset

    async def getmany(self, *, timeout_ms: int = 0, max_records: int | None = None) -> dict[Partition, list[Logged]]:
        """What has come, in the order of each partition; a position beyond the end begins anew at 0."""
        await self._travel("fetch")
        if timeout_ms and not self._waiting():
            await asyncio.sleep(timeout_ms / 1000)
        found: dict[Partition, list[Logged]] = {}
        for tp in sorted(self._assigned):
            position = self._positions[tp]
            if position > self._log.end(tp):
                position = 0
            records = self._log.read(tp, position, (max_records or ANY) - sum(map(len, found.values())))
            self._positions[tp] = position + len(records)
            if records:
                found[tp] = records
        return self._arrived(found)

    def _arrived(self, found: dict[Partition, list[Logged]]) -> dict[Partition, list[Logged]]:
        if not self._to_drop or not found:
            return found
        count, self._to_drop = self._to_drop, 0
        return {tp: left for tp, records in found.items() if (left := self._log.without_first(count, records))}

    def _waiting(self) -> bool:
        return any(position != self._log.end(tp) for tp, position in self._positions.items())

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Tell the group how far we are. Raises for who is no longer a member."""
        await self._travel("kafka commit")
        if self not in self._group.members:
            raise CommitFailedError
        self._group.committed.update(offsets)

    async def _travel(self, point: str) -> None:
        self._log.reach(self._owner, point)
        await turn()
        self._log.answer()

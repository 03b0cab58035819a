"""What the chassis relies on in a bus: keys that keep their order, raw records, offsets, groups. Kafka and its twin pass the same."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

import pytest
from aiokafka.errors import ProducerFenced

from services.chassis.envelope import Partition, Record
from services.chassis.outbox import Producer, Sender
from services.chassis.reading import Consumer

PATIENCE = 300


class Member(Consumer, Protocol):
    """A consumer of a group, as aiokafka's."""

    def assignment(self) -> set[Any]:
        """Its partitions."""

    async def getmany(self, *, timeout_ms: int = 0, max_records: int | None = None) -> Mapping[Any, list[Any]]:
        """What has come."""

    async def commit(self, offsets: Mapping[Any, int]) -> None:
        """So far."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A bus with one empty topic of two partitions. `member` joins a group; it leaves at the end of the block.

    `relay`: a sender as the relay of that name has it, not started.
    """

    topic: str
    sender: Sender
    member: Callable[[str], AbstractAsyncContextManager[Member]]
    relay: Callable[[str], Producer]

    async def say(self, *records: tuple[str, str], by: Sender | None = None) -> None:
        """Send key and value pairs and wait until they are confirmed."""
        send = (by or self.sender).send
        confirmed = [await send(self.topic, value.encode(), key.encode(), headers=[("ce_id", b"\xff")]) for key, value in records]
        await asyncio.gather(*confirmed)

    @property
    def partitions(self) -> list[Partition]:
        """Both."""
        return [(self.topic, 0), (self.topic, 1)]

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[Member]:
        """The only member of a group of its own, with both partitions."""
        async with self.member(uuid4().hex) as member:
            await until(lambda: len(member.assignment()) == 2)
            yield member


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    for _ in range(PATIENCE):
        if holds():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it never came")


async def read(member: Member, count: int) -> list[Record]:
    """So many records, in the order of arrival."""
    found: list[Record] = []
    for _ in range(PATIENCE):
        for records in (await member.getmany(timeout_ms=100, max_records=count - len(found))).values():
            found += records
        if len(found) >= count:
            return found
    raise AssertionError(f"{len(found)} of {count} records came")


def values(records: list[Record]) -> list[str]:
    return [(record.value or b"").decode() for record in records]


class BusBehaviour:
    """Run against every bus; the fixture `wire` is one with an empty topic."""

    async def test_the_records_of_a_key_keep_together_and_in_order(self, wire: Wire) -> None:
        await wire.say(*((f"key {n % 5}", f"{n % 5}/{n}") for n in range(40)))
        async with wire.reader() as member:
            found = await read(member, 40)

        for key in range(5):
            mine = [r for r in found if r.key == f"key {key}".encode()]
            assert values(mine) == [f"{key}/{n}" for n in range(key, 40, 5)]
            assert len({r.partition for r in mine}) == 1
        assert {r.partition for r in found} == {0, 1}

    async def test_a_record_arrives_as_it_was_sent_byte_by_byte(self, wire: Wire) -> None:
        await wire.say(("key", "välue"))
        async with wire.reader() as member:
            (record,) = await read(member, 1)

        assert (record.topic, record.offset, record.key, record.value) == (wire.topic, 0, b"key", "välue".encode())
        assert [*map(tuple, record.headers)] == [("ce_id", b"\xff")]

    async def test_the_end_of_a_partition_is_one_after_its_last_record(self, wire: Wire) -> None:
        async with wire.reader() as member:
            assert sum((await member.end_offsets(list(member.assignment()))).values()) == 0
            await wire.say(("a", "1"), ("a", "2"))
            ends = await member.end_offsets(list(member.assignment()))
            found = await read(member, 2)

        here = (wire.topic, found[0].partition)
        assert {(t, p): end for (t, p), end in ends.items()} == {tp: 2 if tp == here else 0 for tp in wire.partitions}
        assert [r.offset for r in found] == [0, 1]

    async def test_a_topic_has_its_partitions(self, wire: Wire) -> None:
        async with wire.reader() as member:
            assert member.partitions_for_topic(wire.topic) == {0, 1}
            assert {(t, p) for t, p in member.assignment()} == set(wire.partitions)

    async def test_who_seeks_back_reads_the_same_again(self, wire: Wire) -> None:
        await wire.say(("a", "1"), ("a", "2"), ("a", "3"))
        async with wire.reader() as member:
            first = await read(member, 3)
            member.seek(_of(member, first[0]), 1)
            again = await read(member, 2)

        assert values(again) == ["2", "3"]
        assert [r.offset for r in again] == [1, 2]

    async def test_who_stands_beyond_the_end_begins_anew_at_the_start(self, wire: Wire) -> None:
        """So it is after a topic was made anew."""
        await wire.say(("a", "1"))
        async with wire.reader() as member:
            (first,) = await read(member, 1)
            member.seek(_of(member, first), 1_000)
            assert values(await read(member, 1)) == ["1"]

    async def test_a_group_goes_on_where_it_said_it_was(self, wire: Wire) -> None:
        await wire.say(("a", "1"), ("a", "2"))
        async with wire.member("group of " + wire.topic) as member:
            found = await read(member, 2)
            await member.commit({_of(member, found[0]): 1})
        async with wire.member("group of " + wire.topic) as member:
            assert values(await read(member, 1)) == ["2"]

    async def test_two_members_share_the_partitions_and_who_stays_gets_all(self, wire: Wire) -> None:
        group = "group of " + wire.topic
        async with wire.member(group) as one:
            async with wire.member(group) as other:
                await until(lambda: len(one.assignment()) == len(other.assignment()) == 1)
                assert one.assignment().isdisjoint(other.assignment())
            await until(lambda: len(one.assignment()) == 2)

    async def test_a_relay_is_refused_where_one_was_heard_that_started_later_under_its_name(self, wire: Wire) -> None:
        """An older revision is never sent after a newer one by who was overtaken; who has another name is nobody's concern."""
        name = "relay of " + wire.topic
        async with _started(wire.relay(name)) as first, _started(wire.relay("another " + name)) as another:
            await wire.say(("a", "1"), by=first)
            async with _started(wire.relay(name)) as second:
                await wire.say(("a", "2"), by=second)
                with pytest.raises(ProducerFenced):
                    await wire.say(("a", "overtaken"), by=first)
                await wire.say(("a", "3"), by=second)
            await wire.say(("a", "4"), by=another)
        async with wire.reader() as member:
            assert values(await read(member, 4)) == ["1", "2", "3", "4"]


@asynccontextmanager
async def _started(relay: Producer) -> AsyncIterator[Producer]:
    await relay.start()
    try:
        yield relay
    finally:
        await relay.stop()


def _of(member: Member, record: Record) -> Any:
    """The member's own word for the partition of a record."""
    return next(tp for tp in member.assignment() if (tp[0], tp[1]) == (record.topic, record.partition))

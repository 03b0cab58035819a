"""Revisions as records of the bus, and a runtime to which they are handed without a broker."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from contracts.base import Event
from services.chassis import clock
from services.chassis.envelope import Outgoing, outgoing
from services.chassis.inlet import Inlet
from services.chassis.runtime import Runtime
from services.chassis.subject import Revision
from tests.kit.builders import noon

OFFSETS = count()


@dataclass
class Sent:
    """A Kafka record as the client hands it over."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


def sent(heard: Revision[Event], speaker: str = "intake") -> Sent:
    """The record of a revision, at the next offset."""
    return arrived(outgoing(speaker, heard))


def arrived(record: Outgoing) -> Sent:
    """What was sent, as the client of who reads it hands it over, at the next offset."""
    headers = [(name, value.encode()) for name, value in record.headers]
    return Sent(record.topic, 0, next(OFFSETS), record.key.encode(), record.value, headers)


async def take(runtime: Runtime, revisions: Iterable[Revision[Event]]) -> None:
    """The service hears these, and has read all that was said until now."""
    await read_everything(runtime)
    await Inlet(runtime).take([sent(heard) for heard in revisions])
    await read_everything(runtime)


async def read_everything(runtime: Runtime) -> None:
    """All inputs are read until now, as the bus would note it."""
    async with runtime.pool.acquire() as conn:
        moment = await clock.moment(conn)
        for topic in runtime.topics:
            await conn.execute(
                "INSERT INTO consumed (grp, topic, partition, next_offset, read_until) VALUES ($1, $2, 0, 0, $3)"
                " ON CONFLICT (grp, topic, partition) DO UPDATE SET read_until = $3",
                runtime.readers[topic],
                topic,
                moment,
            )


async def set_day(runtime: Runtime, day: date) -> None:
    """It is noon on a day."""
    async with runtime.pool.acquire() as conn:
        await clock.move(conn, noon(day) - await clock.moment(conn) + await clock.ahead(conn))

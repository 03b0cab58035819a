"""The faults, each a plain function over the rig: it does the fault, waits until all is well again, and says what it proved."""

import asyncio
import signal
import time
from collections.abc import Mapping
from random import Random

from services.chassis.logs import Word
from tests.faults import raw, topics
from tests.faults.rig import ASSIGNED, EMPLOYMENT, SAID, SESSION_MS, Rig

PARTITIONS = 12
NO_ROOM = (Word.BATCH_RETRIED, "DiskFullError")
REFUSED = (Word.RELAY_RETRIED, "ProducerFenced")
CAUGHT_SECONDS = 60.0
NOT_STALLED_SECONDS = 20.0
"""A batch under way for longer would say no in any case (`stalled_seconds`)."""


async def kill_workers(rig: Rig, dice: Random, times: int) -> None:
    """Each worker in turn ends at a random point and is started again at once."""
    for number in range(times):
        name = rig.workers[number % len(rig.workers)]
        await asyncio.sleep(dice.uniform(0.1, 1.5))
        rig.kill(name)
        rig.restart(name)
    await rig.resumed()


async def kill_relay_while_sending(rig: Rig) -> None:
    """The relay ends when the broker has its records and it does not know yet: the next relay must send them again."""
    last = time.monotonic() + CAUGHT_SECONDS
    try:
        while True:
            relay, before = await _relay(rig), await raw.ends(rig.stack.kafka, SAID)
            rig.kafka.stall(answers_only=True, of=b"toy-relay")
            if await _is_sent(rig, before):
                break
            rig.kafka.go_on()
            assert time.monotonic() < last, "the relay was never caught between sending and knowing of it"
            await asyncio.sleep(1)
        rig.kill(relay)
    finally:
        rig.kafka.go_on()
        rig.kafka.cut()
    rig.restart(relay)
    await rig.resumed()


async def _is_sent(rig: Rig, before: Mapping[tuple[str, int], int]) -> bool:
    """Whether the broker soon has something that the outbox still holds; asked twice, since a relay may just be deleting it.

    What was under way when the answers stopped counts as well: a relay that always sends is never caught between two batches.
    """
    seen: set[str] = set()
    for _ in range(10):
        await asyncio.sleep(0.2)
        unsent = await rig.store.unsent()
        if seen & unsent:
            return True
        seen = {line.header("ce_id") for line in await raw.read(rig.stack.kafka, SAID, before)} & unsent
    return False


async def _relay(rig: Rig) -> str:
    found: list[str] = []

    async def there_is_one() -> bool:
        found[:] = [name] if (name := await rig.store.relay()) else []
        return bool(found)

    await rig.until_async(there_is_one, "there is a relay")
    return found[0]


async def broker_away(rig: Rig, seconds: float) -> set[str]:
    """The broker is killed and comes back after a while; who said meanwhile that it is not ready."""
    async with rig.watched() as said_no:
        rig.kill("kafka")
        await asyncio.sleep(seconds)
        rig.restart("kafka")
        await rig.back("kafka")
    await rig.resumed()
    return said_no


async def database_away(rig: Rig, seconds: float) -> set[str]:
    """The database crashes and comes back after a while; who said meanwhile that it is not ready.

    Heartbeats are kept: an outage longer than a session changes nothing about who reads what.
    """
    outlasts = seconds > SESSION_MS / 1000
    if outlasts:
        await rig.quiet()
    before = rig.logs.count(ASSIGNED)
    async with rig.watched() as said_no:
        rig.signal("postgres", signal.SIGQUIT)
        rig.kills += 1
        await rig.until(lambda: not rig.child("postgres").alive, "the database is gone")
        await asyncio.sleep(seconds)
        rig.restart("postgres")
        await rig.back("postgres")
    await rig.resumed()
    assert rig.logs.count(ASSIGNED) == before or not outlasts, "the group changed because the database was away"
    return said_no


async def zombie(rig: Rig) -> None:
    """A worker stands still inside its transaction until others have taken over, and then goes on as if nothing had been."""
    given = rig.logs.count(ASSIGNED)
    name = await _stopped_in_transaction(rig)
    await asyncio.sleep(SESSION_MS / 1000)
    before = await rig.store.fences()

    async def all_go_on() -> bool:
        after = await rig.store.fences()
        return all(after[tp] > before[tp] for tp in before if tp[0] == EMPLOYMENT)

    await rig.until_async(all_go_on, "others read all partitions while it stands still")
    assert rig.logs.count(ASSIGNED) > given, "who takes over is told of it, and says so"
    rig.signal(name, signal.SIGCONT)
    await rig.resumed()


async def zombie_relay(rig: Rig) -> None:
    """A relay stands still with records on their way until another one has said them, and then goes on as if nothing had been."""
    before, relay = rig.logs.count(*REFUSED), await _relay(rig)
    try:
        rig.kafka.stall(of=b"toy-relay")
        await rig.until_async(lambda: _waits_unsent(rig), "the relay waits for the broker")
        rig.signal(relay, signal.SIGSTOP)
        rig.kafka.cut()
    finally:
        rig.kafka.go_on()

    async def is_said() -> bool:
        return await rig.store.relay() not in {None, relay} and not waiting & await rig.store.unsent()

    waiting = await rig.store.unsent()
    await rig.until_async(is_said, "another relay has said it all")
    rig.signal(relay, signal.SIGCONT)
    await rig.until(lambda: rig.logs.count(*REFUSED) > before, "the broker refuses what the first relay still held")
    await rig.resumed()


async def _waits_unsent(rig: Rig) -> bool:
    """Whether something has been in the outbox for longer than a relay rests."""
    unsent = await rig.store.unsent()
    await asyncio.sleep(1)
    return bool(unsent & await rig.store.unsent())


async def _stopped_in_transaction(rig: Rig) -> str:
    last = time.monotonic() + CAUGHT_SECONDS
    rig.database.delay = 0.05
    try:
        while True:
            assert time.monotonic() < last, "no worker was ever caught inside its transaction"
            for name in rig.workers:
                if not await rig.store.in_transaction(name):
                    continue
                rig.signal(name, signal.SIGSTOP)
                await asyncio.sleep(0.3)
                if await rig.store.in_transaction(name):
                    return name
                rig.signal(name, signal.SIGCONT)
            await asyncio.sleep(0.01)
    finally:
        rig.database.delay = 0.0


async def rough_network(rig: Rig, dice: Random, rounds: int) -> None:
    """Broker and database by turns: connections cut, new ones refused, bytes late, nothing said for a while."""
    for number in range(rounds):
        proxy = (rig.kafka, rig.database)[number % 2]
        proxy.delay = 0.05
        await asyncio.sleep(dice.uniform(0.3, 1.0))
        proxy.cut()
        proxy.refuse()
        await asyncio.sleep(dice.uniform(0.3, 1.5))
        await proxy.accept()
        await asyncio.sleep(dice.uniform(0.3, 1.0))
        proxy.stall()
        await asyncio.sleep(dice.uniform(0.5, 3.0))
        proxy.go_on()
        proxy.cut()
        proxy.delay = 0.0
    await rig.resumed()


async def come_and_go(rig: Rig) -> None:
    """A worker joins, another leaves, a third joins, the first one leaves: the group is never the same for long."""
    rig.start("three")
    await rig.all_ready()
    await rig.leave("two")
    rig.start("four")
    await rig.all_ready()
    await rig.leave("three")
    await rig.leave("four")
    rig.start("two")
    await rig.resumed()


async def disk_full(rig: Rig, seconds: float) -> None:
    """There is no room for another row for a while: a write has failed then, and whoever tried says at once that it is not ready."""
    assert rig.disk is not None
    before = rig.logs.count(*NO_ROOM)
    async with rig.watched() as said_no:
        rig.disk.fill()
        await rig.until(lambda: rig.logs.count(*NO_ROOM) > before, "a write has failed")
        await rig.until(lambda: bool(said_no), "somebody says that it is not ready", NOT_STALLED_SECONDS)
        await asyncio.sleep(seconds)
        rig.disk.make_room()
    await rig.resumed()


async def recreated(rig: Rig, *, while_running: bool) -> None:
    """The topic is deleted, made again, and filled in another order with more than it had; workers run on, or are away meanwhile."""
    await rig.load.pause()
    await rig.settled()
    lines = await raw.read(rig.stack.kafka, EMPLOYMENT)
    rig.gone += lines
    names = rig.workers
    if not while_running:
        for name in names:
            rig.kill(name)
    await topics.delete(rig.stack.kafka, EMPLOYMENT)
    await topics.make(rig.stack.kafka, EMPLOYMENT, PARTITIONS)
    rig.load.go_on()
    await asyncio.sleep(1)
    await topics.repeat(rig.stack.kafka, lines)
    if not while_running:
        for name in names:
            rig.restart(name)
    await rig.resumed()

"""From an event on the bus to a task in the inbox, through two real services, on the real stack of all six.

Idle, and while the stack takes half of what it can. A new hire is published; the first of its talks becomes a task that has a
holder: read from notification's own table, looked at every two milliseconds. What the stack can take is measured first: hires come
evenly, a quarter more of them every ten seconds, until their tasks fall more than a second behind. (A burst says nothing here: it is
taken in bulk, at twice that rate.) 100 hires a round (`--events` for another number), about ten minutes.
"""

import asyncio
import math
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaProducer

from bench.asked import Asked
from bench.hires import MUNICIPALITY, hire
from bench.report import line, plain
from contracts.base import Event
from contracts.hr import LeaderAppointed, UnitChanged
from contracts.words import LeaderLevel, UnitChange
from deploy.local.caughtup import HEARD, wait_until_caught_up
from deploy.local.clockwork import read_clock
from deploy.local.processes import SERVICES
from deploy.local.stack import Stack, running_stack
from deploy.local.waiting import run_async
from services.chassis.calendar import day_of
from services.chassis.envelope import outgoing
from services.chassis.subject import Revision

EVENTS = 100
WARM = 20
IDLE_P50, IDLE_P99, LOADED_P99 = 40.0, 150.0, 500.0
LOOK_SECONDS = 0.002
GIVE_UP_SECONDS = 30.0
STEP_SECONDS = 0.05
LEAST_RATE, FASTER, RATE_SECONDS, BEHIND_SECONDS = 20.0, 1.25, 10.0, 1.0
SEEN = "SELECT count(*) FROM task WHERE about_person = $1 AND holder IS NOT NULL"
PEOPLE = "SELECT count(DISTINCT about_person) FROM task"
INDEX = "CREATE INDEX bench_task_of ON task (about_person)"


def main(asked: Asked) -> None:
    """One stack, all rounds."""
    count = asked.events or EVENTS
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder) / "stack", SERVICES) as stack:
        idle, loaded, taken = run_async(_measure(stack, asked.runs, count))
    for name, rounds, percent, wanted in (
        ("idle, p50", idle, 50, IDLE_P50),
        ("idle, p99", idle, 99, IDLE_P99),
        ("half load, p99", loaded, 99, LOADED_P99),
    ):
        values = [_part(times, percent) for times in rounds]
        line(f"latency: event to task, {name}", values, "ms", [wanted] * len(values), 1.0, events=count)
    plain("latency: event to task, half load, p50", [_part(times, 50) for times in loaded], "ms", events=count)
    plain("latency: what the stack keeps up with", taken, "hires/s")


def _part(times: Sequence[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


@dataclass(frozen=True)
class Town:
    """A municipality of one unit with a leader, and the ways in and out of the stack."""

    producer: AIOKafkaProducer
    inbox: asyncpg.Connection
    dice: random.Random
    unit: UUID
    now: datetime

    async def tell(self, event: Revision[Event]) -> None:
        """Publish it as intake would; return when the broker has it."""
        record = outgoing("intake", event)
        headers = [(name, value.encode()) for name, value in record.headers]
        await self.producer.send_and_wait(record.topic, record.body.encode(), record.key.encode(), headers=headers)

    def newcomer(self) -> Revision[Event]:
        """Somebody who begins today."""
        found: Revision[Event] = hire(self.dice, day_of(self.now), self.now, self.unit)
        return found


async def _measure(stack: Stack, rounds: int, count: int) -> tuple[list[list[float]], list[list[float]], list[float]]:
    town = await _settle(stack)
    await _watch(town, WARM)
    idle = [await _watch(town, count) for _ in range(rounds)]
    taken, loaded = [], []
    for _ in range(rounds):
        taken.append(await _capacity(town))
        await asyncio.to_thread(wait_until_caught_up, stack, words=HEARD)
        load = asyncio.create_task(_load(town, taken[-1] / 2))
        await _watch(town, WARM)
        loaded.append(await _watch(town, count))
        load.cancel()
        with suppress(asyncio.CancelledError):
            await load
        await asyncio.to_thread(wait_until_caught_up, stack, words=HEARD)
    await town.producer.stop()
    await town.inbox.close()
    return idle, loaded, taken


async def _settle(stack: Stack) -> Town:
    """A unit and its leader are known to all services."""
    now, dice = await read_clock(stack), random.Random(4)
    producer = AIOKafkaProducer(bootstrap_servers=stack.kafka, acks="all", linger_ms=0)
    await producer.start()
    inbox = await asyncpg.connect(stack.database("notification"))
    await inbox.execute(INDEX)
    town = Town(producer, inbox, dice, _an_id(dice), now)
    since = {"municipality": MUNICIPALITY, "effective_date": day_of(now - timedelta(days=400)), "registered_at": now}
    about = {**since, "unit_id": town.unit}
    unit = UnitChanged.model_validate({**about, "name": "Enhed", "level": "unit", "change": UnitChange.CREATED})
    leads = {"employment_id": _an_id(dice), "person_key": _an_id(dice), "leader_level": LeaderLevel.DEPARTMENT}
    for event in (unit, LeaderAppointed.model_validate({**about, **leads})):
        await town.tell(Revision(_an_id(dice), 0, 1, True, now, event, event.wire))
    await asyncio.to_thread(wait_until_caught_up, stack, words=HEARD)
    return town


def _an_id(dice: random.Random) -> UUID:
    return UUID(int=dice.getrandbits(128))


async def _watch(town: Town, count: int) -> list[float]:
    """Milliseconds from an event to its task, one event after the other with pauses of different length."""
    times = []
    for _ in range(count):
        event = town.newcomer()
        begin = time.perf_counter()
        await town.tell(event)
        while not await town.inbox.fetchval(SEEN, event.body.person_key):  # type: ignore[attr-defined]  # a hire has one
            assert time.perf_counter() < begin + GIVE_UP_SECONDS, "a task has not come"
            await asyncio.sleep(LOOK_SECONDS)
        times.append((time.perf_counter() - begin) * 1_000)
        await asyncio.sleep(town.dice.uniform(0.02, 0.2))
    return times


async def _capacity(town: Town) -> float:
    """Hires per second that come evenly and are kept up with."""
    kept_up, rate = 0.0, LEAST_RATE
    while await _keeps_up(town, rate):
        kept_up, rate = rate, rate * FASTER
    return kept_up


async def _keeps_up(town: Town, rate: float) -> bool:
    before: int = await town.inbox.fetchval(PEOPLE)
    sent = await _load(town, rate, RATE_SECONDS)
    behind: int = before + sent - await town.inbox.fetchval(PEOPLE)
    return behind <= rate * BEHIND_SECONDS


async def _load(town: Town, rate: float, seconds: float = math.inf) -> int:
    """So many hires per second, evenly, until cancelled or for so many seconds; how many."""
    begin, sent = time.perf_counter(), 0
    while time.perf_counter() - begin < seconds:
        due = int((time.perf_counter() - begin) * rate)
        await asyncio.gather(*(town.tell(town.newcomer()) for _ in range(due - sent)))
        sent = due
        await asyncio.sleep(STEP_SECONDS)
    return sent

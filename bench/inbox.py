"""How long the inbox takes to answer while its service takes 1,000 events a second: 200 leaders with 30 open tasks each, on this machine.

A real worker, a real web process, Kafka and PostgreSQL. One request every 50 ms, of a leader drawn by chance: the inbox and an empty page
of the same server in turn. 600 of each a round (`--events` for another number); the events are duties that are planned, open and done,
so that about 300 more are open at any time. About two minutes a round.
"""

import asyncio
import json
import os
import random
import statistics
import time
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection
from uuid import UUID

import asyncpg
import itsdangerous
from aiokafka import AIOKafkaProducer

from bench.asked import Asked
from bench.crew import RULES
from bench.inbox_town import MUNICIPALITY, Newcomer, Town, named, organisation
from bench.inbox_web import EMPTY
from bench.report import line, plain
from bench.servers import Bench, bench_servers, fresh, told, wait_for
from contracts.base import CallState
from deploy.local.children import Child
from deploy.local.ports import free_ports
from deploy.local.waiting import run_async
from services.chassis import clock
from services.chassis.calendar import day_of
from services.chassis.envelope import Outgoing

LEADERS, TASKS, REQUESTS = 200, 30, 600
PER_SECOND, EVERY_SECONDS, WARM_SECONDS = 1_000, 0.05, 8
WANTED_MS = 50.0
SECRET = "a secret of the benches, long enough to be taken"
OPEN = "SELECT count(*) FROM task WHERE state = 'open' AND holder IS NOT NULL"
TAKEN = "SELECT coalesce(sum(next_offset), 0)::bigint FROM consumed WHERE topic = 'onboarding.v1'"
SERVICE = "notification"


@dataclass(frozen=True)
class Round:
    """Milliseconds of each answer, and how many events a second were taken meanwhile."""

    inbox: list[float]
    empty: list[float]
    rate: float


def main(asked: Asked) -> None:
    """One stack, all rounds."""
    count = asked.events or REQUESTS
    with bench_servers() as bench:
        rounds = _measure(bench, asked.runs, count)
    for name, values in (("inbox", [r.inbox for r in rounds]), ("empty page", [r.empty for r in rounds])):
        parts = [_part(times, 99) for times in values]
        more = {"requests": count, "leaders": LEADERS, "tasks": TASKS}
        if name == "inbox":
            line(f"inbox: {name}, p99", parts, "ms", [WANTED_MS] * len(parts), 1.0, **more)
        else:
            plain(f"inbox: {name}, p99", parts, "ms", **more)
        plain(f"inbox: {name}, p50", [_part(times, 50) for times in values], "ms", **more)
    plain("inbox: events taken meanwhile", [r.rate for r in rounds], "events/s")


def _part(times: Sequence[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


def _measure(bench: Bench, runs: int, count: int) -> list[Round]:
    database, (port,) = bench.empty_database(fresh(SERVICE)), free_ports(1)
    environment = {
        **os.environ,
        "FORBLIV_PROFILE": "local",
        "FORBLIV_KAFKA": bench.kafka,
        "FORBLIV_DATABASE_URL": database,
        "FORBLIV_RULES": str(RULES),
        "FORBLIV_SECRET": SECRET,
        "FORBLIV_WEB_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }
    worker = bench.spawn("worker", "bench.worker", ("services.notification.app", "SERVICE", SERVICE), environment)
    town = Town.of(LEADERS)
    run_async(_fill(bench, database, town))
    web = bench.spawn("web", "bench.inbox_web", (), environment)
    wait_for(lambda: _answers(port), (web, worker))
    return [_round(bench, database, port, town, number, count, (worker, web)) for number in range(runs)]


async def _fill(bench: Bench, database: str, town: Town) -> None:
    """Everybody has so many open tasks."""
    conn = await _connected(database)
    now, dice = await clock.moment(conn), random.Random(1)
    people = [Newcomer.of(dice, unit, day_of(now)) for unit in town.units for _ in range(TASKS)]
    names = [named(who.person, f"Nyansat Nummer {at}", now, dice) for at, who in enumerate(people)]
    async with AIOKafkaProducer(bootstrap_servers=bench.kafka, acks="all", linger_ms=20) as producer:
        for records in ((*organisation(town, now), *names), [who.duty(CallState.OPEN, now, 1) for who in people]):
            await asyncio.gather(*[await _put(producer, record) for record in records])
    until = time.monotonic() + 120
    while await conn.fetchval(OPEN) < LEADERS * TASKS:
        assert time.monotonic() < until, "the inbox is not filled"
        await asyncio.sleep(0.1)
    await conn.execute("VACUUM ANALYZE")
    await conn.close()


async def _put(producer: AIOKafkaProducer, record: Outgoing) -> "asyncio.Future[object]":
    headers = [(name, value.encode()) for name, value in record.headers]
    found: asyncio.Future[object] = await producer.send(record.topic, record.value, record.key.encode(), headers=headers)
    return found


async def _connected(database: str) -> asyncpg.Connection:
    """Once the worker has made its tables."""
    for _ in range(300):
        conn = await asyncpg.connect(database)
        if await conn.fetchval("SELECT to_regclass('handed') IS NOT NULL"):
            return conn
        await conn.close()
        await asyncio.sleep(0.1)
    raise AssertionError("the worker has made no tables")


def _answers(port: int) -> bool:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        connection.request("GET", "/live")
        return connection.getresponse().status == 200
    except OSError:
        return False


def _round(bench: Bench, database: str, port: int, town: Town, number: int, count: int, others: tuple[Child, ...]) -> Round:
    seconds = int(2 * count * EVERY_SECONDS) + 2 * WARM_SECONDS
    told_to = (bench.kafka, run_async(_now(database)).isoformat(), str(LEADERS), str(100 + number), str(PER_SECOND), str(seconds))
    load = bench.spawn(f"load-{number}", "bench.inbox_load", told_to, {**os.environ, "PYTHONUNBUFFERED": "1"})
    wait_for(lambda: any("ready" in each for each in told(load)), (load, *others))
    time.sleep(WARM_SECONDS)
    dice = random.Random(number)
    times: dict[str, list[float]] = {"/tasks": [], EMPTY: []}
    before, begin = run_async(_taken(database)), time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    for at in range(2 * count):
        time.sleep(max(0.0, begin + at * EVERY_SECONDS - time.perf_counter()))
        path = ("/tasks", EMPTY)[at % 2]
        times[path].append(_asked(connection, path, dice.choice(town.leaders)))
    rate = (run_async(_taken(database)) - before) / (time.perf_counter() - begin)
    bench.stop(load)
    return Round(times["/tasks"], times[EMPTY], rate)


async def _now(database: str) -> datetime:
    conn = await asyncpg.connect(database)
    moment = await clock.moment(conn)
    await conn.close()
    return moment


async def _taken(database: str) -> int:
    conn = await asyncpg.connect(database)
    found: int = await conn.fetchval(TAKEN)
    await conn.close()
    return found


def _asked(connection: HTTPConnection, path: str, person: UUID) -> float:
    """Milliseconds until the whole page is here."""
    cookie = {"Cookie": f"forbliv={_session(person)}", "Accept-Language": "da"}
    begin = time.perf_counter()
    connection.request("GET", path, headers=cookie)
    answer = connection.getresponse()
    page = answer.read()
    took = (time.perf_counter() - begin) * 1_000
    assert answer.status == 200, f"{path}: {answer.status}"
    assert path == EMPTY or page.count(b"/onboarding/talks/") >= TASKS, "the inbox is not full"
    return took


def _session(person: UUID) -> str:
    """As the site signs it."""
    held = {"person": str(person), "municipality": MUNICIPALITY, "hr": False, "csrf": "of a bench"}
    return itsdangerous.TimestampSigner(SECRET).sign(b64encode(json.dumps(held).encode())).decode()

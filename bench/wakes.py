"""Wake-ups due at once, each with a statement and an outbox row: per second beside a raw `FOR UPDATE SKIP LOCKED` claim.

100,000 due, unless `--events` says otherwise, and a tenth as many not yet. The subjects are made before their day, in a
database that every run copies; then the clock moves and a real worker is let go.
Afterwards: each due subject rang once, none before its day, none that is not due, and every ring is on the topic once.
"""

import asyncio
import json
import random
import sys
import time
from dataclasses import replace
from datetime import date, datetime, timedelta

import asyncpg
import uvloop
from aiokafka import TopicPartition

from bench.asked import Asked
from bench.crew import RULES, Crew, Gate, all_live, crew
from bench.hires import hire
from bench.report import line
from bench.ringing import RINGING, TOPIC
from bench.servers import Bench, bench_servers, fresh, told, wait_for
from bench.topic import ends_of, every_record
from deploy.local.children import Child
from deploy.local.waiting import run_async
from services.chassis import clock
from services.chassis.calendar import day_of, midnight
from services.chassis.logs import Word
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.subject import Subject

EVENTS = 100_000
GOAL = 0.25
CHUNK = 5_000
LOOK_SECONDS = 0.05
CLAIMED = (32, 100, 1_000)
"""So many at once. Runners of jobs claim ten to fifty, and with 32 a raw claim is as fast as the 24,000-42,000/s that the goal was set
beside; a hundred; and as many as a transaction of ours wakes."""
DAYS_AHEAD = 30
WORKERS = (1, 2)
JOBS = """
CREATE TABLE job (id uuid PRIMARY KEY, wake_at timestamptz NOT NULL, state int NOT NULL DEFAULT 0);
CREATE INDEX job_due ON job (wake_at) WHERE state = 0;
INSERT INTO job SELECT gen_random_uuid(), now() - interval '1 second' FROM generate_series(1, {count});
ANALYZE job;
"""
CLAIM = "SELECT id FROM job WHERE state = 0 AND wake_at <= now() ORDER BY wake_at LIMIT $1 FOR UPDATE SKIP LOCKED"
CHANGE = "UPDATE job SET state = 1 WHERE id = ANY($1::uuid[])"
WAITING = "SELECT wake_at FROM subject WHERE wake_at IS NOT NULL ORDER BY wake_at LIMIT 1"
RUNG = "SELECT count(*) AS rung, count(DISTINCT id) AS who, min(known_at) AS first, max(revision) AS revision FROM statement"
WOKEN = "SELECT version, wake_at IS NULL AS is_done, count(*) FROM subject GROUP BY 1, 2 ORDER BY 1, 2"


def main(asked: Asked) -> None:
    """Prepare once, run on copies."""
    count = asked.events or EVENTS
    with bench_servers() as bench:
        prepared = crew(bench, "bench.ringing:RINGING")
        day = run_async(_prepare(bench, prepared, count))
        raw = [_claimed(bench, count) for _ in range(asked.runs)]
        ours = {workers: [_woken(bench, prepared, count, day, workers) for _ in range(asked.runs)] for workers in WORKERS}
    for workers, rates in ours.items():
        for number, at_once in enumerate(CLAIMED):
            claims, goal = [rate[at_once] for rate in raw], GOAL if number == 0 else None
            line(f"wake-ups: workers {workers}, beside raw claims of {at_once}", rates, "wakes/s", claims, goal, due=count)


async def _prepare(bench: Bench, prepared: Crew, count: int) -> date:
    """Hires of people who begin on a day to come, and a tenth as many who begin the day after; that day."""
    settings = Settings(kafka=bench.kafka, database_url=prepared.database, rules=RULES)
    async with open_runtime(RINGING, settings) as runtime:
        now = await runtime.now()
        day = day_of(now) + timedelta(days=DAYS_AHEAD)
        for begins, people in ((day, count), (day + timedelta(days=1), count // 10)):
            for start in range(0, people, CHUNK):
                await _hire(runtime, begins, range(start, min(people, start + CHUNK)), now)
    return day


async def _hire(runtime: Runtime, begins: date, numbers: range, now: datetime) -> None:
    hires = [hire(random.Random(f"{begins} {number}"), begins, now) for number in numbers]
    await runtime.record({Subject("person", hired.body.person_key, hired.body.municipality): [hired] for hired in hires})


def _woken(bench: Bench, prepared: Crew, count: int, day: date, workers: int) -> float:
    name = fresh("rung")
    service = replace(prepared, name=name, database=bench.copy_database(prepared.name, name))
    run_async(_advance(service.database, day))
    gate = Gate(service.database)
    children = tuple(service.start(number) for number in range(workers))
    wait_for(lambda: all(any(line.get("event") == Word.STARTED for line in told(child)) for child in children), children)
    time.sleep(0.5)
    before = run_async(ends_of(bench.kafka, TOPIC))
    gate.open()
    begin = time.perf_counter()
    seconds = run_async(_drained(service.database, midnight(day), children)) - begin
    run_async(_check(service, count, day, children))
    run_async(_check_said(bench, count, before))
    bench.stop(*children)
    bench.drop_database(name)
    return count / seconds


async def _advance(database: str, day: date) -> None:
    """Noon of that day."""
    conn = await asyncpg.connect(database)
    await clock.move(conn, midnight(day) + timedelta(hours=12) - await clock.moment(conn))
    await conn.close()


async def _drained(database: str, due: datetime, children: tuple[Child, ...]) -> float:
    """The moment at which nobody who is due waits any longer."""
    conn = await asyncpg.connect(database)
    while (waiting := await conn.fetchval(WAITING)) is not None and waiting <= due:
        all_live(children)
        await asyncio.sleep(LOOK_SECONDS)
    moment = time.perf_counter()
    await conn.close()
    return moment


async def _check(service: Crew, count: int, day: date, children: tuple[Child, ...]) -> None:
    """Each due subject rang once and not before its day, the others wait."""
    conn = await asyncpg.connect(service.database)
    rung = await conn.fetchrow(RUNG)
    assert rung is not None
    assert (rung["rung"], rung["who"], rung["revision"]) == (count, count, 1), f"rang otherwise than once: {rung}"
    assert rung["first"] >= midnight(day), f"rang early: {rung}"
    woken = [tuple(row) for row in await conn.fetch(WOKEN)]
    assert woken == [(1, False, count // 10), (2, True, count)], f"woken otherwise than once: {woken}"
    while await conn.fetchval("SELECT EXISTS (SELECT 1 FROM outbox)"):
        all_live(children)
        await asyncio.sleep(LOOK_SECONDS)
    await conn.close()


async def _check_said(bench: Bench, count: int, before: dict[TopicPartition, int]) -> None:
    """Every ring is on the topic once."""
    said = [dict(record.headers)["ce_id"] async for record in every_record(bench.kafka, TOPIC, before)]
    assert (len(said), len(set(said))) == (count, count), f"{len(said)} rings published, {len(set(said))} different, {count} wanted"


def _claimed(bench: Bench, count: int) -> dict[int, float]:
    name = fresh("claim")
    database = bench.empty_database(name)
    child = bench.spawn(name, "bench.wakes", (database, str(count)))
    wait_for(lambda: bool(told(child)), (child,), 600)
    bench.stop(child)
    bench.drop_database(name)
    return {int(at_once): rate for at_once, rate in told(child)[0].items()}


async def claim(database: str, count: int) -> None:
    """The raw rates: claim due rows and change their state, in one transaction, again and again."""
    conn = await asyncpg.connect(database)
    rates = {}
    for at_once in CLAIMED:
        await conn.execute(f"DROP TABLE IF EXISTS job; {JOBS.format(count=count)}")
        begin = time.perf_counter()
        claimed = 0
        while found := await _claimed_and_changed(conn, at_once):
            claimed += found
        assert claimed == count
        rates[str(at_once)] = count / (time.perf_counter() - begin)
    print(json.dumps(rates), flush=True)
    await conn.close()


async def _claimed_and_changed(conn: asyncpg.Connection, at_once: int) -> int:
    async with conn.transaction():
        rows = await conn.fetch(CLAIM, at_once)
        await conn.execute(CHANGE, [row["id"] for row in rows])
    return len(rows)


if __name__ == "__main__":
    uvloop.run(claim(sys.argv[1], int(sys.argv[2])))

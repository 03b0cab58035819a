"""A worker as a process on real servers: it tells the truth about being ready, ends when it is stuck, stops within its time."""

import asyncio
import contextlib
import http.client
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.ports import free_ports
from deploy.local.stack import Stack
from services.chassis import health
from services.chassis.bus import Bus
from services.chassis.inlet import Inlet
from services.chassis.logs import ALLOWED, Word
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.chassis.watchdog import STUCK
from tests.integration.test_bus import WAY_IN, publish, running, until
from tests.kit.builders import an_id, hired, noon
from tests.kit.records import sent
from tests.kit.story import revision
from tests.kit.toy import TOY

START = date(2026, 3, 2)
ROOT = Path(__file__).parent.parent.parent
Process = asyncio.subprocess.Process


def asked(port: int, path: str) -> tuple[int, dict[str, object]]:
    """What a worker answers on its health port."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


async def measures(port: int) -> dict[str, float]:
    """The measures without labels that a worker tells over HTTP."""

    def asks() -> str:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=15)) as connection:
            connection.request("GET", "/metrics")
            answer = connection.getresponse()
            assert (answer.status, answer.headers.get_content_type()) == (200, "text/plain")
            return answer.read().decode()

    told = await asyncio.to_thread(asks)
    return {sample.name: sample.value for family in text_string_to_metric_families(told) for sample in family.samples if not sample.labels}


async def ready(port: int) -> tuple[int, list[str]]:
    """The status of `/ready` and its reasons; 0 where nobody answers."""
    try:
        status, told = await asyncio.to_thread(asked, port, "/ready")
    except OSError:
        return 0, []
    reasons = told["reasons"]
    assert isinstance(reasons, list)
    return status, reasons


@asynccontextmanager
async def worker(
    settings: Settings, name: str, port: int, how: str = "well", log: Path | None = None, **told: str
) -> AsyncIterator[Process]:
    """A toy worker; killed at the end of the block if it still runs."""
    environment = {
        "PATH": os.environ["PATH"],
        "FORBLIV_PROFILE": "local",
        "FORBLIV_KAFKA": settings.kafka,
        "FORBLIV_DATABASE_URL": settings.database_url,
        "FORBLIV_RULES": str(settings.rules),
        "FORBLIV_HEALTH_PORT": str(port),
        "FORBLIV_SESSION_TIMEOUT_MS": "6000",
        **told,
    }
    command = (sys.executable, "-m", "tests.kit.toy_worker", name, how)
    with (log or Path(os.devnull)).open("wb") as output:
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=output)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ended(process: Process, seconds: float) -> int | None:
    """The exit code; none if it still runs after `seconds`."""
    try:
        return await asyncio.wait_for(asyncio.shield(process.wait()), seconds)
    except TimeoutError:
        return None


@pytest.fixture
async def somebody(servers: Stack, settings: Settings) -> str:
    """Somebody was hired, and the bus knows it."""
    name = f"somebody {uuid4().hex[:8]}"
    own = settings.model_copy(update={"database_url": servers.database("intake")})
    async with open_runtime(WAY_IN, own) as way_in, running(way_in):
        await publish(way_in, [name])

        async def sent() -> bool:
            return not await way_in.pool.fetchval("SELECT count(*) FROM outbox")

        await until(sent)
    return name


async def blocked_worker_ends(settings: Settings, stuck_seconds: str) -> None:
    """The guard of the watchdog on a real worker whose derive never returns."""
    async with worker(settings, f"toy{uuid4().hex[:8]}", free_ports(1)[0], "blocked", FORBLIV_STUCK_SECONDS=stuck_seconds) as process:
        assert await ended(process, 25) == STUCK, "the stuck worker still runs"


async def test_a_worker_whose_derive_never_returns_ends(somebody: str, settings: Settings) -> None:
    await blocked_worker_ends(settings, "2")


async def test_a_worker_is_ready_when_it_reads_and_stops_tidily_when_told_to(somebody: str, settings: Settings, tmp_path: Path) -> None:
    port, name, log = free_ports(1)[0], f"toy{uuid4().hex[:8]}", tmp_path / "log"
    async with worker(settings, name, port, log=log) as process:

        async def is_ready() -> bool:
            return (await ready(port))[0] == 200

        await until(is_ready)
        conn = await asyncpg.connect(settings.database_url)

        async def heard() -> bool:
            return bool(await conn.fetchval("SELECT count(*) FROM statement WHERE id = $1", an_id(somebody)))

        await until(heard)
        await conn.close()
        assert await asyncio.to_thread(asked, port, "/live") == (200, {"live": True})

        async def all_is_read() -> bool:
            told = await measures(port)
            return (told["forbliv_ready"], told["forbliv_lag_records"], told["forbliv_reading_held_up"]) == (1, 0, 0)

        await until(all_is_read)
        assert (await measures(port))["process_resident_memory_bytes"] > 0
        process.send_signal(signal.SIGTERM)
        assert await ended(process, 20) == 0
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert {(line["service"], line["instance"]) for line in lines} == {(name, settings.instance)}
    assert (lines[0]["event"], lines[-1]["event"]) == (Word.STARTED, Word.STOPPED)
    assert {(line["event"], line.get("loop")) for line in lines} >= {
        (Word.STARTED, None),
        (Word.ASSIGNED, "bus"),
        (Word.BATCH_TAKEN, "bus"),
    }
    assert all(set(line) <= ALLOWED for line in lines)


async def test_a_batch_under_way_is_rolled_back_when_the_worker_must_stop_and_done_by_the_next_one(
    somebody: str, settings: Settings
) -> None:
    port, name = free_ports(1)[0], f"toy{uuid4().hex[:8]}"
    async with open_runtime(replace(TOY, name=name), settings):
        pass  # the tables are there, so that one of them can be held
    conn = await asyncpg.connect(settings.database_url)

    async def waits() -> bool:
        return bool(await conn.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'subject'::regclass"))

    async def heard() -> bool:
        return bool(await conn.fetchval("SELECT count(*) FROM statement WHERE id = $1", an_id(somebody)))

    async def durable() -> int:
        """The revisions the worker had read before the table was held, if any: what others said lies on the same broker."""
        return int(await conn.fetchval("SELECT count(*) FROM history"))

    async def lags() -> bool:
        return (await measures(port))["forbliv_lag_records"] >= 1  # what is not durable is not read

    async with worker(settings, name, port, FORBLIV_STOP_SECONDS="4") as process:
        async with conn.transaction():
            await conn.execute("LOCK TABLE subject IN SHARE MODE")
            await until(waits)
            await until(lags)
            before = await durable()
            process.send_signal(signal.SIGTERM)
            assert await ended(process, 20) == 0
        assert await durable() == before
        assert not await heard()
    async with worker(settings, name, port):
        await until(heard)
    await conn.close()


async def test_readiness_names_every_reason(settings: Settings) -> None:
    impatient = settings.model_copy(update={"stalled_seconds": 1e-9})
    async with open_runtime(TOY, impatient) as runtime:
        assert await health.why_not_ready(runtime, None) == []
        assert await health.why_not_ready(runtime, Bus(runtime)) == ["no partitions are assigned yet"]
        bus = Bus(runtime)
        bus._reading.assigned = {("hr.employment.v1", 0)}
        assert await health.why_not_ready(runtime, bus) == [], "the broker has answered just now"
        bus._reading.answered -= 60
        (silent,) = await health.why_not_ready(runtime, bus)
        assert re.fullmatch(r"the broker has not answered for \d\d s", silent)
        with runtime.pulse.batch():
            assert await health.why_not_ready(runtime, None) == ["a batch has been under way for 0 s"]
        runtime.pulse.held_up = "the words of the one who stopped"
        assert await health.why_not_ready(runtime, None) == ["the words of the one who stopped"]
        runtime.pulse.held_up = None
        await runtime.pool.close()
        assert await health.why_not_ready(runtime, None) == ["the database does not answer"]


async def test_a_batch_that_fails_for_a_reason_of_our_own_is_kept_and_told_of(settings: Settings) -> None:
    """The client would go on behind a batch that raised; here no record is to blame: tried again, and readiness says why."""
    hire = sent(revision(hired(START), noon(START)))

    async def broken(*_: object) -> None:
        raise asyncpg.UndefinedTableError

    async with open_runtime(replace(TOY, save_rows=broken), settings) as failing:
        trying = asyncio.create_task(Inlet(failing).take([hire]))

        async def told() -> bool:
            return failing.pulse.held_up is not None

        await until(told)
        assert "UndefinedTableError at test_worker_process.py" in (failing.pulse.held_up or "")
        trying.cancel()
        await asyncio.gather(trying, return_exceptions=True)
    async with open_runtime(TOY, settings) as mended:
        await Inlet(mended).take([hire])
        assert await mended.pool.fetchval("SELECT count(*) FROM statement WHERE to_kind IS NULL AND id = $1", an_id("person")) == 1
        assert mended.pulse.held_up is None


async def test_a_full_disk_is_told_of_at_once_and_no_longer_when_there_is_room(settings: Settings) -> None:
    """It passes by itself only when a person helps: nobody should wait until the batch counts as stalled."""
    has_room = asyncio.Event()

    async def save(*_: object) -> None:
        if not has_room.is_set():
            raise asyncpg.DiskFullError

    async with open_runtime(replace(TOY, save_rows=save), settings) as runtime:
        trying = asyncio.create_task(Inlet(runtime).take([sent(revision(hired(START), noon(START)))]))

        async def told() -> bool:
            return any("no room" in reason for reason in await health.why_not_ready(runtime, None))

        await until(told)
        has_room.set()
        await trying
        assert await health.why_not_ready(runtime, None) == []

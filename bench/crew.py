"""Real workers of a bench's service: their own processes, their own database, held back until all are ready.

The gate is the lock that whoever moves the clock takes: while it is held no transaction of the service begins, so the workers
connect, share the partitions and fetch, and all begin to work at one moment.
"""

import asyncio
import os
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import asyncpg

from bench.servers import ORGANISATION_PARTITIONS, PARTITIONS, Bench, fresh, told, wait_for
from contracts.hr import EMPLOYMENT_TOPIC
from deploy.local.children import Child
from deploy.local.paths import ROOT
from deploy.local.waiting import run_async
from services import reporting
from services.chassis import clock, database
from services.chassis.logs import Word

SESSION_TIMEOUT_MS = 6_000
BATCH = 2_000
RULES = ROOT / "deploy" / "rules"
LOOK_SECONDS = 0.02
GATE_SECONDS, SIGN_SECONDS = 30.0, 3.0
READ = "SELECT coalesce(sum(next_offset), 0)::bigint FROM consumed WHERE topic = $1"
SETTLED = f"""
SELECT ({READ}) >= $2::bigint
   AND NOT coalesce((SELECT wake_at <= clock_timestamp() FROM subject WHERE wake_at IS NOT NULL ORDER BY wake_at LIMIT 1), false)
"""


class Gate:
    """Closed from the beginning: no transaction of this database's service begins."""

    def __init__(self, database: str) -> None:
        """Close it."""
        self._is_closed, self._may_open = Event(), Event()
        self._holder = Thread(target=run_async, args=(self._hold(database),), daemon=True)
        self._holder.start()
        assert self._is_closed.wait(GATE_SECONDS), "the gate was not closed"

    def open(self) -> None:
        """Let everybody go at once."""
        self._may_open.set()
        self._holder.join()

    async def _hold(self, database: str) -> None:
        """A transaction that says something now and then: workers end one that is silent for long."""
        conn = await asyncpg.connect(database)
        async with conn.transaction():
            await clock.hold(conn)
            self._is_closed.set()
            while not await asyncio.to_thread(self._may_open.wait, SIGN_SECONDS):
                await conn.execute("SELECT 1")
        await conn.close()


@dataclass(frozen=True)
class Crew:
    """A service of a bench: where its database is and how its workers are started."""

    bench: Bench
    name: str
    database: str
    service: str
    batch: int

    def start(self, instance: int = 0) -> Child:
        """One worker; `instance` says which of the like it is."""
        environment = {
            **os.environ,
            "FORBLIV_PROFILE": "local",
            "FORBLIV_KAFKA": self.bench.kafka,
            "FORBLIV_DATABASE_URL": self.database,
            "FORBLIV_RULES": str(RULES),
            "FORBLIV_INSTANCE": str(instance),
            "FORBLIV_SESSION_TIMEOUT_MS": str(SESSION_TIMEOUT_MS),
            "FORBLIV_BATCH_RECORDS": str(self.batch),
            "PYTHONUNBUFFERED": "1",
        }
        return self.bench.spawn(fresh(f"{self.name}-{instance}-"), "bench.worker", (*self.service.split(":"), self.name), environment)

    def start_all(self, workers: int) -> tuple[Child, ...]:
        """So many workers, all partitions shared among them, let go at one moment: now."""
        gate = Gate(self.database)
        children = tuple(self.start(number) for number in range(workers))
        wait_for(lambda: _is_shared(children), children)
        time.sleep(0.5)  # what is fetched ahead of the first batch is fetched, as for the ceilings
        gate.open()
        return children

    def settled(self, records: int, children: tuple[Child, ...], seconds: float = 3_600) -> float:
        """Wait until so many records are durably taken and nothing is left to derive; the moment at which that was (`perf_counter`)."""
        return self.wait(SETTLED, children, seconds, EMPLOYMENT_TOPIC, records)

    def wait(self, holds: str, children: tuple[Child, ...], seconds: float, *arguments: object) -> float:
        """Ask the database until it answers true; the moment (`perf_counter`). A worker that dies meanwhile is a failure."""
        return run_async(self._wait(holds, children, time.monotonic() + seconds, arguments))

    async def _wait(self, holds: str, children: tuple[Child, ...], until: float, arguments: tuple[object, ...]) -> float:
        conn = await asyncpg.connect(self.database)
        while not await conn.fetchval(holds, *arguments):
            all_live(children)
            assert time.monotonic() < until, f"not in time: {holds}"
            await asyncio.sleep(LOOK_SECONDS)
        moment = time.perf_counter()
        await conn.close()
        return moment


def crew(bench: Bench, service: str, batch: int = BATCH) -> Crew:
    """A crew with empty tables of its own, the ledger of reporting among them. `service`: `module:ATTRIBUTE`."""
    name = fresh("bench")
    url = bench.empty_database(name)
    run_async(_migrate(url))
    return Crew(bench, name, url, service, batch)


def timed(service: Crew, workers: int, records: int) -> tuple[float, tuple[Child, ...]]:
    """The seconds from letting so many workers go until all that so many records mean is durable, and the workers, who live on."""
    children = service.start_all(workers)
    begin = time.perf_counter()
    return service.settled(records, children) - begin, children


def assigned(child: Child) -> int:
    """How many partitions a worker was given last."""
    given = [line["partitions"] for line in told(child) if line.get("event") == Word.ASSIGNED]
    return given[-1] if given else 0


def all_live(children: tuple[Child, ...]) -> None:
    """Raises `AssertionError` with their last lines where one has died."""
    assert all(child.alive for child in children), "\n".join(line for child in children for line in child.last_lines())


def _is_shared(children: tuple[Child, ...]) -> bool:
    given = [assigned(child) for child in children]
    return all(given) and sum(given) == PARTITIONS + ORGANISATION_PARTITIONS


def taken(child: Child) -> int:
    """How many records a worker has taken."""
    return sum(line["count"] for line in told(child) if line.get("event") == Word.BATCH_TAKEN)


async def _migrate(url: str) -> None:
    pool = await database.open_pool(url, size=1)
    await database.migrate(pool, database.of_service("reporting", Path(str(reporting.__file__)).parent))
    await pool.close()

"""Servers and processes of a bench: Kafka and PostgreSQL of our own, empty databases, children whose log is read as JSON lines."""

import json
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from contracts.hr import EMPLOYMENT_TOPIC, ORGANISATION_TOPIC
from deploy.local.children import Child, ChildSpec, Supervisor
from deploy.local.failures import StackFailed
from deploy.local.identity import load_identity
from deploy.local.paths import ROOT
from deploy.local.servers import start_servers
from deploy.local.topics import Topic, apply_topics, read_topics
from deploy.local.waiting import run_async

PARTITIONS = 12
ORGANISATION_PARTITIONS = 2
REBALANCE_DELAY_MS = 2_000
"""Workers of a bench start together; the first would take a batch of what is the second's, which the ceilings never do."""
_LOOK_SECONDS = 0.02
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Bench:
    """Where one run happens."""

    kafka: str
    admin_database: str
    supervisor: Supervisor
    folder: Path

    def database(self, name: str) -> str:
        """The address of a database of this server, as administrator."""
        base, _, query = self.admin_database.partition("?")
        return base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")

    def empty_database(self, name: str) -> str:
        """A database without tables under this name."""
        return run_async(self._create(name, "STRATEGY wal_log"))

    async def _create(self, name: str, how: str) -> str:
        admin = await asyncpg.connect(self.admin_database)
        await admin.execute(f'CREATE DATABASE "{name}" {how}')
        await admin.execute("CHECKPOINT")
        await admin.close()
        return self.database(name)

    def copy_database(self, source: str, name: str) -> str:
        """A copy under another name; nobody may be connected to the source."""
        return run_async(self._create(name, f'TEMPLATE "{source}"'))

    def drop_database(self, name: str) -> None:
        """The database is no longer needed."""
        run_async(self._drop(name))

    async def _drop(self, name: str) -> None:
        admin = await asyncpg.connect(self.admin_database)
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()

    def spawn(self, name: str, module: str, arguments: tuple[str, ...], environment: Mapping[str, str] | None = None) -> Child:
        """Start `python -m module arguments`; stop it with `stop`."""
        command = (sys.executable, "-m", module, *arguments)
        return self.supervisor.start(ChildSpec(name, command, environment or {}, directory=ROOT))

    def stop(self, *children: Child) -> None:
        """Stop them together; what they have left is told by their logs."""
        self.supervisor.stop(*(child.spec.name for child in children))


@contextmanager
def bench_servers(partitions: int = PARTITIONS) -> Iterator[Bench]:
    """A broker and a database server of their own for the length of a `with` block, with all topics.

    The topic of employments has `partitions`, that of the organisation two, so that two workers share both evenly.
    """
    with tempfile.TemporaryDirectory() as temporary, Supervisor(Path(temporary) / "stack" / "logs") as supervisor:
        folder = Path(temporary) / "stack"
        identity = load_identity(folder / "identity.json", (), ("kafka", "controller"))
        servers = start_servers(folder, identity, supervisor, lambda _line: None, rebalance_delay_ms=REBALANCE_DELAY_MS)
        run_async(apply_topics(servers.kafka, _topics(partitions)))
        yield Bench(servers.kafka, servers.admin_database, supervisor, folder)


def _topics(partitions: int) -> tuple[Topic, ...]:
    counts = {EMPLOYMENT_TOPIC: partitions, ORGANISATION_TOPIC: ORGANISATION_PARTITIONS}
    return tuple(replace(topic, partitions=counts.get(topic.name, topic.partitions)) for topic in read_topics())


def told(child: Child) -> list[dict[str, Any]]:
    """The JSON lines a child has printed so far."""
    lines = child.log.read_text("utf-8", errors="replace").splitlines() if child.log.exists() else []
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]


def wait_for(holds: Callable[[], bool], children: tuple[Child, ...], seconds: float = _PATIENCE_SECONDS) -> None:
    """Return when it holds. Raises `StackFailed` when a child dies before or time runs out."""
    until = time.monotonic() + seconds
    while not holds():
        for child in children:
            if not child.alive and child.process.returncode != 0 and not holds():  # who is done ends well, and others may go on
                message = f"{child.spec.name} stopped with exit code {child.process.returncode}"
                raise StackFailed(message, child.last_lines())
        if time.monotonic() > until:
            message = f"{', '.join(child.spec.name for child in children)}: not within {seconds:.0f} s"
            raise StackFailed(message, children[0].last_lines() if children else ())
        time.sleep(_LOOK_SECONDS)


def resident_mib(child: Child) -> float:
    """The most memory a living process has held."""
    lines = Path(f"/proc/{child.pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def cpu_seconds(child: Child) -> float:
    """The processor time a living process has used."""
    times = psutil.Process(child.pid).cpu_times()
    return float(times.user + times.system)


def fresh(name: str) -> str:
    """A name nobody has used."""
    return f"{name}{secrets.token_hex(3)}"

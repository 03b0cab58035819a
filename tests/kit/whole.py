"""A whole running stack seen from outside: its commands, the raw records of its topics, rows of its databases, its processes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.local.caughtup import HEARD, undone
from deploy.local.keys import vault_of
from deploy.local.municipality import LIVE_FROM
from deploy.local.paths import ROOT
from deploy.local.play.deliver import evening, reach
from deploy.local.processes import SERVICES
from deploy.local.stack import Stack, running_stack
from deploy.local.topics import read_topics
from deploy.local.waiting import run_async
from services.intake.identity_store import PERSON_KEY, opened

RULES = ROOT / "deploy" / "rules"
DEMO, TOWN, HAND, OWN, MFG10, MFG10_AGAIN, RANDERS = "999", "994", "995", "993", "998", "996", "730"
SECONDS = 60.0
READY_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as it lies on a topic."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]

    def header(self, name: str) -> str:
        """The text of a header, empty where there is none."""
        return (dict(self.headers).get(name) or b"").decode(errors="replace")

    @property
    def body(self) -> dict[str, Any]:
        """The value as JSON."""
        found: dict[str, Any] = json.loads(self.value or b"{}")
        return found

    @property
    def stands(self) -> bool:
        """Whether the fact stands."""
        return self.header("ce_stands") == "true"

    @property
    def number(self) -> int:
        """The revision."""
        return int(self.header("ce_revision"))


@contextmanager
def whole_stack(home: Path) -> Iterator[Stack]:
    """All services and the pages; rules for all that is played on it, each under a code of its own; the clock at the go-live."""
    rules = home / "rules"
    rules.mkdir(parents=True)
    for code, copied in ((DEMO, DEMO), (TOWN, DEMO), (HAND, DEMO), (OWN, DEMO), (MFG10, MFG10), (MFG10_AGAIN, MFG10), (RANDERS, RANDERS)):
        text = (RULES / f"{copied}.toml").read_text("utf-8").replace(f'"{copied}"', f'"{code}"')
        text = text.replace("2006-01", "2014-01") if code == MFG10_AGAIN else text  # its ledger is compared whole, its figures need not be
        (rules / f"{code}.toml").write_text(text, "utf-8")
    before = os.environ.get("FORBLIV_RULES")
    os.environ["FORBLIV_RULES"] = str(rules)
    try:
        with running_stack(home / "stack", SERVICES, begins=evening(LIVE_FROM)) as stack:
            yield stack
    finally:
        del os.environ["FORBLIV_RULES"]
        if before is not None:
            os.environ["FORBLIV_RULES"] = before


def reach_day(stack: Stack, day: date) -> None:
    """It is the evening of a day."""
    run_async(reach(stack, day))


def begin(stack: Stack, *words: str) -> "subprocess.Popen[str]":
    """A forbliv command that runs beside the test."""
    asked = (sys.executable, "-m", "services.cli", *words, "--dir", str(stack.state.directory))
    return subprocess.Popen(asked, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def command(stack: Stack, *words: str) -> "subprocess.CompletedProcess[str]":
    """A forbliv command with its exit code and what it printed."""
    with begin(stack, *words) as running:
        said, wrong = running.communicate()
    return subprocess.CompletedProcess(words, running.returncode, said, wrong)


def told(stack: Stack, *words: str) -> list[dict[str, Any]]:
    """The JSON a forbliv command prints."""
    done = command(stack, *words)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def rows(stack: Stack, service: str, query: str, *values: object) -> Sequence[Mapping[str, Any]]:
    """Rows of a service's database."""

    async def read() -> Sequence[Mapping[str, Any]]:
        conn = await asyncpg.connect(stack.database(service))
        try:
            return [dict(row) for row in await conn.fetch(query, *values)]
        finally:
            await conn.close()

    return run_async(read())


def person_key(stack: Stack, municipality: str, number: str) -> UUID:
    """Under which key a person of the source goes."""
    vault = vault_of(stack.state.directory)
    known = rows(stack, "intake", "SELECT key, sealed FROM person_key WHERE municipality = $1", municipality)
    found: list[UUID] = [row["key"] for row in known if opened(vault, PERSON_KEY, row["key"], row["sealed"]) == number]
    (key,) = found
    return key


def ends(stack: Stack) -> dict[tuple[str, int], int]:
    """The end offset of every partition of every topic."""

    async def ask() -> dict[tuple[str, int], int]:
        async with AIOKafkaConsumer(bootstrap_servers=stack.kafka) as consumer:
            found = await consumer.end_offsets(_partitions())
        return {(tp.topic, tp.partition): end for tp, end in found.items()}

    return run_async(ask())


def unread(stack: Stack, service: str) -> int:
    """How many records lie beyond the fence of a service; seen from outside, so that the service may stand still."""
    last = ends(stack)
    read = rows(stack, service, "SELECT topic, partition, next_offset FROM consumed")
    return sum(last[row["topic"], row["partition"]] - int(row["next_offset"]) for row in read)


def unsent(stack: Stack, service: str) -> int:
    """How many events a service has said and not sent."""
    return int(rows(stack, service, "SELECT count(*) AS n FROM outbox")[0]["n"])


def records(stack: Stack, *topics: str) -> list[Raw]:
    """Everything that lies on these topics (none given: on all), in the order of each partition."""

    async def read() -> list[Raw]:
        async with AIOKafkaConsumer(bootstrap_servers=stack.kafka, enable_auto_commit=False) as consumer:
            partitions = _partitions(*topics)
            consumer.assign(partitions)
            await consumer.seek_to_beginning(*partitions)
            last = await consumer.end_offsets(partitions)
            found: list[Raw] = []
            while any([await consumer.position(tp) < last[tp] for tp in partitions]):
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    found += [Raw(r.topic, r.key, r.value, tuple(r.headers)) for r in batch]
        return found

    return run_async(read())


def _partitions(*topics: str) -> list[TopicPartition]:
    return [TopicPartition(t.name, n) for t in read_topics() if not topics or t.name in topics for n in range(t.partitions)]


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that comes by itself."""
    last = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < last, "it never came"
        time.sleep(0.05)


def until_heard(stack: Stack, without: Iterable[str] = ()) -> None:
    """All that was said is heard by everybody but those that stand still: seen twice in a row."""
    still, quiet, last = set(without), 0, time.monotonic() + SECONDS
    while quiet < 2:
        left = {name: count for name, count in undone(stack, HEARD).items() if count and name not in still}
        quiet = 0 if left else quiet + 1
        assert time.monotonic() < last, f"still to do: {left}"
        time.sleep(0.1)


@contextmanager
def away(stack: Stack, *names: str) -> Iterator[None]:
    """These workers are killed, and started again at the end."""
    for name in names:
        stack.kill(name)
    yield
    start_again(stack, *names)


def start_again(stack: Stack, *names: str) -> None:
    """Start workers that were killed, and wait until they are ready."""
    for name in names:
        stack.restart(name, wait=False)
    assert stack.supervisor is not None
    stack.supervisor.wait_ready(READY_SECONDS, names)

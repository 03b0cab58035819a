"""The local stack with its real Kafka and PostgreSQL: what it makes, what it keeps, and that it leaves nothing running."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.local.failures import StackFailed
from deploy.local.processes import SERVICES
from deploy.local.stack import Stack, running_stack
from deploy.local.state import state_file
from deploy.local.topics import check_topics, read_topics
from deploy.local.waiting import run_async

pytestmark = pytest.mark.stack

LAUNCHER = """
import sys, time
from pathlib import Path
from deploy.local.stack import running_stack
with running_stack(Path(sys.argv[1])):
    time.sleep(120)
"""
START_SECONDS = 180


async def test_the_topics_are_as_the_file_says(servers: Stack) -> None:
    assert await check_topics(servers.kafka, read_topics()) == ()


async def test_a_service_cannot_enter_the_database_of_another(servers: Stack) -> None:
    foreign = servers.database("intake").replace("/forbliv_intake", "/forbliv_reporting")

    with pytest.raises(asyncpg.PostgresError):
        await asyncpg.connect(foreign)


async def test_every_commit_reaches_the_disk(servers: Stack) -> None:
    connection = await asyncpg.connect(servers.database("intake"))
    settings = [await connection.fetchval(f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")]
    await connection.close()

    assert settings == ["on", "on", "on"]


def test_addresses_with_passwords_are_the_owners_alone(servers: Stack) -> None:
    for file in (state_file(servers.state.directory), servers.state.secret_file):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_another_process_finds_the_stack_by_its_directory(servers: Stack) -> None:
    assert Stack.load(servers.state.directory).kafka == servers.kafka


def test_a_directory_has_one_stack_at_a_time(servers: Stack) -> None:
    with pytest.raises(StackFailed, match=r"runs in .* already"), running_stack(servers.state.directory):
        pass


def test_where_no_stack_runs_one_is_told_how_to_start_it(tmp_path: Path) -> None:
    with pytest.raises(StackFailed, match="forbliv up"):
        Stack.load(tmp_path)


def test_ctrl_c_ends_a_whole_stack_and_leaves_no_process(tmp_path: Path) -> None:
    """As a terminal does it: the interrupt goes to the launcher; everything it started has a session of its own."""
    command = (sys.executable, "-m", "services.cli", "up", "--dir", str(tmp_path))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as launcher:
        stack = _started(tmp_path, launcher)
        assert set(stack.state.pids) == {*SERVICES, "kafka", "postgres", "mail", "web"}
        below = psutil.Process(launcher.pid).children(recursive=True)
        assert len(below) > len(stack.state.pids), "the guard, and what PostgreSQL forks"
        launcher.send_signal(signal.SIGINT)
        said, _ = launcher.communicate(timeout=60)
    assert launcher.returncode == 0, said
    assert said.splitlines()[-1] == "stopped"
    _wait_until_all_gone(stack)
    _, left = psutil.wait_procs(below, timeout=15)
    assert left == []


def test_data_outlive_a_killed_launcher_and_no_process_does(tmp_path: Path) -> None:
    with subprocess.Popen((sys.executable, "-c", LAUNCHER, str(tmp_path))) as launcher:
        stack = _started(tmp_path, launcher)
        run_async(_send(stack.kafka))
        run_async(_write(stack.database("intake")))
        launcher.send_signal(signal.SIGKILL)
    _wait_until_all_gone(stack)

    with running_stack(tmp_path) as again:
        assert again.kafka == stack.kafka
        assert run_async(_count(again.kafka)) == 1
        assert run_async(_read(again.database("intake"))) == 1


def _started(directory: Path, launcher: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> Stack:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and launcher.poll() is None:
        if state_file(directory).exists():
            return Stack.load(directory)
        time.sleep(0.1)
    said = launcher.stdout.read() if launcher.stdout is not None and launcher.poll() is not None else ""
    raise AssertionError(f"the stack did not start: {said!r}")


def _wait_until_all_gone(stack: Stack) -> None:
    deadline = time.monotonic() + 15
    for pid in stack.state.pids.values():
        while _runs(pid):
            assert time.monotonic() < deadline, f"{pid} still runs"
            time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def _send(kafka: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all")
    await producer.start()
    await producer.send_and_wait("intake.v1", b"kept", partition=0)
    await producer.stop()


async def _count(kafka: str) -> int:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka)
    await consumer.start()
    partition = TopicPartition("intake.v1", 0)
    ends = await consumer.end_offsets([partition])
    await consumer.stop()
    return int(ends[partition])


async def _write(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    await connection.close()


async def _read(url: str) -> int:
    connection = await asyncpg.connect(url)
    found: int = await connection.fetchval("SELECT n FROM kept")
    await connection.close()
    return found

"""Servers of one's own that hold an earlier run: a demo is not played on top of it, and wipes nothing."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from deploy.local.leftovers import used_databases, used_topics
from deploy.local.paths import ROOT
from deploy.local.stack import Stack
from deploy.local.topics import Topic, apply_topics
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from tests.kit.toy import TOY

pytestmark = pytest.mark.stack


async def test_a_database_is_used_once_it_has_tables(servers: Stack, settings: Settings, database: str) -> None:
    name = urlsplit(database).path.removeprefix("/")
    assert await used_databases(servers.admin_database, (name, "there_is_none")) == ()

    async with open_runtime(TOY, settings.model_copy(update={"database_url": database})):
        assert await used_databases(servers.admin_database, (name, "there_is_none")) == (name,)


async def test_a_topic_is_used_once_it_holds_a_record(servers: Stack) -> None:
    empty, used = (f"test.{uuid4()}" for _ in range(2))
    await apply_topics(servers.kafka, (Topic(empty, 3), Topic(used, 3)))
    assert await used_topics(servers.kafka, (empty, used, "there.is.none")) == ()

    async with AIOKafkaProducer(bootstrap_servers=servers.kafka) as producer:
        await producer.send_and_wait(used, b"something", partition=2)
    assert await used_topics(servers.kafka, (empty, used, "there.is.none")) == (used,)


@pytest.mark.parametrize("server", ["FORBLIV_DATABASE_URL", "FORBLIV_KAFKA"])
async def test_a_second_demo_on_servers_of_ones_own_is_refused_in_one_line_and_wipes_nothing(
    servers: Stack, settings: Settings, tmp_path: Path, server: str
) -> None:
    async with (
        open_runtime(TOY, settings.model_copy(update={"database_url": servers.database("intake")})),
        AIOKafkaProducer(bootstrap_servers=servers.kafka) as producer,
    ):
        await producer.send_and_wait("intake.v1", b"{}", partition=0)
    (tmp_path / "identity.json").write_text("{}", "utf-8")
    address = {"FORBLIV_DATABASE_URL": servers.admin_database, "FORBLIV_KAFKA": servers.kafka}[server]
    command = (sys.executable, "-m", "services.cli", "demo", "--once", "--dir", str(tmp_path))

    done = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=os.environ | {server: address}, stderr=subprocess.PIPE)
    try:
        _, said = await asyncio.wait_for(done.communicate(), 60)
    finally:
        if done.returncode is None:  # it plays
            done.send_signal(signal.SIGINT)
            await done.wait()

    (line,) = said.decode().splitlines()
    assert done.returncode == 1
    assert line.startswith("forbliv: ")
    assert line.endswith(server)
    assert ("forbliv_intake" if server == "FORBLIV_DATABASE_URL" else "intake.v1") in line
    assert (tmp_path / "identity.json").exists()

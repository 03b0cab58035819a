"""What the door promises when something breaks: durable and answered, or nothing at all; once, however many processes take it."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from services.chassis.runtime import Runtime
from services.chassis.settings import Settings
from services.chassis.web import mount
from services.intake.app import build_web
from tests.integration.test_door import Source
from tests.kit.page_client import opened
from tests.kit.speakers import register, token
from tests.kit.told import hire, told

TABLES_OF = "intake"
SECRET = "a secret of the tests, long enough"
TABLES = ("told_event", "told_fact", "outbox", "delivery", "person_key", "subject")


@contextlib.asynccontextmanager
async def process(settings: Settings, folder: Path) -> AsyncIterator[Source]:
    """A web process of its own, as far as its connections and what it keeps are concerned."""
    own = settings.model_copy(update={"secret": SECRET, "speakers": register(folder)})
    async with opened(mount([build_web(own)])) as app, Source(app) as client:
        client.headers["authorization"] = f"Bearer {token()}"
        yield client


async def held(settings: Settings) -> Counter[str]:
    conn = await asyncpg.connect(settings.database_url)
    try:
        return Counter({table: await conn.fetchval(f"select count(*) from {table}") for table in TABLES})
    finally:
        await conn.close()


@pytest.mark.parametrize(("broken", "status"), [(asyncpg.PostgresConnectionError("away"), 503), (RuntimeError("a mistake of ours"), 500)])
async def test_what_breaks_before_the_commit_leaves_nothing_and_is_taken_when_it_comes_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Exception, status: int
) -> None:
    async def breaks(*_: Any) -> None:
        raise broken

    async with process(settings, tmp_path) as source:
        with monkeypatch.context() as patch:
            patch.setattr(Runtime, "reconcile", breaks)
            failed = await source.tell(told("1", hire()), told("2", hire(degree="x")))
        nothing = await held(settings)
        again = await source.tell(told("1", hire()))

    assert (failed.status_code, failed.headers["content-type"]) == (status, "application/problem+json")
    assert "mistake" not in failed.text
    assert not +nothing
    assert again.json()["outcome"] == "accepted"


async def test_an_answer_that_never_came_is_asked_for_again_at_another_process(settings: Settings, tmp_path: Path) -> None:
    batch = [told(str(n), hire(person_key=f"P-{n}", employment_id=f"A-{n}")) for n in range(20)]
    async with process(settings, tmp_path) as first:
        await first.tell(*batch)
    before = await held(settings)

    async with process(settings, tmp_path) as second:
        again = await second.tell(*batch)

    assert (again.json()["accepted"], again.json()["duplicate"]) == (0, 20)
    assert await held(settings) == before


async def test_two_processes_that_take_the_same_at_once_keep_it_once_and_of_two_contents_one(settings: Settings, tmp_path: Path) -> None:
    async with process(settings, tmp_path) as one, process(settings, tmp_path) as other:
        for round_ in range(10):
            events = [told(f"same {round_}", hire(), fact=f"f {round_}", revision=1)] * 2
            same = await asyncio.gather(*(source.tell(event) for source, event in zip((one, other), events, strict=True)))
            apart = [told(f"id {round_}", hire(), fact=f"{name} {round_}", revision=1) for name in "ab"]
            differ = await asyncio.gather(*(source.tell(event) for source, event in zip((one, other), apart, strict=True)))

            assert sorted(answer.json()["outcome"] for answer in same) == ["accepted", "duplicate"]
            assert sorted(answer.status_code for answer in differ) == [202, 409]
    conn = await asyncpg.connect(settings.database_url)
    ids = [json.loads(row["headers"]) for row in await conn.fetch("select headers from outbox")]
    await conn.close()

    told_ids = [dict(headers)["ce_id"] for headers in ids]
    assert len(told_ids) == len(set(told_ids))

"""A worker of intake that asks a payroll service beside its other work: by itself, after it was killed, and without telling who it is."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.intake.app import SERVICE
from services.intake.polling.loop import keep_asking
from tests.integration.test_bus import until
from tests.kit.deliveries import ROOT
from tests.kit.polling import VARIABLES, clock_at, file_of, held, marks, poll, source_of
from tests.kit.sd_service import SECRET, SdService, Trouble, sd_service
from tests.unit.intake.sd_answer import hired, job

Process = asyncio.subprocess.Process
NEW = job(*hired("2026-11-21", "2026-12-01"), number="70002", start="2026-12-01", person="9902700002")


@pytest.fixture
async def intake(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Runtime]:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    async with open_runtime(SERVICE, settings) as runtime:
        yield runtime


@pytest.fixture
def sd() -> Iterator[SdService]:
    with sd_service() as service:
        service.in_force.append(job(*hired("2025-12-01", "2026-01-01")))
        yield service


@contextlib.asynccontextmanager
async def worker(settings: Settings, polls: Path) -> AsyncIterator[Process]:
    told = {
        "FORBLIV_PROFILE": "local",
        "FORBLIV_KAFKA": settings.kafka,
        "FORBLIV_DATABASE_URL": settings.database_url,
        "FORBLIV_RULES": str(settings.rules),
        "FORBLIV_POLLS": str(polls),
        "FORBLIV_IDENTITY_KEYS": str(settings.identity_keys),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.cli", "worker", "intake",
        cwd=ROOT, env=os.environ | told | VARIABLES, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def until_read(intake: Runtime, moment: str) -> None:
    async def is_read() -> bool:
        return (await marks(intake)).get("employments") == (moment, False)

    await until(is_read)


async def test_a_worker_that_is_killed_while_it_asks_is_followed_by_one_that_asks_the_same(
    settings: Settings, intake: Runtime, sd: SdService, tmp_path: Path
) -> None:
    await poll(intake, source_of(sd), "2026-11-21T12:00")
    sd.registers("2026-11-21T11:55", NEW)
    sd.troubles.append(Trouble(held=True))
    await clock_at(intake, "2026-11-21T12:10")
    async with worker(settings, file_of(sd, tmp_path)) as process:
        assert await asyncio.to_thread(sd.is_held.wait, 60)
        process.kill()
        await process.wait()
    sd.let_go.set()
    await clock_at(intake, "2026-11-21T12:40")
    async with worker(settings, file_of(sd, tmp_path)) as process:
        await until_read(intake, "2026-11-21 12:40")
        process.send_signal(signal.SIGTERM)
        out, _ = await process.communicate()

    killed, again, then = sd.windows()
    assert killed == again == ("21.11.2026 11:50", "21.11.2026 12:10")
    assert then == ("21.11.2026 12:00", "21.11.2026 12:40")
    assert [row[1:] for row in (await held(intake)).deliveries] == [(1, 0, True), (1, 0, True)]
    assert process.returncode == 0
    assert b"source_read" in out
    assert not any(text.encode() in out for text in (SECRET, "9902700002", "70002"))


async def test_the_loop_asks_and_goes_on_after_a_trouble(
    intake: Runtime, sd: SdService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.intake.polling.loop.SECONDS_A_MINUTE", 0.001)
    sd.troubles.append(Trouble(status=401, body=""))
    await clock_at(intake, "2026-11-21T12:00")
    asked = Runtime(SERVICE, intake.settings.model_copy(update={"polls": file_of(sd, tmp_path)}), intake.pool)

    asking = asyncio.create_task(keep_asking(asked))
    await until_read(intake, "2026-11-21 12:00")
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking

    assert sd.calls()[:2] == ["GetEmploymentChanged", "GetEmploymentChanged"]
    assert (await held(intake)).said["hr.hired.v1"] == 1


@pytest.mark.parametrize("missing", VARIABLES)
async def test_a_source_without_user_or_secret_ends_the_worker_with_words(
    intake: Runtime, sd: SdService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.delenv(missing)
    asked = Runtime(SERVICE, intake.settings.model_copy(update={"polls": file_of(sd, tmp_path)}), intake.pool)

    with pytest.raises(ValueError, match=missing):
        await keep_asking(asked)


async def test_without_a_file_nobody_is_asked(intake: Runtime) -> None:
    asking = asyncio.create_task(keep_asking(intake))
    await asyncio.sleep(0)

    assert not asking.done()
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking
    assert await marks(intake) == {}

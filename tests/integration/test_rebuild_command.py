"""`forbliv rebuild` against a real database: what was otherwise is told, and put right unless it is a trial."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
import typer
from typer.testing import CliRunner, Result

from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.commands import figures, rebuild
from services.reporting.app import SERVICE
from tests.integration.test_figures import LATER, staff, units
from tests.kit.records import set_day, take

Run = Callable[..., Awaitable[Result]]
DAMAGE = "UPDATE ledger SET amount = amount + 1 WHERE ctid = (SELECT min(ctid) FROM ledger)"


@pytest.fixture
async def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("FORBLIV_KAFKA", settings.kafka)
    monkeypatch.setenv("FORBLIV_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("FORBLIV_RULES", str(settings.rules))
    app = typer.Typer()
    figures.register(app)  # a second command, so that the first is asked for by name
    rebuild.register(app)
    async with open_runtime(SERVICE, settings) as runtime:
        await set_day(runtime, LATER)
        await take(runtime, [*units(), *staff("north", 20)])
        async with runtime.pool.acquire() as conn:
            await conn.execute(DAMAGE)

    async def invoked(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, ["rebuild", *arguments], env={"COLUMNS": "240"})

    return invoked


async def test_a_trial_tells_the_place_and_the_rebuild_puts_it_right(run: Run) -> None:
    trial, done, again = await run("reporting", "--trial"), await run("reporting"), await run("reporting", "--json")

    assert (trial.exit_code, done.exit_code, again.exit_code) == (0, 0, 0), trial.output + done.output
    assert "1 places of the ledger would be otherwise" in trial.output
    assert "1 places of the ledger are otherwise" in done.output
    told = json.loads(again.stdout)
    assert (told["subjects"], told["revisions"], told["differences"]) == (20, 20, [])


async def test_who_books_nothing_is_told_so_in_one_line(run: Run) -> None:
    refused = await run("onboarding")

    assert refused.exit_code == 1
    assert "onboarding books nothing" in refused.output

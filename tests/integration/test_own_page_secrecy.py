"""The secret of a personal link as the server of the product runs: it stands in no line that a process writes."""

import asyncio
from typing import Any

import httpx
import pytest
import uvicorn

from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.commands import run
from services.onboarding.app import SERVICE
from tests.kit import browser as kit
from tests.kit.builders import an_id
from tests.kit.first_year import SECRET, fill
from tests.kit.own_page import address_on
from tests.kit.page_client import hidden_fields


def as_the_command_runs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, dict[str, Any]]:
    """The app and the server's options of `forbliv web onboarding`."""
    ran: list[tuple[Any, dict[str, Any]]] = []
    told = {"profile": "local", "kafka": settings.kafka, "database_url": settings.database_url, "rules": str(settings.rules)}
    for name, value in {**told, "secret": SECRET}.items():
        monkeypatch.setenv(f"FORBLIV_{name.upper()}", value)
    monkeypatch.setattr(uvicorn, "run", lambda app, **options: ran.append((app, options)))
    run.web(["onboarding"])
    return ran[0]


def link_of(base: str, page: str) -> str:
    """The leader signs in and makes a link."""
    with httpx.Client(base_url=base) as client:
        fields = hidden_fields(client.get("/sign-in").text) | {"person": str(an_id("leader")), "municipality": "730"}
        client.post("/sign-in", data=fields)
        return base + address_on(client.post(page, data=hidden_fields(client.get(page).text, page)).text)


@pytest.mark.parametrize("access_log", [False, True])
async def test_the_secret_stands_in_no_line_that_the_server_writes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], access_log: bool
) -> None:
    """With an access log it would: so this test sees what is written, and the command must not turn one on."""
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
        plan = await runtime.pool.fetchval("SELECT plan_id FROM plan WHERE person_key = $1", an_id("new"))
        app, options = as_the_command_runs(settings, monkeypatch)
        assert options["access_log"] is False
        with kit.served(app, **{**options, "port": 0, "log_level": "info", "access_log": access_log}) as base:
            link = await asyncio.to_thread(link_of, base, f"/onboarding/plans/{plan}/link")
            answers = [await asyncio.to_thread(httpx.get, link)]
            answers.append(await asyncio.to_thread(httpx.post, f"{link}/wonder"))
            await runtime.pool.execute("ALTER TABLE step RENAME TO away")
            answers.append(await asyncio.to_thread(httpx.get, link))

    written = "".join(capfd.readouterr())
    assert [answer.status_code for answer in answers] == [200, 403, 500]
    assert "request_failed" in written
    assert (link.rpartition("/")[2] in written) is access_log

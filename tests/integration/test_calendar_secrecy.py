"""The secret of a calendar as the server of the product runs: it stands in no line that a process writes."""

import asyncio
import re
from typing import Any

import httpx
import pytest
import uvicorn

from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.commands import run
from services.notification.app import SERVICE
from services.notification.calendar import pages
from tests.kit import browser as kit
from tests.kit.builders import an_id
from tests.kit.inbox import fill
from tests.kit.page_client import hidden_fields


def as_the_command_runs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, dict[str, Any]]:
    """The app and the server's options of `forbliv web notification`."""
    ran: list[tuple[Any, dict[str, Any]]] = []
    told = {"profile": "local", "kafka": settings.kafka, "database_url": settings.database_url, "rules": str(settings.rules)}
    for name, value in {**told, "secret": "a secret of the tests, long enough"}.items():
        monkeypatch.setenv(f"FORBLIV_{name.upper()}", value)
    monkeypatch.setattr(uvicorn, "run", lambda app, **options: ran.append((app, options)))
    run.web(["notification"])
    return ran[0]


def address_of(base: str) -> str:
    """The leader signs in and makes an address, then it is asked for in every way."""
    with httpx.Client(base_url=base) as client:
        fields = hidden_fields(client.get("/sign-in").text) | {"person": str(an_id("leader")), "municipality": "730"}
        client.post("/sign-in", data=fields)
        made = client.post(pages.PAGE, data=hidden_fields(client.get(pages.PAGE).text, pages.PAGE))
    return re.search(r'id="address"[^>]*>([^<]+)<', made.text)[1]  # type: ignore[index]  # without it the test has failed


@pytest.mark.parametrize("access_log", [False, True])
async def test_the_secret_stands_in_no_line_that_the_server_writes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], access_log: bool
) -> None:
    """With an access log it would: so this test sees what is written, and the command must not turn one on."""
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
        app, options = as_the_command_runs(settings, monkeypatch)
        assert options["access_log"] is False
        with kit.served(app, **{**options, "port": 0, "log_level": "info", "access_log": access_log}) as base:
            address = await asyncio.to_thread(address_of, base)
            answers = [await asyncio.to_thread(httpx.get, address)]
            answers.append(await asyncio.to_thread(httpx.post, address))
            await runtime.pool.execute("ALTER TABLE calendar_entry RENAME TO away")
            answers.append(await asyncio.to_thread(httpx.get, address))

    written = "".join(capfd.readouterr())
    assert [answer.status_code for answer in answers] == [200, 405, 500]
    assert "request_failed" in written
    assert (address.rpartition("/")[2].removesuffix(".ics") in written) is access_log

"""`forbliv figures`: what the scorecard shows, for an operator and for scripts."""

import asyncio
import csv
import io
import json
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from deploy.local.stack import Stack
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.commands import figures
from services.reporting.app import SERVICE
from tests.kit.builders import an_id
from tests.kit.scorecard import fill


@pytest.fixture
async def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command against a filled ledger."""

    class OneDatabase:
        kafka = settings.kafka

        def database(self, _service: str) -> str:
            return settings.database_url

    monkeypatch.setattr(Stack, "load", lambda *_: OneDatabase())
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
    app = typer.Typer()
    figures.register(app)

    async def run(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, arguments, env={"COLUMNS": "240"})

    return run


async def rows(command: Any, *arguments: str) -> list[dict[str, Any]]:
    result = await command(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


async def test_the_whole_municipality_by_month_and_year(command: Any) -> None:
    found = await rows(command, "headcount", "--from", "2025", "--to", "2025")

    assert [(row["period"], row["value"]) for row in found][-2:] == [("2025-12", 57), ("2025", 57)]
    assert len(found) == 13
    wanted = {"period", "unit_id", "value", "n", "status", "numerator", "denominator", "definition_version"}
    assert wanted <= found[0].keys()
    assert {row["unit_id"] for row in found} == {str(an_id("area"))}


async def test_units_and_what_is_hidden_of_them(command: Any) -> None:
    found = await rows(command, "headcount", "--by", "unit", "--from", "2025-11", "--to", "2025-11")

    shown = {row["unit"]: (row["status"], row["value"]) for row in found}
    assert shown["Omsorg og sundhed"] == ("ok", 57)
    assert shown["Køkkenet på Søvej"] == shown["Administrationen"] == ("hidden", None)
    assert found[0]["unit"] == "Omsorg og sundhed", "in the order of the tree"


async def test_a_unit_by_its_name_and_as_known_on_a_day(command: Any) -> None:
    found = await rows(command, "headcount", "--unit", "Hjemmepleje Nord", "--from", "2025-02", "--as-known-on", "2025-03-10")

    assert [(row["period"], row["value"], row["known_on"]) for row in found] == [("2025-02", 31, "2025-03-10")]


async def test_reasons_in_a_table_and_as_csv(command: Any) -> None:
    table = await command("leavers-by-kind", "--from", "2025", "--to", "2025")
    as_csv = await command("leavers-by-kind", "--from", "2025", "--to", "2025", "--format", "csv")

    assert "54.545455" in table.stdout
    assert "under 5" in table.stdout
    read = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert {(row["split"], row["numerator"]) for row in read if row["period"] == "2025"} == {("own-request", "6"), ("retirement", "5")}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("happiness",), "there is no indicator happiness"),
        (("headcount", "--by", "age"), "headcount is not split by age"),
        (("headcount", "--unit", "Nowhere"), "there are no figures for unit Nowhere"),
        (("headcount", "--from", "soon"), "soon is neither YYYY nor YYYY-MM"),
        (("headcount", "--as-known-on", "soon"), "soon is no day"),
        (("headcount", "--as-known-on", "2026-02-01"), "2026-02-01 is still to come"),
    ],
)
async def test_what_cannot_be_asked_is_said_in_one_line(command: Any, arguments: tuple[str, ...], told: str) -> None:
    result = await command(*arguments)

    assert result.exit_code == 1
    assert told in result.stderr

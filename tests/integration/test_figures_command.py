"""`forbliv figures`: what the scorecard shows, for an operator and for scripts."""

import asyncio
import csv
import io
import json
from typing import Any

import asyncpg
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


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip(" │┃").replace("┃", "│").split("│")]


async def table(command: Any, *arguments: str) -> tuple[list[str], dict[str, list[str]]]:
    """The headings, and the cells of each row under its first cell."""
    lines = (await command(*arguments)).stdout.splitlines()
    rows = [cells(line) for line in lines if line.strip().startswith(("│", "┃"))]
    return rows[0], {row[0]: row[1:] for row in rows[1:]}


async def test_a_table_has_what_belongs_to_each_value_under_its_own_heading(command: Any) -> None:
    headings, found = await table(command, "turnover-cohort-12m", "--from", "2025", "--to", "2025")
    (told,) = [row for row in await rows(command, "turnover-cohort-12m", "--from", "2025", "--to", "2025") if row["period"] == "2025"]

    assert headings == ["period", "value", "n", "numerator", "denominator", "status", "definition version"]
    assert told["numerator"] != told["n"] == told["denominator"]
    numbers = [str(told[name]) for name in ("n", "numerator", "denominator")]
    assert found["2025"] == [f"{told['value']:.6f}", *numbers, "ok", str(told["definition_version"])]


async def test_a_denominator_that_is_a_mean_is_told_to_its_last_decimal(command: Any) -> None:
    asked = ("turnover-leavers-over-average-headcount", "--from", "2025", "--to", "2025")
    _, found = await table(command, *asked)
    (told,) = [row for row in await rows(command, *asked) if row["period"] == "2025"]

    assert isinstance(told["denominator"], float)
    assert float(found["2025"][3]) == told["denominator"]


async def test_units_stand_in_a_table_where_there_are_several(command: Any) -> None:
    asked = ("headcount", "--from", "2025-11", "--to", "2025-11")
    headings, _ = await table(command, *asked, "--by", "unit")
    alone = await command(*asked, "--unit", "Hjemmepleje Nord")

    assert headings[:3] == ["period", "unit", "value"]
    assert "headcount, Hjemmepleje Nord" in alone.stdout
    assert "Hjemmepleje Nord" not in alone.stdout.split("headcount, Hjemmepleje Nord")[1]


async def test_a_preliminary_value_is_shown_as_such(command: Any, settings: Settings) -> None:
    conn = await asyncpg.connect(settings.database_url)
    await conn.execute(
        "UPDATE published SET status = 'preliminary' WHERE definition_id = 'headcount' AND period = '2025-11' AND status = 'ok'"
    )
    await conn.close()
    _, found = await table(command, "headcount", "--from", "2025-11", "--to", "2025-12")

    assert (found["2025-11"][0], found["2025-11"][4]) == ("57", "preliminary")
    assert found["2025-12"][4] == "ok"


async def test_reasons_in_a_table_and_as_csv(command: Any) -> None:
    shown = await command("leavers-by-kind", "--from", "2025", "--to", "2025")
    as_csv = await command("leavers-by-kind", "--from", "2025", "--to", "2025", "--format", "csv")

    assert "54.545455" in shown.stdout
    assert "under 5" in shown.stdout
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
        (("headcount", "--municipality", "707"), "there are no figures for municipality 707; there are: 730"),
        (("headcount", "--municipality", "123"), "there are no figures for municipality 123; there are: 730"),
    ],
)
async def test_what_cannot_be_asked_is_said_in_one_line(command: Any, arguments: tuple[str, ...], told: str) -> None:
    result = await command(*arguments)

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert told in result.stderr

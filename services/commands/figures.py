"""`forbliv figures`: published values of an indicator, for people and for machines."""

import csv as csv_file
import json
import sys
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer
import uvloop
from rich.console import Console
from rich.table import Table

from deploy.local.failures import StackFailed
from deploy.local.paths import default_directory
from deploy.local.settings import settings_of
from deploy.local.stack import Stack
from services.chassis.calendar import day_of
from services.chassis.failures import Refused
from services.chassis.reference import Snapshot
from services.chassis.runtime import Runtime, open_runtime
from services.reporting import answers
from services.reporting.answers import Question
from services.reporting.app import SERVICE
from services.reporting.indicators.definition import DEFINITIONS
from services.reporting.indicators.figures import Status
from services.reporting.store import values

REFUSALS = {
    "figures-no-such-indicator": "there is no indicator {indicator}; there are: {all}",
    "figures-no-such-split": "{indicator} is not split by {split}",
    "figures-no-such-unit": "there are no figures for unit {unit}",
    "figures-bad-period": "{period} is neither YYYY nor YYYY-MM",
    "figures-bad-day": "{day} is no day; write YYYY-MM-DD",
    "figures-not-known-yet": "{day} is still to come",
    "figures-no-such-municipality": "there are no figures for municipality {municipality}; there are: {all}",
    "figures-no-municipality": "there are several municipalities, name one with --municipality: {all}",
    "figures-none": "no figures have been published yet",
}
WORDS = {Status.HIDDEN: "under 5", Status.EMPTY: "–", Status.TOO_EARLY: "too early"}
COLUMNS = ("unit_id", "unit", "period", "split", "value", "n", "numerator", "denominator", "status", "definition_version", "restated")

TABLE = {
    "period": "period",
    "unit": "unit",
    "split": "split",
    "value": "value",
    "n": "n",
    "numerator": "numerator",
    "denominator": "denominator",
    "status": "status",
    "definition version": "definition_version",
}
"""The headings of the table, and what stands under each."""
NUMBERS = frozenset(TABLE) - {"period", "unit", "split", "status"}


class Format(StrEnum):
    """How values are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


Indicator = Annotated[str, typer.Argument(metavar="INDICATOR", help=", ".join(DEFINITIONS))]
Unit = Annotated[str | None, typer.Option("--unit", metavar="U", help="Id or name of a unit; default: the whole municipality.")]
By = Annotated[str | None, typer.Option("--by", metavar="DIMENSION", help="unit (all at or below), kind, step or level.")]
From = Annotated[str | None, typer.Option("--from", metavar="M", help="Periods that end in YYYY or YYYY-MM or later.")]
To = Annotated[str | None, typer.Option("--to", metavar="M", help="Periods that end by then.")]
KnownOn = Annotated[str | None, typer.Option("--as-known-on", metavar="D", help="As known at the end of a day, YYYY-MM-DD.")]
As = Annotated[Format, typer.Option("--format", help="How to print.")]
Code = Annotated[str | None, typer.Option("--municipality", metavar="C", help="Three digits; default: the only one.")]
Directory = Annotated[Path | None, typer.Option("--dir", metavar="D", help="The stack's directory; default: .forbliv in this clone.")]


def register(app: typer.Typer) -> None:
    """Add `figures`."""
    app.command("figures")(figures)


def figures(
    indicator: Indicator, unit: Unit = None, by: By = None, since: From = None, until: To = None, as_known_on: KnownOn = None,
    output: As = Format.TABLE, municipality: Code = None, directory: Directory = None,
) -> None:  # fmt: skip
    """Published values with period, value, n, numerator, denominator, status and definition version; suppression applied."""
    try:
        stack = Stack.load(directory or default_directory())
        rows = uvloop.run(_rows(stack, _Asked(indicator, unit, by, since, until, as_known_on, municipality)))
    except Refused as refused:
        _fail(REFUSALS.get(refused.reason, refused.reason).format_map({"all": ", ".join(DEFINITIONS), **refused.fields}))
    except StackFailed as failure:
        _fail(str(failure))
    _print(indicator, rows, output, by_unit=by == "unit")


class _Asked:
    """The words of the command line."""

    def __init__(
        self, indicator: str, unit: str | None, by: str | None, since: str | None, until: str | None, on: str | None, code: str | None
    ) -> None:
        self.definition = answers.definition_of(indicator)
        self.unit = unit
        self.by_unit = by == "unit"
        self.by = None if self.by_unit else by
        self.since = None if since is None else answers.period_bound(since, end=False)
        self.until = None if until is None else answers.period_bound(until, end=True)
        self.on = None if on is None else _day(on)
        self.code = code


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as wrong:
        raise Refused("figures-bad-day", day=written) from wrong


async def _rows(stack: Stack, asked: _Asked) -> list[dict[str, object]]:
    async with open_runtime(SERVICE, settings_of(stack, SERVICE.name)) as runtime:
        return await rows(runtime, asked)


async def rows(runtime: Runtime, asked: _Asked) -> list[dict[str, object]]:
    """The answer as records, each with the name of its unit; units in the order of the tree."""
    today = day_of(await runtime.now())
    async with runtime.pool.acquire() as conn:
        code = _municipality(await values.municipalities(conn), asked.code)
        known = await values.units(conn, code)
        snapshot = await runtime.snapshot(code)
        units = _units(snapshot, asked, known, today)
        question = Question(code, asked.definition, units, asked.by, asked.since, asked.until, asked.on)
        found = await answers.answer(conn, question, snapshot, today)
    order = {unit: n for n, unit in enumerate(units or ())}
    ordered = sorted(found.values, key=lambda value: order.get(value.figure.key.unit, 0))
    names = _names(snapshot, today)
    return [
        answers.as_json(value, found.known_on, snapshot) | {"unit": names.get(value.figure.key.unit, snapshot.rules.name)}
        for value in ordered
    ]


def _municipality(known: Sequence[str], asked: str | None) -> str:
    if not known:
        raise Refused("figures-none")
    if asked is not None and asked not in known:
        raise Refused("figures-no-such-municipality", municipality=asked, all=", ".join(known))
    if asked is not None:
        return asked
    if len(known) > 1:
        raise Refused("figures-no-municipality", all=", ".join(known))
    return known[0]


def _units(snapshot: Snapshot, asked: _Asked, known: frozenset[str], today: date) -> list[str] | None:
    if asked.unit is None:
        return answers.below(snapshot, "", today, known) if asked.by_unit else None
    names = {name: unit for unit, name in _names(snapshot, today).items()}
    unit = asked.unit if asked.unit in known else names.get(asked.unit, "")
    if unit not in known or not unit:
        raise Refused("figures-no-such-unit", unit=asked.unit)
    return answers.below(snapshot, unit, today, known) if asked.by_unit else [unit]


def _names(snapshot: Snapshot, today: date) -> dict[str, str]:
    organisation = snapshot.organisation()
    found = ((unit, organisation.unit(unit, today)) for unit in organisation.units())
    return {str(unit): told.name for unit, told in found if told is not None}


def _print(indicator: str, found: Sequence[dict[str, object]], output: Format, *, by_unit: bool) -> None:
    if output is Format.JSON:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    elif output is Format.CSV:
        writer = csv_file.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([_cell(row, column) for column in COLUMNS] for row in found)
    else:
        _table(indicator, found, by_unit=by_unit)


def _cell(row: dict[str, object], column: str) -> object:
    value = row[column]
    return _words(value) if isinstance(value, dict) else value


def _words(split: dict[str, str]) -> str:
    return ", ".join(split.values())


def _table(indicator: str, found: Sequence[dict[str, object]], *, by_unit: bool) -> None:
    columns = [column for column in TABLE if column not in _left_out(found, by_unit=by_unit)]
    table = Table(title=_title(indicator, found, by_unit=by_unit), title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column in NUMBERS else "left")
    for row in found:
        table.add_row(*(_text(row, column) for column in columns))
    console = Console(highlight=False)
    console.print(table)
    if any(row["restated"] for row in found):
        console.print("* restated")


def _left_out(found: Sequence[dict[str, object]], *, by_unit: bool) -> set[str]:
    """The columns in which all rows are alike: the one unit that was asked for, and how an indicator is split that is not."""
    return {*(() if by_unit else ("unit",)), *(() if any(row["split"] for row in found) else ("split",))}


def _title(indicator: str, found: Sequence[dict[str, object]], *, by_unit: bool) -> str:
    return indicator if by_unit or not found else f"{indicator}, {found[0]['unit']}"


def _text(row: dict[str, object], column: str) -> str:
    """A cell for people; where there is no value, why."""
    told = row[TABLE[column]]
    if isinstance(told, dict):
        return _words(told)
    if column == "value":
        percent = row["unit_of_measure"] == "percent"
        said = WORDS.get(Status(str(row["status"]))) or (f"{told:.6f}" if percent and told is not None else _number(told))
        return f"{said} *" if row["restated"] else said
    return _number(told)


def _number(told: object) -> str:
    """A number to its last decimal of six, or a word."""
    return "" if told is None else f"{told:.6f}".rstrip("0") if isinstance(told, float) else str(told)


def _fail(message: str) -> NoReturn:
    Console(stderr=True, highlight=False).print(f"forbliv: {message}", style="bold red", markup=False, soft_wrap=True)
    raise typer.Exit(1)

"""`forbliv import csv|sd|opus`: a file (or a folder of files) of a foreign system into events."""

import json
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn
from uuid import UUID

import structlog
import typer
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.local.caughtup import wait_until_caught_up
from deploy.local.failures import StackFailed
from deploy.local.importing import brought, corrected, take, turning_down
from deploy.local.paths import default_directory
from deploy.local.stack import Stack
from services.intake.outcome import Outcome
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import Wrong
from services.intake.vault import NoKeys, Unopened

REFUSALS = {
    "bad-mapping": "the mapping file cannot be used: {why}",
    "no-mapping": "name a mapping file with --mapping; examples are in deploy/local/mappings",
    "no-file": "{file}: no file here that the mapping names",
    "other-format": "the mapping file tells of another format: forbliv import {way_in}",
    "bad-file": "{file}: cannot be read",
    "too-large": "{file}: too-large; one part of it, or what it unpacks to, is larger than any payroll system writes",
    "bad-xml": "{file}: bad-xml in line {line}",
    "truncated-xml": "{file}: truncated-xml; the file ends too early",
    "forbidden-xml": "{file}: forbidden-xml; a DTD or an entity is refused",
    "bad-answer": "{file}: bad-answer; no answer of this system that is known",
    "changed-file": "{file}: changed-file; it was written to while it was read",
    "bad-encoding": "{file}: bad-encoding; the mapping tells another one",
    "bad-header": "{file}: bad-header; the column {field} must be there once",
    "no-export-time": "{file}: no-export-time; a nightly file is named ZLPE<YYYYMMDDhhmmss>_delta.xml",
    "older-delivery": "older-delivery: a later file of the feed {feed} is taken; --release WHY lets it in, where it does not show all",
    "incomplete-file": "incomplete-file: {missing} of {known} known employees are missing; nothing of it is taken",
    "incomplete-units": "incomplete-units: {missing} of {known} known units are missing; nothing of it is taken",
    "no-municipality": "{file}: name the municipality with --municipality",
    "no-rules": "there are no rules for municipality {municipality}; add a file to deploy/rules",
    "import-running": "another import of the feed {feed} is under way",
    "delivery-dropped": "a person dropped this delivery; --release WHY takes it all the same",
    "no-delivery": "there is no delivery {delivery}",
    "not-waiting": "the delivery does not wait",
    "no-rows": "the file has no rows",
    "unopened": "what was kept cannot be opened: a key is missing",
}

NOTES = {
    "source-record-purged": "ended employments that the source has tidied away: nothing is said of it",
    "cancel-of-unknown": "deleted employments that were never known: nothing is said of them",
    "leave-before-start": "leaves that begin before the employment",
    "start-assumed": "employments whose start the source does not tell: the first day of their status is taken",
    "effective-date-assumed": "moves and changes of hours without a day of their own: the day of registration is taken",
    "erased-before": "rows about persons who were erased: they are passed over",
    "unit-now-known": "rows refused before for want of a unit that is known now: they were taken",
    "waits-for-facts": "employments of which nothing is said until their unit and degree are told",
}
"""What is worth knowing though no event says it."""

WAITS = 3
"""The exit code of a delivery that was held back until a person decides."""

Path_ = Annotated[Path, typer.Argument(metavar="PATH", help="A file (.gz too), or the folder of a delivery.")]
MappingFile = Annotated[Path | None, typer.Option("--mapping", help="Mapping file; default: mapping.toml beside the file.")]
Code = Annotated[str | None, typer.Option("--municipality", metavar="C", help="Three digits; default: the mapping's.")]
Corrects = Annotated[UUID | None, typer.Option("--corrects", metavar="DELIVERY", help="These rows put refused ones of a delivery right.")]
Release = Annotated[
    str | None, typer.Option("--release", metavar="WHY", help="It may be late, or end many employments; why, kept with who.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be said, write nothing.")]
Wait = Annotated[bool, typer.Option("--wait", help="Return when every service has caught up.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Directory = Annotated[Path | None, typer.Option("--dir", help="The stack's directory; default: .forbliv in this clone.")]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for on the command line."""

    path: Path
    mapping: Path | None
    municipality: str | None
    directory: Path | None
    corrects: UUID | None
    release: str | None
    dry_run: bool
    wait: bool
    as_json: bool


_console = Console(highlight=False)
_errors = Console(stderr=True, highlight=False)


def register(app: typer.Typer) -> None:
    """Add `import` with one command per kind of source."""
    sources = typer.Typer(help="Read a foreign system's file into events.", no_args_is_help=True)
    sources.callback()(_sources)
    sources.command("csv")(csv)
    sources.command("sd")(sd)
    sources.command("opus")(opus)
    app.add_typer(sources, name="import")


def _sources() -> None:
    """Read a foreign system's file into events; the same file again changes nothing."""


def csv(
    path: Path_, mapping: MappingFile = None, municipality: Code = None, directory: Directory = None, corrects: Corrects = None,
    release: Release = None, *, dry_run: DryRun = False, wait: Wait = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Read CSV rows into events: counts per event, and one line per refused row (line, reason and field, never a value)."""
    asked = Asked(path, mapping, municipality, directory, corrects, release, dry_run, wait, as_json)
    _import("csv", asked)


def sd(
    path: Path_, mapping: MappingFile = None, municipality: Code = None, directory: Directory = None, release: Release = None,
    *, dry_run: DryRun = False, wait: Wait = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Read answers of SD Løn (XML) into events: counts per event, and one line per refused employment, never a value."""
    asked = Asked(path, mapping, municipality, directory, None, release, dry_run, wait, as_json)
    _import("sd", asked)


def opus(
    path: Path_, mapping: MappingFile = None, municipality: Code = None, directory: Directory = None, release: Release = None,
    *, dry_run: DryRun = False, wait: Wait = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Read a nightly file of KMD OPUS (XML) into events: counts per event, and one line per refused employee, never a value."""
    asked = Asked(path, mapping, municipality, directory, None, release, dry_run, wait, as_json)
    _import("opus", asked)


def _import(way_in: str, asked: Asked) -> None:
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=sys.stderr))
    try:
        stack = Stack.load(asked.directory or default_directory())
        if asked.corrects:
            outcome = uvloop.run(corrected(stack, asked.corrects, _content(asked.path), dry_run=asked.dry_run))
        else:
            outcome = _deliver(stack, _mapping(way_in, asked), asked)
        show(outcome, dry_run=asked.dry_run, as_json=asked.as_json)
        if outcome.held and not asked.dry_run:
            raise typer.Exit(WAITS)
        if asked.wait and not asked.dry_run:
            wait_until_caught_up(stack)
    except DeliveryRefused as refused:
        _fail(words_of(refused))
    except (StackFailed, NoKeys, Unopened) as failure:
        _fail(str(failure))


def words_of(refused: DeliveryRefused) -> str:
    """Why a delivery cannot be taken at all, for who sent it."""
    return REFUSALS.get(refused.reason, refused.reason).format_map(refused.fields)


def refused_line(wrong: Wrong) -> str:
    """A refused row for people: where it stands and what is wrong, never a value."""
    return f"{wrong.file}:{wrong.line}: {wrong.reason} {wrong.field} ({wrong.column})"


def refused_object(wrong: Wrong) -> dict[str, object]:
    """The same for a script."""
    return {name: getattr(wrong, name) for name in ("file", "line", "reason", "field", "column")}


def _mapping(way_in: str, asked: Asked) -> Mapping:
    told = Mapping.load(_mapping_of(asked.path, asked.mapping))
    if told.way_in != way_in:
        raise DeliveryRefused("other-format", way_in=told.way_in)
    return told


def _mapping_of(path: Path, mapping: Path | None) -> Path:
    beside = (path if path.is_dir() else path.parent) / "mapping.toml"
    if mapping is None and not beside.is_file():
        raise DeliveryRefused("no-mapping")
    return mapping or beside


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as wrong:
        raise DeliveryRefused("bad-file", file=path.name) from wrong


def _deliver(stack: Stack, mapping: Mapping, asked: Asked) -> Outcome:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_errors, transient=True) as bar:
        reading_bar = bar.add_task("reading", total=None)
        bringing = brought(mapping, asked.path, asked.release)
        with nullcontext() if asked.dry_run else turning_down(stack, mapping, asked.municipality, bringing):
            delivery = survey(mapping, asked.path, asked.municipality, lambda lines: bar.advance(reading_bar, lines))
        bar.update(reading_bar, total=delivery.rows, completed=delivery.rows)
        taking_bar = bar.add_task("taking", total=delivery.rows)
        work = take(stack, mapping, delivery, bringing, lambda rows: bar.advance(taking_bar, rows), dry_run=asked.dry_run)
        return uvloop.run(work)


def show(outcome: Outcome, *, dry_run: bool, as_json: bool) -> None:
    """What became of a delivery, for people or for a script; never a value of a row."""
    if as_json:
        _console.print_json(json.dumps(as_json_object(outcome, dry_run=dry_run), ensure_ascii=False))
        return
    for wrong in outcome.refused:
        _console.print(refused_line(wrong), markup=False, soft_wrap=True)
    if more := outcome.refused_rows - len(outcome.refused):
        _console.print(f"and {more} more; the page of the delivery has them", markup=False)
    for name, count in sorted(outcome.said.items()):
        _console.print(f"{count:>8}  {name}", markup=False)
    if outcome.held:
        _console.print(held_line(outcome, dry_run=dry_run), markup=False, soft_wrap=True)
    taken = _taken(outcome, dry_run=dry_run)
    _console.print(f"{outcome.seen} rows, {outcome.refused_rows} refused; {outcome.subjects} persons and units {taken}", markup=False)
    for word, count in sorted(outcome.notes.items()):
        _console.print(f"{count:>8}  {NOTES[word]}", markup=False, soft_wrap=True)
    if outcome.broken:
        _console.print(f"{outcome.broken} of them wait for a repair; see the log", markup=False)


def held_line(outcome: Outcome, *, dry_run: bool) -> str:
    """Why a delivery waits, and what lets it go."""
    held = outcome.held
    assert held is not None
    why = f"it would end {held.ending} of {held.employed} employments, more than {held.percent:f} %"
    return f"would be held back: {why}" if dry_run else f"held back: {why}; forbliv deliveries release {outcome.id} --why WHY, or drop"


def _taken(outcome: Outcome, *, dry_run: bool) -> str:
    if outcome.again:
        return "had been taken before, nothing new"
    if dry_run:
        return "would be taken"
    return "wait" if outcome.held else "taken"


def as_json_object(outcome: Outcome, *, dry_run: bool) -> dict[str, object]:
    """The same for a script."""
    return {
        "municipality": outcome.municipality,
        "feed": outcome.feed,
        "rows": outcome.seen,
        "refused_rows": outcome.refused_rows,
        "refused": [refused_object(wrong) for wrong in outcome.refused],
        "subjects": outcome.subjects,
        "broken": outcome.broken,
        "events": dict(sorted(outcome.said.items())),
        "notes": dict(sorted(outcome.notes.items())),
        "again": outcome.again,
        "delivery": str(outcome.id),
        "held": {"ending": outcome.held.ending, "employed": outcome.held.employed} if outcome.held else None,
        "dry_run": dry_run,
    }


def _fail(message: str) -> NoReturn:
    _errors.print(f"forbliv: {message}", style="bold red", markup=False, soft_wrap=True)
    raise typer.Exit(1)

"""`forbliv rebuild`: what a service has booked is made again from its histories, and compared with what was there."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from services.chassis.rebuild import BooksNothing, Rebuild, Rebuilt
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.commands.run import service_app
from services.commands.stack import Directory, refuse, where_is

SHOWN = 20
Named = Annotated[str, typer.Argument(metavar="SERVICE", help="Whose bookings.")]
Trial = Annotated[bool, typer.Option("--trial", help="Only say what would be otherwise.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_console = Console(highlight=False)
_errors = Console(stderr=True, highlight=False)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(rebuild)


def rebuild(service: Named, directory: Directory = None, *, trial: Trial = False, as_json: AsJson = False) -> None:
    """Make everything a service has booked again from its histories; it stands still meanwhile. Says what was otherwise."""
    settings = where_is(directory, service)[service]
    try:
        found = asyncio.run(_rebuilt(service, settings, trial=trial))
    except BooksNothing:
        refuse(f"{service} books nothing that could be made again; what it says is derived anew by itself when code or rules change")
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=1))
    else:
        _print(found, trial=trial)


async def _rebuilt(service: str, settings: Settings, *, trial: bool) -> Rebuilt:
    columns = (TextColumn("{task.description}"), TextColumn("{task.completed}"), TimeElapsedColumn())
    async with open_runtime(service_app(service).SERVICE, settings) as runtime:
        with Progress(*columns, console=_errors, transient=True) as bar:
            task = bar.add_task("histories", total=None)
            return await Rebuild(runtime, lambda count: bar.advance(task, count)).run(trial=trial)


def _print(found: Rebuilt, *, trial: bool) -> None:
    _console.print(f"{found.subjects} histories, {found.revisions} revisions, {found.broken} that cannot be derived")
    would = "would be" if trial else "are"
    _console.print(f"{len(found.differences)} places of the ledger {would} otherwise, the bookings of {found.corrected} histories too")
    for differs in found.differences[:SHOWN]:
        _console.print(
            f"  {' · '.join(part or '-' for part in differs.place)}: {differs.was} → {differs.now}", markup=False, soft_wrap=True
        )
    if len(found.differences) > SHOWN:
        _console.print(f"  and {len(found.differences) - SHOWN} more: --json has all")

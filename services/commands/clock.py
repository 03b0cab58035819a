"""`forbliv clock`: time in a local stack."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from deploy.local.caughtup import wait_until_caught_up
from deploy.local.clockwork import move_clock, read_clock, set_clock
from deploy.local.failures import StackFailed
from deploy.local.paths import default_directory
from deploy.local.stack import Stack
from services.chassis.calendar import COPENHAGEN, midnight

Directory = Annotated[Path | None, typer.Option("--dir", help="The stack's directory; default: .forbliv in this clone.")]
Moment = Annotated[
    str | None, typer.Option("--set", metavar="T", help="A day or a moment, as 2026-03-14 or 2026-03-14T08:00; Danish time.")
]
Duration = Annotated[str | None, typer.Option("--advance", metavar="P", help="How far forward, as P30D, P2W or PT6H.")]
_DURATION = re.compile(r"^P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?)?$")

_console = Console(highlight=False)
_errors = Console(stderr=True, highlight=False)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(clock)


def clock(moment: Moment = None, advance: Duration = None, directory: Directory = None) -> None:
    """Show the clock of a local stack, or move it forward and return when all services have caught up."""
    try:
        stack = Stack.load(directory or default_directory())
        if moment is not None:
            asyncio.run(set_clock(stack, _moment(moment)))
        if advance is not None:
            asyncio.run(move_clock(stack, _duration(advance)))
        if moment is not None or advance is not None:
            wait_until_caught_up(stack)
        now = asyncio.run(read_clock(stack))
    except StackFailed as failure:
        _fail(str(failure))
    _console.print(now.astimezone(COPENHAGEN).isoformat(timespec="seconds"), markup=False)


def _moment(text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        _fail(f"{text} is no moment; write 2026-03-14 or 2026-03-14T08:00")
    if "T" not in text:
        return midnight(read.date())
    return read if read.tzinfo else read.replace(tzinfo=COPENHAGEN)


def _duration(text: str) -> timedelta:
    found = _DURATION.match(text)
    if found is None or text in {"P", "PT"}:
        _fail(f"{text} is no duration; write P30D, P2W or PT6H")
    return timedelta(**{unit: int(count) for unit, count in found.groupdict().items() if count})


def _fail(message: str) -> NoReturn:
    _errors.print(f"forbliv: {message}", style="bold red", markup=False, soft_wrap=True)
    raise typer.Exit(1)

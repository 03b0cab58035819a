"""`forbliv up`, `down`, `status`: the local stack."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from deploy.local import launcher
from deploy.local.failures import StackFailed
from deploy.local.paths import default_directory, demo_directory
from deploy.local.stack import Stack
from deploy.local.status import look, render

Directory = Annotated[Path | None, typer.Option("--dir", help="The stack's directory; default: .forbliv in this clone.")]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port of the pages; default: one that is free.")]
Only = Annotated[list[str] | None, typer.Option("--only", help="A service to start, may be repeated; default: all.")]
Detach = Annotated[bool, typer.Option("--detach", help="Return when all is ready and leave it running.")]
Wipe = Annotated[bool, typer.Option("--wipe", help="Remove the directory and all data in it; without --dir the stopped demo's too.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

_console = Console()
_errors = Console(stderr=True)


def register(app: typer.Typer) -> None:
    """Add the three commands."""
    app.command()(up)
    app.command()(down)
    app.command()(status)


def up(directory: Directory = None, port: Port = None, only: Only = None, *, detach: Detach = False) -> None:
    """Start Kafka, PostgreSQL, all services and their pages; stay until Ctrl-C."""
    home = directory or default_directory()
    try:
        if detach:
            launcher.start_detached(home, port, tuple(only or ()))
            _console.print(render(look(Stack.load(home))))
        else:
            launcher.run(home, port, tuple(only or ()), said=_console.print, ready=lambda stack: _console.print(render(look(stack))))
    except StackFailed as failure:
        fail(failure)


def down(directory: Directory = None, *, wipe: Wipe = False) -> None:
    """Stop a stack; nothing to do when none runs."""
    home = directory or default_directory()
    try:
        _console.print("stopped" if launcher.stop(home) else "no stack was running")
        if wipe:
            launcher.wipe(*((home,) if directory else (home, demo_directory())))
    except StackFailed as failure:
        fail(failure)


def status(directory: Directory = None, *, as_json: AsJson = False) -> None:
    """Addresses of a running stack, and how each service does; exit code 1 when one is not healthy."""
    try:
        seen = look(Stack.load(directory or default_directory()))
    except StackFailed as failure:
        fail(failure)
    if as_json:
        _console.print_json(seen.model_dump_json())
    else:
        _console.print(render(seen))
    if not seen.healthy:
        raise typer.Exit(1)


def fail(failure: StackFailed) -> NoReturn:
    """Show the last lines of whoever died, then the one line that says what to do; ends the command."""
    for line in failure.log:
        _errors.print(f"  {line}", style="dim", markup=False, highlight=False, soft_wrap=True)
    _errors.print(f"forbliv: {failure}", style="bold red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)

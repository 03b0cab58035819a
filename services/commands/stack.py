"""`forbliv up`, `down`, `status`: the local stack; and how the other commands reach it."""

import os
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from deploy.local import launcher
from deploy.local.failures import StackFailed
from deploy.local.paths import default_directory, demo_directory
from deploy.local.settings import settings_of
from deploy.local.stack import Stack
from deploy.local.status import look, render
from services.chassis.settings import Settings
from services.commands.run import installed

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


def where_is(directory: Path | None, service: str | None) -> dict[str, Settings]:
    """The settings of each service that is meant (all where none is named): of the local stack, else of the environment."""
    if directory is None and "FORBLIV_KAFKA" in os.environ:
        settings = Settings()
        named = installed() if service is None else (service,)
        return {name: settings.model_copy(update={"database_url": settings.database(name)}) for name in named}
    try:
        stack = Stack.load(directory)
        names = tuple(stack.state.health_ports) if service is None else (service,)
        return {name: settings_of(stack, name) for name in names}
    except StackFailed as failure:
        fail(failure)
    except KeyError:
        refuse(f"there is no service {service}")


def refuse(message: str) -> NoReturn:
    """End with one line that says why."""
    fail(StackFailed(message))

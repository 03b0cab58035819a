"""`forbliv demo`: the main job on an invented municipality, or on a file of one's own."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import structlog
import typer
from rich.console import Console

from deploy.local.failures import StackFailed
from deploy.local.launcher import wipe
from deploy.local.leftovers import refuse_leftovers
from deploy.local.municipality import LIVE_FROM
from deploy.local.paths import demo_directory
from deploy.local.play import published, show
from deploy.local.play.compare import Comparison, Ours
from deploy.local.play.deliver import Delivered, deliver, evening, settle
from deploy.local.play.fjordby import MUNICIPALITY, Fjordby
from deploy.local.play.live import FEWEST
from deploy.local.processes import SERVICES
from deploy.local.stack import Stack, running_stack
from services.commands.import_ import refused_line, refused_object, words_of
from services.intake.reading.refused import DeliveryRefused

Directory = Annotated[
    Path | None, typer.Option("--dir", help="The stack's directory; default: .forbliv-demo in this clone; emptied first.")
]
Once = Annotated[
    bool, typer.Option("--once", help="Stop when the story is told; exit 0 only when every figure of the invented municipality is equal.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object: the comparison, or what became of one's own file.")]
Employees = Annotated[int, typer.Option("--employees", min=FEWEST, help="How many people work in the invented municipality.")]
Seed = Annotated[int, typer.Option("--seed", help="Another seed invents another municipality.")]
File = Annotated[Path | None, typer.Option("--file", help="A file of one's own instead of the invented municipality.")]
MappingFile = Annotated[Path | None, typer.Option("--mapping", help="Its mapping file.")]
Port = Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port of the pages; default: one that is free.")]

_console = Console(highlight=False)
_errors = Console(stderr=True, highlight=False)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    directory: Directory = None, seed: Seed = 1, employees: Employees = 5000, file: File = None, mapping: MappingFile = None,
    port: Port = None, *, once: Once = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Start everything, play the main job, print tasks and scorecard; compare the invented municipality with an independent oracle."""
    home = directory or demo_directory()
    say = _errors if as_json else _console
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=sys.stderr))
    try:
        if file and mapping is None:
            _fail("name the mapping of the file with MAPPING=… (--mapping)")
        refuse_leftovers()
        wipe(home)
        begins = None if file else evening(LIVE_FROM)
        with running_stack(home, SERVICES, port, lambda line: say.print(line, markup=False), begins=begins) as stack:
            if file and mapping:
                good = own_file(stack, file, mapping, say, as_json=as_json)
            else:
                good = _invented(stack, seed, employees, say, as_json=as_json)
            if not once:
                _stay(stack, say)
    except DeliveryRefused as refused:
        _fail(words_of(refused))
    except StackFailed as failure:
        _fail(str(failure))
    raise typer.Exit(0 if good else 1)


def _invented(stack: Stack, seed: int, employees: int, say: Console, *, as_json: bool) -> bool:
    begun = time.monotonic()
    fjordby = Fjordby(stack, stack.state.directory / "deliveries", seed, employees, lambda line: say.print(line, markup=False))
    found = asyncio.run(fjordby.play())
    show.inbox(stack, MUNICIPALITY, say)
    show.scorecard(asyncio.run(published.read(stack, MUNICIPALITY)), say)
    show.comparison(found, say)
    if as_json:
        _console.print_json(json.dumps(_as_json(found, time.monotonic() - begun)))
    return found.is_good


def own_file(stack: Stack, file: Path, mapping: Path, say: Console, *, as_json: bool) -> bool:
    """Take a file of one's own; print its refused rows, tasks and scorecard. Nobody knows its true figures, so nothing is compared."""
    told = deliver(stack, file.resolve(), mapping.resolve())
    settle(stack)
    for wrong in told.refused:
        say.print(refused_line(wrong), markup=False, soft_wrap=True)
    say.print(f"{told.rows} rows became {told.said} events, {told.refused_rows} rows were refused", markup=False)
    show.inbox(stack, told.municipality, say)
    ours = asyncio.run(published.read(stack, told.municipality))
    show.scorecard(ours, say)
    if as_json:
        _console.print_json(json.dumps(_told(told, ours)))
    return True


def _told(told: Delivered, ours: Sequence[Ours]) -> dict[str, object]:
    figures = [
        {name: getattr(f, name) for name in ("indicator", "split", "period", "status")}
        | {"value": None if f.value is None else float(f.value)}
        for f in show.latest(ours)
    ]
    refused = [refused_object(wrong) for wrong in told.refused]
    return {"municipality": told.municipality, "rows": told.rows, "refused": refused, "events": dict(told.events), "figures": figures}


def _as_json(found: Comparison, seconds: float) -> dict[str, object]:
    differences = [
        {name: getattr(d, name) for name in ("indicator", "unit", "split", "period", "ours", "oracle")} for d in found.differences
    ]
    counts = {name: dict(getattr(found, name)) for name in ("equal", "empty", "hidden", "too_few")}
    return {"good": found.is_good, **counts, "differences": differences, "seconds": round(seconds, 1)}


def _stay(stack: Stack, say: Console) -> None:
    say.print(f"tasks      {stack.web}/tasks", markup=False)
    say.print(f"scorecard  {stack.web}/scorecard", markup=False)
    show.ways_in(stack.state.directory, say)
    say.print("stop with Ctrl-C", markup=False)
    try:
        while stack.supervisor is not None:
            stack.supervisor.fail_if_dead()
            time.sleep(0.5)
    except KeyboardInterrupt:
        say.print("stopping", markup=False)


def _fail(words: str) -> NoReturn:
    _errors.print(f"forbliv: {words}", style="bold red", markup=False, soft_wrap=True)
    raise typer.Exit(1)

"""`forbliv poll`: ask the payroll services of a file now, what is new since they were last asked."""

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import structlog
import typer
import uvloop
from rich.console import Console

from deploy.local.caughtup import wait_until_caught_up
from deploy.local.failures import StackFailed
from deploy.local.paths import default_directory
from deploy.local.settings import settings_of
from deploy.local.stack import Stack
from services.chassis.calendar import COPENHAGEN
from services.chassis.failures import Refused
from services.chassis.runtime import open_runtime
from services.commands.import_ import REFUSALS, as_json_object, show
from services.intake.app import SERVICE
from services.intake.polling.client import opened
from services.intake.polling.poll import Poller, Step
from services.intake.polling.source import Source, load
from services.intake.reading.refused import DeliveryRefused

FAILURES = {
    "no-answer": "no-answer ({why}); asked several times",
    "not-let-in": "not-let-in (status {status}); see user, secret and the agreement with the service",
    "question-refused": "question-refused (status {status})",
    "source-fault": "source-fault ({code}): the service sent an error document instead of an answer",
    "answer-too-large": "answer-too-large (over {limit} bytes)",
}
"""Why a service gave no answer that can be read; the same is asked again next time."""

Path_ = Annotated[Path, typer.Argument(metavar="FILE", help="Which services are asked (TOML), as FORBLIV_POLLS of a worker.")]
Only = Annotated[str | None, typer.Option("--source", metavar="NAME", help="Only this one of the file.")]
Wait = Annotated[bool, typer.Option("--wait", help="Return when every service has caught up.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object per question.")]
Directory = Annotated[Path | None, typer.Option("--dir", help="The stack's directory; default: .forbliv in this clone.")]

_console = Console(highlight=False)
_errors = Console(stderr=True, highlight=False)


def register(app: typer.Typer) -> None:
    """Add `poll`."""
    app.command()(poll)


def poll(file: Path_, source: Only = None, directory: Directory = None, *, wait: Wait = False, as_json: AsJson = False) -> None:
    """Ask payroll services over HTTP for all that is new since they were last asked: a line per question, then counts per event.

    User and secret are FORBLIV_POLL_<NAME>_USER and FORBLIV_POLL_<NAME>_SECRET. Exit 1 where a question was not answered.
    """
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(file=sys.stderr))
    try:
        stack = Stack.load(directory or default_directory())
        sources = [each for each in load(file) if source in (None, each.name)]
        if not sources:
            _fail(f"{file.name}: no source of this name")
        steps = uvloop.run(_ask(stack, sources, as_json=as_json))
        if wait:
            wait_until_caught_up(stack)
    except DeliveryRefused as refused:
        _fail(words_of(refused))
    except (StackFailed, ValueError) as failure:
        _fail(str(failure))
    if any(step.failed for step in steps):
        raise typer.Exit(1)


async def _ask(stack: Stack, sources: list[Source], *, as_json: bool) -> list[Step]:
    steps: list[Step] = []
    async with open_runtime(SERVICE, settings_of(stack, SERVICE.name)) as runtime:
        for source in sources:
            async with opened(source) as client:
                poller = Poller(runtime, source, client)
                steps += await poller.run(lambda step, name=source.name: tell(name, step, as_json=as_json))  # type: ignore[misc]
    return steps


def words_of(failed: Refused) -> str:
    """Why a question was not answered, or its answer not taken."""
    return (FAILURES | REFUSALS).get(failed.reason, failed.reason).format_map(failed.fields)


def tell(name: str, step: Step, *, as_json: bool) -> None:
    """What became of one question, for people or for a script; never a value of an answer."""
    asked = step.question
    if as_json:
        told = {"source": name, "call": asked.call, "until": asked.until.isoformat(), "failed": step.failed.reason if step.failed else None}
        taken = as_json_object(step.outcome, dry_run=False) if step.outcome else None
        _console.print_json(json.dumps({**told, "delivery": taken}, ensure_ascii=False), indent=None)
        return
    until = f"{asked.until.astimezone(COPENHAGEN):%Y-%m-%d %H:%M}"
    word = words_of(step.failed) if step.failed else "read" if step.outcome else "nothing new"
    _console.print(f"{name} {asked.call} until {until}: {word}", markup=False, soft_wrap=True)
    if step.outcome:
        show(step.outcome, dry_run=False, as_json=False)


def _fail(message: str) -> NoReturn:
    _errors.print(f"forbliv: {message}", style="bold red", markup=False, soft_wrap=True)
    raise typer.Exit(1)

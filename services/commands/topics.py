"""`forbliv topics apply` and `check`: the topics of a broker against `deploy/topics.yaml`."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.failures import StackFailed
from deploy.local.stack import Stack
from deploy.local.topics import apply_topics, check_topics, read_topics
from deploy.local.waiting import broker_answers
from services.commands.stack import Directory, fail

Kafka = Annotated[str | None, typer.Option("--kafka", help="host:port of the broker; default: FORBLIV_KAFKA, else the local stack's.")]

_console = Console()


def register(app: typer.Typer) -> None:
    """Add the group `topics`."""
    group = typer.Typer(help="The topics of the bus.", no_args_is_help=True)
    group.command()(apply)
    group.command()(check)
    app.add_typer(group, name="topics")


def apply(directory: Directory = None, kafka: Kafka = None) -> None:
    """Create the topics that are missing; what exists stays as it is."""
    created = asyncio.run(apply_topics(_broker(directory, kafka), read_topics()))
    _console.print("\n".join(f"created {name}" for name in created) or "all topics are there")


def check(directory: Directory = None, kafka: Kafka = None) -> None:
    """Tell every difference; exit code 1 when there is one."""
    found = asyncio.run(check_topics(_broker(directory, kafka), read_topics()))
    _console.print("\n".join(found) or "all topics are as they should be")
    if found:
        raise typer.Exit(1)


def _broker(directory: Path | None, kafka: str | None) -> str:
    chosen = kafka or (None if directory else os.environ.get("FORBLIV_KAFKA"))
    try:
        broker = chosen or Stack.load(directory).kafka
    except StackFailed as failure:
        fail(failure)
    if not broker_answers(broker):
        fail(StackFailed(f"no broker answers at {broker}: check --kafka or FORBLIV_KAFKA"))
    return broker

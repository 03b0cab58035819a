"""`forbliv token`: a bearer token for a local stack's way in over HTTP; in production the identity provider gives them."""

import json
from pathlib import Path
from typing import Annotated

import typer

from deploy.local.failures import StackFailed
from deploy.local.paths import default_directory, rules_directory
from deploy.local.speakers import local_token, source_of
from services.chassis.rules import load
from services.commands.stack import fail

Code = Annotated[str | None, typer.Option("--municipality", metavar="C", help="Three digits; default: the only one with rules.")]
Days = Annotated[int, typer.Option("--days", min=1, max=366, help="For how many days it is good.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print an object with token and source.")]
Directory = Annotated[Path | None, typer.Option("--dir", help="The stack's directory; default: .forbliv in this clone.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("token")(token)


def token(municipality: Code = None, days: Days = 1, directory: Directory = None, *, as_json: AsJson = False) -> None:
    """A bearer token for one municipality's source in a local stack: POST events to /api/events with it."""
    try:
        code = _one_of(sorted(load(rules_directory())), municipality)
        made = local_token((directory or default_directory()).resolve(), code, days)
    except StackFailed as failure:
        fail(failure)
    typer.echo(json.dumps({"token": made, "source": source_of(code)}) if as_json else made)


def _one_of(known: list[str], wanted: str | None) -> str:
    if wanted is None and len(known) != 1:
        message = f"there are several municipalities, name one with --municipality: {', '.join(known)}"
        raise StackFailed(message)
    if wanted is not None and wanted not in known:
        message = f"there are no rules for municipality {wanted}; there are: {', '.join(known)}"
        raise StackFailed(message)
    return wanted or known[0]

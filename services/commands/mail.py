"""`forbliv mail`: what waits to be sent and why, and what came back."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from services.chassis.calendar import COPENHAGEN
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.commands.run import service_app
from services.commands.stack import Directory, where_is
from services.notification.mail import health_store
from services.notification.mail.bounce import bounced, mail_that_failed
from services.notification.mail.health import why_waiting
from services.notification.mail.health_store import Waiting

SERVICE = "notification"
Report = Annotated[str, typer.Argument(metavar="FILE", help="What the mail server sent back, as it came; - reads standard input.")]
_console = Console(highlight=False)


def register(app: typer.Typer) -> None:
    """Add the group `mail`."""
    group = typer.Typer(help="Mails that wait, and mails that came back.", no_args_is_help=True)
    group.command()(waiting)
    group.command(name="bounced")(bounced_)
    app.add_typer(group, name="mail")


def waiting(directory: Directory = None) -> None:
    """Mails that should be gone by now: how many, since when, and why they are not."""
    table = Table("municipality", "mails", "since", "why", box=None)
    for row in asyncio.run(_waiting(where_is(directory, SERVICE)[SERVICE])):
        table.add_row(row.municipality, str(row.mails), _moment(row.since), why_waiting(row) or "on their way")
    _console.print(table)


def bounced_(report: Report, directory: Directory = None) -> None:
    """Take a report that a mail was not delivered (RFC 3464); for a mail server to hand over what comes back to FORBLIV_MAIL_FROM.

    Exit code 0 also where the report is about no mail of ours: who pipes mail here is not to send it back once more.
    """
    found = mail_that_failed(sys.stdin.buffer.read() if report == "-" else Path(report).read_bytes())
    if found is None:
        _console.print("no report of a mail that failed: nothing changed")
        return
    is_new = asyncio.run(_bounced(where_is(directory, SERVICE)[SERVICE], *found))
    _console.print("HR is told" if is_new else "not one of ours, or known to have come back: nothing changed")


async def _waiting(settings: Settings) -> list[Waiting]:
    async with open_runtime(service_app(SERVICE).SERVICE, settings) as runtime, runtime.pool.acquire() as conn:
        return await health_store.waiting(conn, await runtime.tables.moment(conn))


async def _bounced(settings: Settings, mail_id: UUID, why: str) -> bool:
    async with open_runtime(service_app(SERVICE).SERVICE, settings) as runtime:
        return await bounced(runtime, mail_id, why)


def _moment(moment: datetime) -> str:
    return moment.astimezone(COPENHAGEN).isoformat(timespec="minutes")

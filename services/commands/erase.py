"""`forbliv erase`: who somebody is, forgotten where it is known."""

import asyncio
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.commands.stack import Directory, refuse, where_is
from services.intake.app import SERVICE
from services.intake.erasing import erase as erase_in_intake
from services.intake.vault import NoKeys, Unopened, Vault


class Ground(StrEnum):
    """Why somebody is erased; the words of `hr.person-erased`."""

    RETENTION_RULE = "retention-rule"
    REQUEST = "request"
    MISTAKE = "mistake"


Person = Annotated[UUID, typer.Argument(metavar="PERSON_KEY", help="The opaque key of the person.")]
Why = Annotated[Ground, typer.Option("--why", help="The ground; kept in the log.")]
_console = Console(highlight=False)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(erase)


def erase(person: Person, why: Why, directory: Directory = None) -> None:
    """Forget in intake who somebody is, with all it was told of them; payroll files do not bring the person back.

    Other services keep what they were told under the key, and the directory the name.
    """
    try:
        done = asyncio.run(_erased(where_is(directory, SERVICE.name)[SERVICE.name], person, why))
    except (NoKeys, Unopened) as missing:
        refuse(str(missing))
    if not done:
        refuse("nobody has this key")
    _console.print("erased in intake; what others were told under the key stays with them")


async def _erased(settings: Settings, person: UUID, why: Ground) -> bool:
    async with open_runtime(SERVICE, settings) as runtime:
        return await erase_in_intake(runtime, Vault.of(settings), person, why.value)

"""`forbliv keys`: the keys that keep person numbers secret, drawn, changed and looked at."""

import asyncio
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console

from deploy.local.identity import write_private
from services.chassis.calendar import day_of
from services.chassis.clock import moment
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.commands.stack import Directory, refuse, where_is
from services.intake.app import SERVICE
from services.intake.rotation import Standing, next_key, rotate, standing
from services.intake.vault import Key, NoKeys, Unopened, Vault, read_keys

_console = Console(highlight=False)


def register(app: typer.Typer) -> None:
    """Add the group `keys`."""
    group = typer.Typer(help="The keys that keep person numbers secret.", no_args_is_help=True)
    group.command()(draw)
    group.command("rotate")(rotate_)
    group.command()(status)
    app.add_typer(group, name="keys")


def draw(name: str) -> None:
    """A line for the file of FORBLIV_IDENTITY_KEYS with a new random key of this name (a-z, 0-9 and -). It is a secret."""
    typer.echo(Key.drawn(name).line, nl=False)


def rotate_(directory: Directory = None) -> None:
    """Change to another key; no id changes, imports may run, and it goes on where it was stopped.

    A first key in the file that is not used yet is taken; else a new one is drawn and put there.
    """
    settings = _settings(directory)
    try:
        after = asyncio.run(_rotated(settings))
    except (NoKeys, Unopened) as missing:
        refuse(str(missing))
    _print(after)


def status(directory: Directory = None) -> None:
    """Which keys are in use, and how much was made with each."""
    try:
        _print(asyncio.run(_look(_settings(directory))))
    except (NoKeys, Unopened) as missing:
        refuse(str(missing))


def _settings(directory: Path | None) -> Settings:
    return where_is(directory, SERVICE.name)[SERVICE.name]


async def _look(settings: Settings) -> Standing:
    vault = Vault.of(settings)
    async with open_runtime(SERVICE, settings) as runtime:
        return await standing(runtime.pool, vault)


async def _rotated(settings: Settings) -> Standing:
    vault = Vault.of(settings)
    async with open_runtime(SERVICE, settings) as runtime:
        now = await standing(runtime.pool, vault)
        if now.is_done and vault.ids[0] in now.keys[:1]:
            vault = await _with_another(runtime, settings)
        async for step in rotate(runtime.pool, vault):
            if step.rows:
                _console.print(f"{step.rows:>8}  {step.table}", markup=False)
        return await standing(runtime.pool, vault)


async def _with_another(runtime: Runtime, settings: Settings) -> Vault:
    file = settings.identity_keys
    assert file is not None  # a vault was made of it
    keys = read_keys(file)
    async with runtime.pool.acquire() as conn:
        key = next_key([each.id for each in keys], day_of(await moment(conn)))
    try:
        write_private(file, "".join(each.line for each in (key, *keys)))
    except OSError:
        _unwritable(file)
    return Vault.of(settings)


def _unwritable(file: Path) -> NoReturn:
    refuse(f"{file} cannot be written: put the line of `forbliv keys draw` first in it, everywhere, and run this again")


def _print(now: Standing) -> None:
    for key, places in now.made.items():
        role = "in use" if key in now.keys[:1] else "old"
        made = ", ".join(f"{place} {count}" for place, count in places.items()) or "nothing: it may go when no backup needs it"
        _console.print(f"{key}  {role}  {made}", markup=False, soft_wrap=True)

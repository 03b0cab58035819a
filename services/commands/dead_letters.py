"""`forbliv dead-letters`: records no code could read and subjects no derive got through; list, show, redrive, drop."""

import asyncio
import getpass
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import typer
from rich.console import Console
from rich.table import Table

from services.chassis import dead_letters as desk
from services.chassis.dead_letters import Redriven
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.chassis.tables import letters, wakes
from services.chassis.tables.letters import Content, Letter
from services.chassis.tables.wakes import Broken
from services.commands.run import service_app
from services.commands.stack import Directory, refuse, where_is

SHOWN_LETTERS = 1_000
"""So many of a service in a table; `--json` tells all."""
SHOWN_BYTES = 4_000
HIGHEST = 2**63 - 1
"""No letter has a higher number; the database takes none as a question either."""
Service = Annotated[str, typer.Option("--service", metavar="S", help="Whose.")]
AnyService = Annotated[str | None, typer.Option("--service", metavar="S", help="Only this service's; default: all of the stack.")]
Number = Annotated[int, typer.Argument(metavar="LETTER", help="The number of a letter.")]
Which = Annotated[
    list[str] | None, typer.Argument(metavar="[LETTER|KIND/ID]...", help="Numbers of letters, and broken subjects as KIND/ID.")
]
Everything = Annotated[bool, typer.Option("--all", help="Everything there is.")]
Why = Annotated[str, typer.Option("--why", help="Why it is given up; kept with who and when.")]
By = Annotated[str | None, typer.Option("--by", help="Who does it; default: who is logged in here.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Found:
    """What one service could not do."""

    service: str
    letters: Sequence[Letter]
    more: int
    broken: Sequence[Broken]


def register(app: typer.Typer) -> None:
    """Add the group `dead-letters`."""
    group = typer.Typer(help="Records no code could read, and subjects no derive got through.", no_args_is_help=True)
    group.command("list")(list_)
    group.command()(show)
    group.command()(redrive)
    group.command()(drop)
    app.add_typer(group, name="dead-letters")


def list_(service: AnyService = None, directory: Directory = None, *, everything: Everything = False, as_json: AsJson = False) -> None:
    """Open letters and broken subjects, and what they wait for; with --all also the letters that are settled."""
    where = where_is(directory, service)
    found = asyncio.run(_look(where, None if as_json else SHOWN_LETTERS, settled=everything))
    if as_json:
        told = {
            "letters": [{"service": one.service, **asdict(letter)} for one in found for letter in one.letters],
            "broken": [{"service": one.service, **asdict(subject)} for one in found for subject in one.broken],
        }
        typer.echo(json.dumps(told, default=str, indent=1))
    else:
        _print(found)


def show(number: Number, service: Service, directory: Directory = None, *, as_json: AsJson = False) -> None:
    """One letter: where it lay, why nobody could read it, and its raw content while it is open."""
    letter, content = asyncio.run(_letter(where_is(directory, service), service, number))
    told = {"service": service, **asdict(letter), **({} if content is None else _raw(content))}
    if as_json:
        typer.echo(json.dumps(told, default=str, indent=1))
        return
    for name, value in told.items():
        _console.print(f"{name:<14}{value}", markup=False, soft_wrap=True)


def redrive(service: Service, which: Which = None, directory: Directory = None, by: By = None, *, everything: Everything = False) -> None:
    """Read letters with today's code and derive broken subjects again, in this service alone; exit code 1 when one is still unread."""
    if not which and not everything:
        refuse("name letters or subjects, or say --all")
    if not asyncio.run(_redrive(where_is(directory, service)[service], service, which, by or getpass.getuser())):
        raise typer.Exit(1)


def drop(number: Number, service: Service, why: Why, directory: Directory = None, by: By = None) -> None:
    """Give a letter up: its content goes, a line of who, why and when stays."""
    where = where_is(directory, service)[service]

    async def dropped() -> bool:
        async with open_runtime(service_app(service).SERVICE, where) as runtime:
            return await desk.drop(runtime, number, by or getpass.getuser(), why)

    if not why.strip():
        refuse("say why with --why")
    if not asyncio.run(dropped()):
        refuse(f"{service} has no open letter {number}")
    _console.print(f"letter {number} is dropped")


async def _look(where: dict[str, Settings], limit: int | None, *, settled: bool) -> list[Found]:
    found = []
    for service, settings in where.items():
        conn = await asyncpg.connect(settings.database_url)
        try:
            shown = await letters.letters(conn, settled=settled, limit=limit)
            more = await letters.how_many(conn, settled=settled) - len(shown)
            found.append(Found(service, shown, more, await wakes.broken(conn)))
        finally:
            await conn.close()
    return found


async def _letter(where: dict[str, Settings], service: str, number: int) -> tuple[Letter, Content | None]:
    conn = await asyncpg.connect(where[service].database_url)
    try:
        found = await letters.letter(conn, number)
        if found is None:
            refuse(f"{service} has no letter {number}")
        return found, await letters.content(conn, number)
    finally:
        await conn.close()


async def _redrive(settings: Settings, service: str, which: Sequence[str] | None, by: str) -> bool:
    """Each is told as soon as it is done; whether all went well."""
    well = True
    async with open_runtime(service_app(service).SERVICE, settings) as runtime:
        async for line, done in _all(runtime, by) if which is None else _each(runtime, which, by):
            _console.print(line, markup=False, soft_wrap=True)
            well = well and done
    return well


async def _each(runtime: Runtime, which: Sequence[str], by: str) -> AsyncIterator[tuple[str, bool]]:
    for one in which:
        yield await _one(runtime, one, by)


async def _all(runtime: Runtime, by: str) -> AsyncIterator[tuple[str, bool]]:
    """What is open or broken now; a letter that another one settles by being read needs nothing more."""
    async with runtime.pool.acquire() as conn:
        numbers, broken = await letters.open_numbers(conn), await wakes.wake_broken(conn)
    for number in numbers:
        if done := await desk.redrive(runtime, number, by):
            yield _words(done)
    if broken:
        yield f"{broken} broken subjects are derived again by the worker", True
    if not numbers and not broken:
        yield "there is nothing to do", True


async def _one(runtime: Runtime, which: str, by: str) -> tuple[str, bool]:
    kind, _, number = which.rpartition("/")
    try:
        wanted = UUID(number) if kind else int(number)
    except ValueError:
        return f"{which} is neither the number of a letter nor KIND/ID", False
    if isinstance(wanted, int):
        done = await desk.redrive(runtime, wanted, by) if wanted <= HIGHEST else None
        return _words(done) if done else (f"there is no open letter {number}", False)
    async with runtime.pool.acquire() as conn:
        woken = await wakes.wake_broken(conn, kind, wanted)
    return (f"{which} is derived again by the worker", True) if woken else (f"{which} is not broken", False)


def _words(done: Redriven) -> tuple[str, bool]:
    return f"letter {done.number} is read" if done.is_read else f"letter {done.number} is still unread: {done.reason}", done.is_read


def _raw(content: Content) -> dict[str, Any]:
    return {
        "key": None if content.key is None else content.key.decode(errors="replace"),
        "headers": {name: None if value is None else value.decode(errors="replace") for name, value in content.headers},
        "body": None if content.value is None else content.value[:SHOWN_BYTES].decode(errors="replace"),
    }


def _print(found: Sequence[Found]) -> None:
    table = _table("service", "letter", "type", "about", "reason", "tries", "since", "settled")
    for one in found:
        for x in one.letters:
            about = x.subject or x.fact or f"{x.topic}/{x.partition}/{x.offset}"
            settled = " ".join(filter(None, (x.settled, x.settled_by, x.why)))
            table.add_row(one.service, str(x.id), x.type, str(about), x.reason, str(x.attempts), f"{x.died_at:%Y-%m-%d %H:%M}", settled)
    broken = _table("service", "broken subject", "what was raised", "next try")
    for one in found:
        for subject in one.broken:
            next_try = f"{subject.next_try:%Y-%m-%d %H:%M}" if subject.next_try else "never"
            broken.add_row(one.service, f"{subject.kind}/{subject.id}", subject.problem, next_try)
    for rows, nothing in ((table, "no dead letters"), (broken, "no broken subjects")):
        _console.print(rows if rows.row_count else nothing)
    for one in found:
        if one.more:
            _console.print(f"{one.service}: {one.more} more letters; --json tells all", soft_wrap=True)


def _table(*headings: str) -> Table:
    table = Table(box=None, header_style="dim")
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading in {"service", "letter", "tries"})
    return table

"""`forbliv deliveries`: what came in, by whom, what became of it; list, show, release, drop."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

import typer
from rich.console import Console

from deploy.local.importing import operator
from services.chassis.runtime import Runtime, open_runtime
from services.commands.import_ import show as show_outcome
from services.commands.import_ import words_of
from services.commands.stack import Directory, refuse, where_is
from services.intake import delivery_store, refused_store
from services.intake.app import SERVICE
from services.intake.delivery_store import Shown, State
from services.intake.outcome import Outcome
from services.intake.reading.refused import DeliveryRefused
from services.intake.releasing import decide, find, take_released

MOST = 1_000
T = TypeVar("T")
Number = Annotated[UUID, typer.Argument(metavar="DELIVERY", help="The id of a delivery.")]
Code = Annotated[str | None, typer.Option("--municipality", metavar="C", help="Only this municipality's; default: all.")]
Most = Annotated[int, typer.Option("--most", min=1, max=MOST, help="So many, the latest first.")]
Why = Annotated[str, typer.Option("--why", help="Why; kept with who and when.")]
By = Annotated[str | None, typer.Option("--by", help="Who does it; default: who is logged in here.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_console = Console(highlight=False)


def register(app: typer.Typer) -> None:
    """Add the group `deliveries`."""
    group = typer.Typer(help="What came in, by whom, and what became of it.", no_args_is_help=True)
    group.command("list")(list_)
    group.command()(show)
    group.command()(release)
    group.command()(drop)
    app.add_typer(group, name="deliveries")


def list_(directory: Directory = None, municipality: Code = None, most: Most = 20, *, as_json: AsJson = False) -> None:
    """The latest deliveries: who brought them, rows, refused rows, and which wait for a decision."""

    async def found(runtime: Runtime) -> list[Shown]:
        async with runtime.pool.acquire() as conn:
            if municipality:
                return await delivery_store.latest(conn, municipality, most)
            return await delivery_store.everywhere(conn, most)

    rows = _ask(directory, found)
    if as_json:
        typer.echo(json.dumps([_told(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        counts = f"{row.seen} rows, {row.refused} refused, {row.open} open"
        line = f"{row.id}  {row.received_at:%Y-%m-%d %H:%M}  {row.municipality} {row.feed}  {row.brought.by}  {counts}  {row.state}"
        _console.print(line, markup=False, soft_wrap=True)
    if not rows:
        _console.print("no deliveries")


def show(number: Number, directory: Directory = None, *, as_json: AsJson = False) -> None:
    """One delivery: what it said by event type, and its refused rows by file, line, reason and field; never a value."""

    async def found(runtime: Runtime) -> dict[str, Any]:
        row = await find(runtime, number)
        async with runtime.pool.acquire() as conn:
            refused = await refused_store.shown(conn, number, MOST)
            said = await delivery_store.said(conn, number)
            notes = await delivery_store.notes(conn, number)
        return {
            **_told(row),
            "said": said,
            "notes": notes,
            "refused_rows": [f"{r.file_ref}:{r.line}: {r.reason} {r.field}{_settled(r)}" for r in refused],
        }

    told = _ask(directory, found)
    if as_json:
        typer.echo(json.dumps(told, default=str, indent=1))
        return
    for name, value in told.items():
        _console.print(f"{name:<14}{_line(value)}", markup=False, soft_wrap=True)


def release(number: Number, why: Why, directory: Directory = None, by: By = None, *, as_json: AsJson = False) -> None:
    """Let a delivery that waits go, and take it; one that was stopped after it was let go goes on."""
    _say_why(why)

    async def released(runtime: Runtime) -> Outcome:
        row = await find(runtime, number)
        if row.state is not State.RELEASED:
            await decide(runtime, number, State.RELEASED, operator(by), why)
        return await take_released(runtime, row)

    show_outcome(_ask(directory, released), dry_run=False, as_json=as_json)


def drop(number: Number, why: Why, directory: Directory = None, by: By = None) -> None:
    """Nothing of a delivery that waits is taken; its content goes, a line of who, why and when stays."""
    _say_why(why)

    async def dropped(runtime: Runtime) -> None:
        await find(runtime, number)
        await decide(runtime, number, State.DROPPED, operator(by), why)

    _ask(directory, dropped)
    _console.print(f"delivery {number} is dropped")


def _ask(directory: Path | None, work: Callable[[Runtime], Awaitable[T]]) -> T:
    async def asked() -> T:
        async with open_runtime(SERVICE, where_is(directory, SERVICE.name)[SERVICE.name]) as runtime:
            return await work(runtime)

    try:
        return asyncio.run(asked())
    except DeliveryRefused as refused:
        refuse(words_of(refused))


def _say_why(why: str) -> None:
    if not why.strip():
        refuse("say why with --why")


def _settled(row: refused_store.RefusedRow) -> str:
    return f" (put right by {row.settled_by})" if row.settled_by else ""


def _told(row: Shown) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: getattr(row, name) for name in ("id", "municipality", "feed", "way_in", "received_at", "made_at", "digest")
    }
    told |= {"brought_as": row.brought.role.value, "brought_by": row.brought.by, "state": row.state.value}
    told |= {"rows": row.seen, "refused": row.refused, "open": row.open, "corrects": row.corrects, "first_load": row.first_load}
    told |= {"erased_before": row.erased_before, "again": row.again, "again_at": row.again_at}
    if row.hold is not None:
        told |= {"ending": row.hold.ending, "employed": row.hold.employed, "limit": f"{row.hold.percent:f} %"}
        told |= {"decided": row.hold.decided, "decided_by": row.hold.by.by, "decided_at": row.hold.at, "why": row.hold.why}
    return told | {"turned_down": row.turned_down} if row.turned_down else told


def _line(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{count} {name}" for name, count in value.items())
    return "".join(f"\n  {each}" for each in value) if isinstance(value, list) else str(value)

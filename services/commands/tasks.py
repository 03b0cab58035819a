"""`forbliv tasks`: whose tasks are open, in which window, and why they lie where they lie."""

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated
from uuid import UUID

import asyncpg
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.local.failures import StackFailed
from deploy.local.paths import default_directory, rules_directory
from deploy.local.stack import Stack
from services.chassis import clock
from services.chassis.calendar import day_of
from services.chassis.organisation import Organisation
from services.chassis.rules import load
from services.chassis.service import Connection
from services.chassis.subject import History, Subject
from services.chassis.tables import references
from services.chassis.web import Catalogue
from services.chassis.web.viewer import HR
from services.commands.stack import fail
from services.notification import store
from services.notification.domain.inbox import why_held
from services.notification.domain.mailing import hr_of
from services.notification.domain.naming import name_of
from services.notification.domain.task import Stage, Task
from services.notification.mail import coming_store
from services.notification.mail.choices import address_with
from services.notification.mail.composing import days_ahead, parts_of
from services.notification.mail.letter import Facts, Letter, digest_letter
from services.notification.mail.store import Choice, choices
from services.notification.mail.writing import FOLDER, text_of
from services.notification.rules import StepTitles

Leader = Annotated[str | None, typer.Option("--leader", metavar="L", help="Only what this leader sees: a person key, or a name.")]
Unit = Annotated[str | None, typer.Option("--unit", metavar="U", help="Only this unit and those below it: an id, or a name.")]
Everything = Annotated[bool, typer.Option("--all", help="Planned and ended tasks too.")]
Digest = Annotated[
    str | None, typer.Option("--digest", metavar="L", help="The digest this leader would get now: a person key, a name, or HR.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print a list of JSON objects.")]
Directory = Annotated[Path | None, typer.Option("--dir", help="The stack's directory; default: .forbliv in this clone.")]
Code = Annotated[str | None, typer.Option("--municipality", metavar="C", help="Three digits; default: the only one there is.")]

_console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Board:
    """The tasks of one municipality with what is needed to read them."""

    tasks: Sequence[Task]
    names: Mapping[UUID, str]
    organisation: Organisation
    today: date
    municipality: str
    titles: StepTitles


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tasks")(tasks)


def tasks(
    leader: Leader = None, unit: Unit = None, digest: Digest = None, directory: Directory = None, municipality: Code = None,
    *, everything: Everything = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Open tasks with window, holder and why that holder."""
    try:
        stack = Stack.load(directory or default_directory())
        url = stack.database("notification")
        if digest is not None:
            typer.echo(asyncio.run(read_digest(url, municipality, digest, Pages(stack.web, stack.secret))), nl=False)
            return
        board = asyncio.run(read_board(url, municipality, tuple(Stage) if everything else (Stage.OPEN,)))
        chosen = of_unit(of_leader(board.tasks, leader, board), unit, board)
    except StackFailed as failure:
        fail(failure)
    if as_json:
        typer.echo(json.dumps([as_object(task, board) for task in chosen], ensure_ascii=False, indent=1))
    else:
        _console.print(as_table(chosen, board))


async def read_board(url: str, municipality: str | None, states: Collection[Stage]) -> Board:
    """Read the tasks in these states from notification's database. Fails where it is not clear which municipality is meant."""
    conn = await asyncpg.connect(url)
    try:
        code = _only(municipality, await store.municipalities(conn)) or ""
        found = await store.tasks_for_operator(conn, code, states)
        told = await references.reference_rows(conn, code)
        people = {person for task in found for person in (task.holder, task.about_person, task.escalated_to) if person}
        organisation = Organisation(History(Subject("reference", UUID(int=0), code), told))
        rules = load(rules_directory()).get(code)
        titles = rules.read(StepTitles) if rules else StepTitles()
        return Board(found, await references.names(conn, people), organisation, day_of(await clock.moment(conn)), code, titles)
    finally:
        await conn.close()


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the pages of a stack are, and what they sign links with."""

    address: str
    secret: str


async def read_digest(url: str, municipality: str | None, leader: str, pages: Pages) -> str:
    """The text of the digest that this leader (or HR) would get now, in the language they chose. Fails where nobody is meant."""
    board = await read_board(url, municipality, (Stage.OPEN, Stage.PLANNED))
    conn = await asyncpg.connect(url)
    try:
        letter = await _digest_letter(conn, board, leader, pages)
    finally:
        await conn.close()
    return text_of(letter) if letter else "there is nothing to tell: no digest would be sent\n"


async def _digest_letter(conn: Connection, board: Board, leader: str, pages: Pages) -> Letter | None:
    rules = load(rules_directory())[board.municipality]
    days = days_ahead(rules, board.today)
    person = await _reader(conn, board, leader, days)
    found = await parts_of(conn, board.municipality, person, days)
    language = (await choices(conn, [person])).get(person, Choice()).language
    names = await references.names(conn, found.people)
    facts = Facts(_texts(), language, board.today, rules, board.organisation, names, pages.address)
    is_hr = person == hr_of(board.municipality)
    return digest_letter(found, person, facts, None if is_hr else address_with(pages.secret, pages.address, board.municipality, person))


async def _reader(conn: Connection, board: Board, leader: str, days: tuple[date, date]) -> UUID:
    """Who is meant, of all who are told of a task or of somebody who comes or goes."""
    if leader.lower() == HR:
        return hr_of(board.municipality)
    told = await coming_store.readers(conn, board.municipality, days)
    seen = {who for task in board.tasks for who in _seen_by(task)} | told
    names = {**board.names, **await references.names(conn, told)}
    meant = sorted(who for who in seen if _meant(who, leader, names.get(who)))
    if not meant:
        message = f"nobody who is called {leader} has a task, or somebody who comes or goes"
        raise StackFailed(message)
    return meant[0]


def of_leader(found: Iterable[Task], leader: str | None, board: Board) -> list[Task]:
    """What this leader sees: as holder, beside the holder, or above."""
    if leader is None:
        return list(found)
    return [task for task in found if any(_meant(who, leader, board.names.get(who)) for who in _seen_by(task))]


def of_unit(found: Iterable[Task], unit: str | None, board: Board) -> list[Task]:
    """The tasks of a unit and those below it today. Fails where nobody told of such a unit."""
    if unit is None:
        return list(found)
    units = {known for known in board.organisation.units() if _meant(known, unit, _unit_name(known, board))}
    if not units:
        message = f"there is no unit {unit}"
        raise StackFailed(message)
    below = frozenset[UUID]().union(*(board.organisation.subtree(known, board.today) for known in units))
    return [task for task in found if task.unit_id in below]


def as_object(task: Task, board: Board) -> dict[str, str | None]:
    """One task for a script; `holder` is a person key, null in HR's queue."""
    return {
        "task_id": str(task.task_id),
        "kind": task.kind,
        "unit_id": str(task.unit_id),
        "about": str(task.about_person) if task.about_person else None,
        "opens": task.opens.isoformat(),
        "due": task.due.isoformat(),
        "closes": task.closes.isoformat(),
        "state": task.state,
        "holder": str(task.holder) if task.holder else None,
        "holder_name": board.names.get(task.holder) if task.holder else None,
        "why": task.why_holder,
    }


def as_table(found: Sequence[Task], board: Board) -> Table:
    """All tasks for people, the most urgent first; a row is a few lines, so that 80 columns hold it."""
    texts = _texts()
    table = Table(title=f"{len(found)} tasks on {board.today}", title_justify="left", box=SIMPLE_HEAD, leading=1)
    table.add_column("when", no_wrap=True)
    for heading in ("what, for whom, where", "holder, and why"):
        table.add_column(heading, overflow="fold")
    for task in found:
        what = name_of(task, texts, "en", board.titles)
        whom = board.names.get(task.about_person) if task.about_person else None
        held = () if task.why_holder is None else (_holder(task, board), texts.text("en", f"tasks-held-{why_held(task)}"))
        table.add_row(_when(task, board.today), _lines(what, whom, _unit_name(task.unit_id, board)), _lines(*held))
    return table


def _when(task: Task, today: date) -> Text:
    """Its state and window; when it is due, where that is not the last day."""
    state = "late" if task.state is Stage.OPEN and today > task.closes else task.state.value
    due = f"due  {task.due}" if task.due != task.closes else None
    return _lines(state, f"from {task.opens}", due, f"to   {task.closes}")


def _lines(*parts: str | None) -> Text:
    """Plain lines, whatever a name or title holds."""
    return Text("\n".join(part for part in parts if part))


def _texts() -> Catalogue:
    return Catalogue((FOLDER,), strict=False)


def _holder(task: Task, board: Board) -> str:
    return board.names.get(task.holder, str(task.holder)) if task.holder else "HR"


def _unit_name(unit: UUID, board: Board) -> str:
    found = board.organisation.unit(unit, board.today)
    return found.name if found else str(unit)


def _seen_by(task: Task) -> tuple[UUID, ...]:
    return tuple(who for who in (task.holder, *task.shared_with, task.escalated_to) if who)


def _meant(known: UUID, typed: str, name: str | None) -> bool:
    return typed.lower() in {str(known), (name or "").lower()}


def _only(wanted: str | None, there: Mapping[str, bool]) -> str | None:
    """The municipality that is meant; none where nothing is known of any yet.

    Who has an organisation goes before one that was never heard of: all it can have is the task to ask why.
    """
    told = [code for code, has_organisation in there.items() if has_organisation] or list(there)
    if wanted is None and len(told) > 1:
        message = f"name one municipality with --municipality: {', '.join(there)}"
        raise StackFailed(message)
    if wanted is not None and there and wanted not in there:
        message = f"nothing is known of municipality {wanted}; there are: {', '.join(there)}"
        raise StackFailed(message)
    return wanted or next(iter(told), None)

"""The inbox: what waits for the viewer, and what waits in the viewer's units; as pages and as sheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.chassis.service import Connection
from services.chassis.tables import letters, references
from services.chassis.web import Desk
from services.notification import store
from services.notification.domain.inbox import inbox, keys_of, lies_with, why_held, why_shown
from services.notification.domain.task import Task
from services.notification.domain.told import Handed
from services.notification.pages.listing import Listing, choice_of, kind_text, listing, view_of, what, where
from services.notification.pages.sheet import sheet_of
from services.notification.rules import TaskRules
from services.notification.store import Scope

OWN, TEAM = "/tasks", "/tasks/team"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page of tasks shows: the list, why each stands there, and what came from and went to others."""

    found: Listing
    why: Mapping[UUID, str]
    handed: Sequence[tuple[Task, Handed]] = ()

    def came(self, desk: Desk) -> dict[UUID, Handed]:
        """From whom, by task."""
        return {task.task_id: handed for task, handed in self.handed if _is_with(task, desk)}

    def went(self, desk: Desk) -> list[tuple[Task, Handed]]:
        """To whom."""
        return [(task, handed) for task, handed in self.handed if not _is_with(task, desk)]


async def own_tasks(request: Request) -> Response:
    """The viewer's own tasks, and those that went to others; HR sees the queue."""
    desk = await Desk.of(request)
    since = desk.today - timedelta(days=desk.snapshot.rules.read(TaskRules).handed_days)
    async with desk.runtime.pool.acquire() as conn:
        found = await listing(desk, conn, view_of(desk, Scope.MINE))
        handed = await store.handed(conn, desk.viewer, since)
        why = {task.task_id: why_shown(task, desk.viewer.person) for task in found.tasks}
        return await _page(desk, conn, "tasks.html", OWN, Shown(found, why, handed))


async def team_tasks(request: Request) -> Response:
    """The tasks of the viewer's units, with who holds each and why."""
    desk = await Desk.of(request)
    async with desk.runtime.pool.acquire() as conn:
        found = await listing(desk, conn, view_of(desk, Scope.UNITS))
        why = {task.task_id: why_held(task) for task in found.tasks}
        return await _page(desk, conn, "team-tasks.html", TEAM, Shown(found, why))


async def own_sheet(request: Request) -> Response:
    """The viewer's own tasks as a sheet, all that are asked for."""
    return await _sheet(request, Scope.MINE)


async def team_sheet(request: Request) -> Response:
    """Those of the viewer's units."""
    return await _sheet(request, Scope.UNITS)


async def _sheet(request: Request, scope: Scope) -> Response:
    desk = await Desk.of(request)
    async with desk.runtime.pool.acquire() as conn:
        found = await listing(desk, conn, view_of(desk, scope), whole=True)
    people = {person for task in found.tasks for person in (task.about_person, task.holder) if person is not None}
    name = desk.text("tasks-sheet-name", day=desk.today)
    return sheet_of(desk, name, found.tasks, await desk.runtime.names(people))


def _is_with(task: Task, desk: Desk) -> bool:
    return lies_with(task, desk.viewer.person, hr=desk.viewer.is_hr)


async def _page(desk: Desk, conn: Connection, template: str, path: str, shown: Shown) -> Response:
    """The page, with all that it needs from this one connection."""
    found, came, went = shown.found, shown.came(desk), shown.went(desk)
    tasks = [*found.tasks, *(task for task, _ in went)]
    keys = {task.task_id: keys_of(task) for task in found.tasks}
    unread = await letters.doubtful(conn, frozenset[UUID]().union(*keys.values()))
    people = {person for task in tasks for person in (task.about_person, task.holder) if person is not None}
    givers = {handed.from_holder for handed in came.values() if handed.from_holder is not None}
    return desk.render(
        template,
        inbox=inbox(found.tasks, desk.today, found.counts),
        whole=inbox((), desk.today, found.everything),
        why=shown.why,
        came=came,
        went=went,
        what={task.task_id: what(desk, task) for task in tasks},
        names=await references.names(conn, people | givers),
        doubtful={task for task, about in keys.items() if about & unread},
        units={unit: where(desk, unit) for unit in {task.unit_id for task in tasks}},
        found=found,
        address=found.asked.address,
        here_path=path,
        sheet_path=f"{path}.csv",
        kinds=_kinds(desk, found),
        all_units=_units(desk, found),
        coming_days=desk.snapshot.rules.read(TaskRules).coming_days,
        has_team=bool(desk.viewer.units),
    )


def _kinds(desk: Desk, found: Listing) -> list[tuple[str, str]]:
    """The kinds to choose from, by their texts."""
    choices = {choice_of(desk, count.kind) for count in found.everything} | ({found.asked.kind} if found.look.kinds else set())
    return sorted(((choice, kind_text(desk, choice)) for choice in choices), key=lambda pair: pair[1])


def _units(desk: Desk, found: Listing) -> list[tuple[UUID, str]]:
    """The units to choose from, by name."""
    units = {count.unit: where(desk, count.unit) or desk.text("tasks-unit-closed") for count in found.everything}
    return sorted(units.items(), key=lambda pair: (pair[1], pair[0]))


ROUTES = (Route(OWN, own_tasks), Route(f"{OWN}.csv", own_sheet), Route(TEAM, team_tasks), Route(f"{TEAM}.csv", team_sheet))

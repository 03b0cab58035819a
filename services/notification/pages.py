"""The inbox: what waits for the viewer, and what waits in the viewer's units. Only shown here; each row leads to its owner's page."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.chassis.web import Desk
from services.notification import store
from services.notification.domain.inbox import inbox, keys_of, why_held, why_shown
from services.notification.domain.task import Task
from services.notification.rules import TaskRules

MOST_ROWS = 300


async def own_tasks(request: Request) -> Response:
    """The viewer's own tasks; HR sees the queue."""
    desk = await Desk.of(request)
    async with desk.runtime.pool.acquire() as conn:
        found = await store.tasks_of(conn, desk.viewer, _coming_until(desk), MOST_ROWS + 1)
    why = {task.task_id: why_shown(task, desk.viewer.person) for task in found}
    return await _page(desk, "tasks.html", found, why)


async def team_tasks(request: Request) -> Response:
    """The tasks of the viewer's units, with who holds each and why."""
    desk = await Desk.of(request)
    async with desk.runtime.pool.acquire() as conn:
        found = await store.tasks_of_units(conn, desk.viewer, _coming_until(desk), MOST_ROWS + 1)
    return await _page(desk, "team-tasks.html", found, {task.task_id: why_held(task) for task in found})


def _coming_until(desk: Desk) -> date:
    return desk.today + timedelta(days=desk.snapshot.rules.read(TaskRules).coming_days)


async def _page(desk: Desk, template: str, found: Sequence[Task], why: dict[UUID, str]) -> Response:
    shown = found[:MOST_ROWS]
    keys = {task.task_id: keys_of(task) for task in shown}
    unread = await desk.doubtful(frozenset[UUID]().union(*keys.values()))
    people = {person for task in shown for person in (task.about_person, task.holder) if person is not None}
    return desk.render(
        template,
        inbox=inbox(shown, desk.today),
        why=why,
        what={task.task_id: _what(desk, task) for task in shown},
        names=await desk.runtime.names(people),
        doubtful={task for task, about in keys.items() if about & unread},
        units={task.unit_id: _where(desk, task.unit_id) for task in shown},
        cut_off=MOST_ROWS if len(found) > MOST_ROWS else None,
        coming_days=desk.snapshot.rules.read(TaskRules).coming_days,
        has_team=bool(desk.viewer.units),
    )


def _where(desk: Desk, unit: UUID) -> str:
    """The name of the unit, empty where it is closed; the municipality's where nobody told of it (a source that never spoke)."""
    return desk.unit_name(unit) if unit in desk.snapshot.organisation().units() else desk.snapshot.rules.name


def _what(desk: Desk, task: Task) -> str:
    """What is to be done, in words; a kind we have no words for is still a task, never a code."""
    message = f"tasks-kind-{task.kind}"
    return desk.text(message if desk.site.catalogue.has(message) else "tasks-kind-other")


ROUTES = (Route("/tasks", own_tasks), Route("/tasks/team", team_tasks))

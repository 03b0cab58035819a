"""The history of one task, open or ended: what happened to it, when, and why; for whoever sees the task."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.chassis.calendar import day_of
from services.chassis.failures import NotFound
from services.chassis.subject import Subject
from services.chassis.web import Desk
from services.notification import store
from services.notification.domain.duty import TASK_KIND
from services.notification.domain.inbox import part_of, why_held
from services.notification.domain.steps import people_of, steps
from services.notification.domain.task import Stage
from services.notification.pages.listing import what, where

WAITS = frozenset({Stage.PLANNED, Stage.OPEN})


async def history(request: Request) -> Response:
    """The page of one task. Raises `NotFound` for whoever does not see it."""
    desk = await Desk.of(request)
    kind = desk.site.service.kind(TASK_KIND)
    async with desk.runtime.pool.acquire() as conn:
        found = await store.task(conn, desk.viewer, request.path_params["task"])
        if found is None:
            raise NotFound("tasks-not-found")
        told = steps(await store.history(conn, kind, Subject(kind.name, found.task_id, desk.viewer.municipality)))
    people = people_of(told) | {person for person in (found.about_person, found.holder) if person is not None}
    names = await desk.runtime.names(people)
    return desk.render(
        "task.html",
        task=found,
        what=what(desk, found),
        unit=where(desk, found.unit_id),
        state=part_of(found, desk.today) if found.state in WAITS else found.state,
        why=why_held(found) if found.why_holder is not None else None,
        names=names,
        steps=[(day_of(step.at), step) for step in told],
    )


ROUTES = (Route("/tasks/{task:uuid}", history),)

"""A list of tasks as a sheet."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from starlette.responses import Response

from services.chassis.web import Desk
from services.chassis.web.sheets import Cell, sheet_answer
from services.notification.domain.inbox import part_of, why_held
from services.notification.domain.task import Task
from services.notification.pages.listing import what, where

COLUMNS = ("what", "whom", "unit", "opens", "due", "closes", "part", "with", "reason")


def sheet_of(desk: Desk, name: str, tasks: Sequence[Task], names: Mapping[UUID, str]) -> Response:
    """A row for each task under a row of headings."""
    return sheet_answer(name, [desk.text(f"tasks-column-{column}") for column in COLUMNS], [_cells(desk, t, names) for t in tasks])


def _cells(desk: Desk, task: Task, names: Mapping[UUID, str]) -> list[Cell]:
    def name(person: UUID) -> str:
        return names.get(person) or desk.text("web-person-unnamed")

    return [
        what(desk, task),
        name(task.about_person) if task.about_person else "",
        where(desk, task.unit_id) or desk.text("tasks-unit-closed"),
        task.opens,
        task.due,
        task.closes,
        desk.text(f"tasks-short-{part_of(task, desk.today)}"),
        name(task.holder) if task.holder else desk.text("web-hr"),
        desk.text(f"tasks-held-{why_held(task)}"),
    ]

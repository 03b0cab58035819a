"""A list of tasks as a sheet: UTF-8 with a mark and `;`, as Danish spreadsheets open it."""

import csv
import io
from collections.abc import Mapping, Sequence
from uuid import UUID

from services.chassis.web import Desk
from services.notification.domain.inbox import part_of, why_held
from services.notification.domain.task import Task
from services.notification.pages.listing import kind_text, where

COLUMNS = ("what", "whom", "unit", "opens", "due", "closes", "part", "with", "reason")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
GUARD = "'"


def sheet_of(desk: Desk, tasks: Sequence[Task], names: Mapping[UUID, str]) -> bytes:
    """A row for each task under a row of headings; days as `2026-03-14`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([desk.text(f"tasks-column-{column}") for column in COLUMNS])
    for task in tasks:
        writer.writerow([guarded(cell) for cell in _cells(desk, task, names)])
    return text.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return GUARD + cell if cell.startswith(FORMULA) else cell


def _cells(desk: Desk, task: Task, names: Mapping[UUID, str]) -> list[str]:
    def name(person: UUID) -> str:
        return names.get(person) or desk.text("web-person-unnamed")

    return [
        kind_text(desk, task.kind),
        name(task.about_person) if task.about_person else "",
        where(desk, task.unit_id) or desk.text("tasks-unit-closed"),
        *(day.isoformat() for day in (task.opens, task.due, task.closes)),
        desk.text(f"tasks-short-{part_of(task, desk.today)}"),
        name(task.holder) if task.holder else desk.text("web-hr"),
        desk.text(f"tasks-held-{why_held(task)}"),
    ]

"""What a digest shows: late, due this week, the next 14 days; nothing where there is nothing. Pure; by the day it is sent."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from services.notification.domain.inbox import Part, part_of
from services.notification.domain.task import Stage, Task


class Section(StrEnum):
    """The parts of a digest, in the order in which they are shown."""

    LATE = "late"
    THIS_WEEK = "this-week"
    NEXT = "next"


Digest = tuple[tuple[Section, tuple[Task, ...]], ...]


def digest(tasks: Iterable[Task], today: date, coming_days: int) -> Digest:
    """The tasks of each part, the most urgent first; parts without any are left out, and so is what is due later still."""
    until = today + timedelta(days=coming_days)
    ordered = sorted(tasks, key=lambda task: (_day(task), task.closes, task.task_id))
    found = ((section, tuple(task for task in ordered if _section(task, today, until) is section)) for section in Section)
    return tuple((section, held) for section, held in found if held)


def _day(task: Task) -> date:
    return task.opens if task.state is Stage.PLANNED else task.due


def _section(task: Task, today: date, until: date) -> Section | None:
    match part_of(task, today):
        case Part.LATE:
            return Section.LATE
        case Part.THIS_WEEK:
            return Section.THIS_WEEK
        case _:
            return Section.NEXT if _day(task) <= until else None

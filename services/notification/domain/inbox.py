"""How the inbox sorts what it shows: late, to be done this week, later, and what is coming. Pure; by the day it is looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.base import HolderRole
from contracts.notification import WhyHolder
from services.notification.domain.task import Stage, Task


class Part(StrEnum):
    """The parts of the inbox, in the order in which they are shown."""

    LATE = "late"
    THIS_WEEK = "this-week"
    LATER = "later"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class Inbox:
    """The tasks of each part, the most urgent first."""

    parts: tuple[tuple[Part, tuple[Task, ...]], ...]

    @property
    def open(self) -> int:
        """How many wait to be done."""
        return sum(len(tasks) for part, tasks in self.parts if part is not Part.COMING)

    @property
    def late(self) -> int:
        """How many of them are late."""
        return sum(len(tasks) for part, tasks in self.parts if part is Part.LATE)


def part_of(task: Task, today: date) -> Part:
    """Late once the window has closed; this week when it is due by Sunday."""
    if task.state is Stage.PLANNED:
        return Part.COMING
    if today > task.closes:
        return Part.LATE
    sunday = today + timedelta(days=6 - today.weekday())
    return Part.THIS_WEEK if task.due <= sunday else Part.LATER


def inbox(tasks: Iterable[Task], today: date) -> Inbox:
    """Sort tasks into the parts; parts without any are left out."""
    ordered = sorted(tasks, key=lambda task: (task.due, task.closes, task.task_id))
    parts = ((part, tuple(task for task in ordered if part_of(task, today) is part)) for part in Part)
    return Inbox(tuple((part, found) for part, found in parts if found))


def keys_of(task: Task) -> frozenset[UUID]:
    """Under which keys an event could not be read that would change this task: its duty's fact, and whoever the duty is about.

    The key of what was heard is not kept: it is that person, and where a duty is about a vacancy, the id in the address of its page.
    """
    return frozenset(key for key in (task.task_id, task.about_person, _last_id(task.link)) if key is not None)


def _last_id(link: str) -> UUID | None:
    try:
        return UUID(link.rpartition("/")[2])
    except ValueError:
        return None


def why_shown(task: Task, viewer: UUID) -> str:
    """Why this viewer sees the task: as its holder, beside the holder, above the holder, or for HR."""
    if task.holder == viewer or task.holder is None:
        return why_held(task)
    if viewer in task.shared_with:
        return "shared"
    return "escalated" if task.escalated_to == viewer else "hr-late"


def why_held(task: Task) -> str:
    """Why the task lies where it lies. Whom its own role names is not told as an exception."""
    if task.holder is None and task.role is HolderRole.SECOND_PARTY:
        return HolderRole.SECOND_PARTY
    if task.why_holder is WhyHolder.NEAREST_LEADER:
        return task.role
    return task.why_holder or WhyHolder.HR_QUEUE

"""How the inbox sorts what it shows: late, to be done this week, later, and what is coming. Pure; by the day it is looked at."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.base import HolderRole
from contracts.notification import WhyHolder
from services.chassis.ids import uuid_or_none
from services.notification.domain.task import Stage, Task

_OF_HR = frozenset({HolderRole.HR, HolderRole.SECOND_PARTY})
_NAMED_BY_OTHERS = frozenset({HolderRole.AMR, HolderRole.TR, HolderRole.ADVISER, HolderRole.CHIEF, HolderRole.DEPUTY, HolderRole.UNKNOWN})
"""Roles that somebody must have told of; a leader of some kind is looked for up to the top."""


class Part(StrEnum):
    """The parts of the inbox, in the order in which they are shown."""

    LATE = "late"
    THIS_WEEK = "this-week"
    LATER = "later"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class Look:
    """What of an inbox is looked at: by kinds of duty, a unit, a part of a person's name, late ones only. Nothing chosen: all."""

    kinds: tuple[str, ...] | None = None
    unit: UUID | None = None
    name: str = ""
    late: bool = False

    @property
    def is_any(self) -> bool:
        """Whether anything is left out."""
        return self != Look()


@dataclass(frozen=True, slots=True)
class Count:
    """How many tasks of one kind in one unit stand in a part of the inbox."""

    part: Part
    kind: str
    unit: UUID
    many: int


def counted(tasks: Iterable[Task], today: date) -> list[Count]:
    """The same of tasks that are all at hand."""
    many = Counter((part_of(task, today), task.kind, task.unit_id) for task in tasks)
    return [Count(part, kind, unit, count) for (part, kind, unit), count in many.items()]


def fits(count: Count, look: Look) -> bool:
    """Whether these tasks are among those looked at; whose name is known to the database alone."""
    of_kind = look.kinds is None or count.kind in look.kinds
    return of_kind and look.unit in {None, count.unit} and (count.part is Part.LATE or not look.late)


@dataclass(frozen=True, slots=True)
class Inbox:
    """The tasks of each part that are shown, the most urgent first, and how many each part has in all."""

    parts: tuple[tuple[Part, tuple[Task, ...]], ...]
    many: Mapping[Part, int]

    @property
    def open(self) -> int:
        """How many wait to be done."""
        return sum(count for part, count in self.many.items() if part is not Part.COMING)

    @property
    def late(self) -> int:
        """How many of them are late."""
        return self.many.get(Part.LATE, 0)

    @property
    def all(self) -> int:
        """How many there are, those that are coming too."""
        return sum(self.many.values())


def part_of(task: Task, today: date) -> Part:
    """Late once the window has closed; this week when it is due by Sunday."""
    if task.state is Stage.PLANNED:
        return Part.COMING
    if today > task.closes:
        return Part.LATE
    return Part.THIS_WEEK if task.due <= sunday_of(today) else Part.LATER


def sunday_of(today: date) -> date:
    """The last day of the week."""
    return today + timedelta(days=6 - today.weekday())


def inbox(tasks: Iterable[Task], today: date, counts: Iterable[Count] | None = None) -> Inbox:
    """Sort tasks into the parts; parts without any are left out. `counts`: of all there are, where these tasks are a page of them."""
    ordered = sorted(tasks, key=lambda task: (task.due, task.closes, task.task_id))
    parts = ((part, tuple(task for task in ordered if part_of(task, today) is part)) for part in Part)
    shown = tuple((part, found) for part, found in parts if found)
    if counts is None:
        return Inbox(shown, {part: len(found) for part, found in shown})
    many = Counter[Part]()
    for count in counts:
        many[count.part] += count.many
    return Inbox(shown, many)


def keys_of(task: Task) -> frozenset[UUID]:
    """Under which keys an event could not be read that would change this task: its duty's fact, and whoever the duty is about.

    The key of what was heard is not kept: it is that person, and where a duty is about a vacancy, the id in the address of its page.
    """
    return frozenset(key for key in (task.task_id, task.about_person, uuid_or_none(task.link.rpartition("/")[2])) if key is not None)


def lies_with(task: Task, viewer: UUID, *, hr: bool) -> bool:
    """Whether the viewer has the task or sees it for HR, beside the holder or above."""
    return viewer in {task.holder, task.escalated_to, *task.shared_with} or (hr and task.in_hr_queue)


def why_shown(task: Task, viewer: UUID) -> str:
    """Why this viewer sees the task: as its holder, beside the holder, above the holder, or for HR."""
    if task.holder == viewer or task.holder is None:
        return why_held(task)
    has_role = task.why_holder is WhyHolder.ROLE_HOLDER
    if viewer in task.shared_with:
        return "shared-role" if has_role else "shared"
    if task.escalated_to == viewer:
        return "escalated-role" if has_role else "escalated"
    return "hr-late"


def why_held(task: Task) -> str:
    """Why the task lies where it lies. Whom its own role names is not told as an exception."""
    return held_word(task.holder, task.why_holder or WhyHolder.HR_QUEUE, task.role)


def held_word(holder: UUID | None, why: WhyHolder, role: HolderRole) -> str:
    """The reason as the end of a message id. In HR's queue: that nobody has the role, unless HR itself or a leader was looked for."""
    if holder is None and role in _NAMED_BY_OTHERS:
        return f"no-{role}"
    if holder is None:
        return role if role in _OF_HR else WhyHolder.HR_QUEUE
    if why in {WhyHolder.NEAREST_LEADER, WhyHolder.ROLE_HOLDER}:
        return role
    return why

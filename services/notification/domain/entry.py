"""What stands in whose calendar: an entry per task and person, which rises with the task and is kept when it has gone from there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from contracts.base import Call, Event
from services.chassis.calendar import day_of
from services.chassis.reference import Reference
from services.chassis.subject import Decision, History, Revision, Situation
from services.notification.domain.duty import DUTIES, code_of
from services.notification.domain.follow_up import KIND as FOLLOW_UP
from services.notification.domain.follow_up import is_local
from services.notification.domain.task import Stage, Task, whose_task

EPOCH_WEIGHT = 100_000
"""An epoch outweighs all revisions of the one before: after a database was restored they are counted from 1 again."""
MOST_SEQUENCE = 2**31 - 1
"""As large as a whole number of a calendar may be (RFC 5545, 3.3.8)."""
_SHOWN = frozenset({Stage.PLANNED, Stage.OPEN})


class CalendarTold(Event):
    """Our own note of who sees a task: in whose calendars it stands from now on. `number` counts the notes of one task from 1.

    `order` and `due_on` are the task's when it was noted: so it stays for those it goes away from.
    """

    wire: ClassVar[str] = "note.calendar-told"

    number: int
    people: tuple[UUID, ...] = ()
    order: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Entry:
    """A task in one person's calendar. `gone_on`: the day it ended, was put off or went to others, and so it stays; none: it is there.

    `sequence` and `changed_at` are SEQUENCE and LAST-MODIFIED (RFC 5545, 3.8.7): both rise whenever the task does or its coming and
    going, and hang on what was said and noted alone, never on the order in which it was heard.
    """

    task_id: UUID
    person: UUID
    kind: str
    code: str | None
    due: date
    sequence: int
    changed_at: datetime
    gone_on: date | None = None


def task_in_calendars(history: History, reference: Reference, now: datetime) -> Situation:
    """The task of one duty as `whose_task` derives it, and its entries."""
    situation = whose_task(history, reference, now)
    duty = _duty_of(history)
    if duty is None:
        return situation
    notes = sorted(history.standing(CalendarTold), key=lambda note: note.body.number)
    seen_by = _seen_by(situation)
    decisions = () if seen_by is None else _told(history, duty, notes, seen_by)
    people = _ordered({person for note in notes for person in note.body.people})
    entries = (_entry(history.subject.id, person, duty, notes, is_over=seen_by is None) for person in people)
    return situation._replace(decisions=(*situation.decisions, *decisions), rows=(*situation.rows, *entries))


@dataclass(frozen=True, slots=True)
class _Duty:
    """What the duty's highest revision says, and how high it is. `kind` and `code`: what a calendar may call it."""

    call: Call
    kind: str
    code: str | None
    order: int
    known_at: datetime


def _duty_of(history: History) -> _Duty | None:
    duty = history.fact(history.subject.id)
    if duty is None or not isinstance(duty.body, DUTIES):
        return None
    call = duty.body.call
    kind, code = (FOLLOW_UP, None) if is_local(history) else (call.kind, code_of(history))
    return _Duty(call, kind, code, duty.epoch * EPOCH_WEIGHT + duty.revision, duty.known_at)


def _seen_by(situation: Situation) -> tuple[UUID, ...] | None:
    """Who has the task in the inbox by name: its holder, who shares it, who is above. None: it is over, and nobody has."""
    for row in situation.rows:
        if isinstance(row, Task) and row.state in _SHOWN:
            people = {row.holder, row.escalated_to, *row.shared_with}
            return _ordered({person for person in people if person is not None})
    return None


def _ordered(people: set[UUID]) -> tuple[UUID, ...]:
    return tuple(sorted(people, key=lambda person: person.int))


def _told(history: History, duty: _Duty, notes: Sequence[Revision[CalendarTold]], seen_by: tuple[UUID, ...]) -> tuple[Decision, ...]:
    """A note where others see it than was noted last. It carries a number, so that who sees it again is noted again."""
    last = notes[-1].body if notes else None
    if seen_by == (last.people if last else ()):
        return ()
    number = last.number + 1 if last else 1
    note = CalendarTold(
        municipality=history.subject.municipality,
        number=number,
        people=seen_by,
        order=duty.order,
        due_on=duty.call.due,
    )
    return (Decision(("calendar", str(number), *map(str, seen_by)), note),)


def _entry(task: UUID, person: UUID, duty: _Duty, notes: Sequence[Revision[CalendarTold]], *, is_over: bool) -> Entry:
    """The entry of somebody who was noted at least once: it came with the first of the turns, went with the second, and so on."""
    is_there = [person in note.body.people for note in notes]
    turns = [note for note, now, before in zip(notes, is_there, (False, *is_there), strict=False) if now != before]
    last, changes = turns[-1], len(turns) - 1
    entry = Entry(task, person, duty.kind, duty.code, duty.call.due, _sequence(duty.order, changes), duty.known_at)
    if not is_there[-1]:
        sequence = _sequence(last.body.order, changes)
        return replace(entry, due=last.body.due_on, sequence=sequence, changed_at=last.known_at, gone_on=day_of(last.known_at))
    if changes:
        entry = replace(entry, changed_at=max(duty.known_at, last.known_at))
    return replace(entry, gone_on=day_of(entry.changed_at)) if is_over else entry


def _sequence(order: int, changes: int) -> int:
    return min(order + changes, MOST_SEQUENCE)

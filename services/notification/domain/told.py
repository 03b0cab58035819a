"""What depends on the path: that an open task changed hands, moved or went up. Said once, never taken back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import ClassVar
from uuid import UUID

from contracts.base import Call, Event, HolderRole
from contracts.notification import (
    EscalationCause,
    MoveCause,
    ReassignCause,
    TaskEscalated,
    TaskMoved,
    TaskReassigned,
    WhyHolder,
)
from services.chassis.calendar import day_of
from services.chassis.subject import Decision, History, Revision
from services.notification.domain.holder import Holder
from services.notification.domain.ladder import Rung

_NOBODY_IN_POST = frozenset({WhyHolder.VACANT_POST, WhyHolder.HR_QUEUE})
_STANDING_IN = frozenset({WhyHolder.DEPUTY, WhyHolder.ABSENT_LEADER})


class TaskTold(Event):
    """Our own note of what the inbox last showed: whose task, why, due when. `number` counts the notes of one task from 1.

    `before_key`: from whom it came, where another person held it until then.
    """

    wire: ClassVar[str] = "note.task-told"

    number: int
    holder_key: UUID | None = None
    why_holder: WhyHolder
    due_on: date
    unit_id: UUID | None = None
    role: HolderRole | None = None
    before_key: UUID | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """That an open task changed hands on a day, the `number`th note of it; no person: HR's queue."""

    task_id: UUID
    number: int
    from_holder: UUID | None
    to_holder: UUID | None
    cause: ReassignCause
    why_holder: WhyHolder
    on: date

    @property
    def reason(self) -> str:
        """Why, as the end of a message id: a deputy who came is told otherwise than one who has gone."""
        return handed_word(self.cause, self.why_holder)


def handed_word(cause: ReassignCause, why: WhyHolder) -> str:
    """Why a task has another holder, who has it for this reason."""
    if cause is ReassignCause.ROLE_CHANGED and why is WhyHolder.NO_MENTOR:
        return "mentor-gone"
    return "deputy-gone" if cause is ReassignCause.DEPUTY and why not in _STANDING_IN else cause


def notes_of(history: History) -> list[Revision[TaskTold]]:
    """What was told of a task, in the order in which it was."""
    return sorted(history.standing(TaskTold), key=lambda r: r.body.number)


def handed(history: History) -> Iterator[Handed]:
    """Every time an open task changed hands, the first first."""
    for before, after in pairwise(notes_of(history)):
        last, now = before.body, after.body
        if last.holder_key != now.holder_key:
            cause = cause_of(last, now.why_holder, now.unit_id, now.role)
            yield Handed(history.subject.id, now.number, last.holder_key, now.holder_key, cause, now.why_holder, day_of(after.known_at))


def told(history: History, call: Call, holder: Holder | None) -> tuple[Decision, ...]:
    """What has changed since it was last told. Without a holder the task is hidden (planned): then only its date can move.

    The note carries a number, so that a holder who comes back is told anew and the same look twice says nothing.
    """
    notes = [revision.body for revision in notes_of(history)]
    last = notes[-1] if notes else None
    if last is None:
        return () if holder is None else (_note(history, 1, call, holder),)
    person, why = (last.holder_key, last.why_holder) if holder is None else (holder.person, holder.why)
    if (person, why, call.due) == (last.holder_key, last.why_holder, last.due_on):
        return ()
    number = last.number + 1
    before = last.holder_key if person != last.holder_key else None
    decisions = [_note(history, number, call, Holder(person, why), before)]
    if person != last.holder_key:
        decisions.append(_reassigned(history, number, call, Holder(person, why), last))
    if call.due != last.due_on:
        decisions.append(_moved(history, number, call))
    return tuple(decisions)


def escalated(history: History, call: Call, rung: Rung, holder: Holder, above: Holder) -> Decision:
    """A step of the ladder, said once per window: `above` is the leader's leader, and HR has it where nobody is.

    Beside a holder who has a role and leads nobody it is the nearest leader of the unit.
    """
    to_hr = rung.role is HolderRole.HR or above.person is None
    upwards = HolderRole.NEAREST_LEADER if holder.why is WhyHolder.ROLE_HOLDER else rung.role
    nobody = to_hr and rung.role is not HolderRole.HR
    event = TaskEscalated(
        municipality=history.subject.municipality,
        task_id=history.subject.id,
        unit_id=call.unit_id,
        to_role=HolderRole.HR if to_hr else upwards,
        to_key=None if to_hr else above.person,
        working_days_late=rung.working_days_late,
        cause=EscalationCause.NO_LEADER if nobody else rung.cause,
    )
    return Decision(("escalated", rung.cause, str(rung.working_days_late), call.closes.isoformat()), event)


def bounced(history: History, call: Call, holder: UUID) -> Decision:
    """Mail to the holder came back: HR has the task too. Said once per holder."""
    event = TaskEscalated(
        municipality=history.subject.municipality,
        task_id=history.subject.id,
        unit_id=call.unit_id,
        to_role=HolderRole.HR,
        working_days_late=0,
        cause=EscalationCause.BOUNCED,
    )
    return Decision(("escalated", EscalationCause.BOUNCED, str(holder)), event)


def _note(history: History, number: int, call: Call, holder: Holder, before: UUID | None = None) -> Decision:
    note = TaskTold(
        municipality=history.subject.municipality,
        number=number,
        holder_key=holder.person,
        why_holder=holder.why,
        due_on=call.due,
        unit_id=call.unit_id,
        role=call.role,
        before_key=before,
    )
    return Decision(("told", str(number), str(holder.person), holder.why, call.due.isoformat()), note)


def _reassigned(history: History, number: int, call: Call, holder: Holder, last: TaskTold) -> Decision:
    event = TaskReassigned(
        municipality=history.subject.municipality,
        task_id=history.subject.id,
        unit_id=call.unit_id,
        to_key=holder.person,
        cause=cause_of(last, holder.why, call.unit_id, call.role),
        why_holder=holder.why,
    )
    return Decision(("reassigned", str(number), str(holder.person)), event)


def _moved(history: History, number: int, call: Call) -> Decision:
    event = TaskMoved(
        municipality=history.subject.municipality,
        task_id=history.subject.id,
        unit_id=call.unit_id,
        due_on=call.due,
        cause=MoveCause(call.why or MoveCause.UNKNOWN),
    )
    return Decision(("moved", str(number), call.due.isoformat()), event)


def cause_of(last: TaskTold, why: WhyHolder, unit: UUID | None, role: HolderRole | None) -> ReassignCause:
    """Why another holder came after that of the last note: the duty itself says another unit or role, else the organisation changed."""
    if last.unit_id not in {None, unit}:
        return ReassignCause.UNIT_CHANGED
    if last.role not in {None, role} or WhyHolder.ROLE_HOLDER in {last.why_holder, why}:
        return ReassignCause.ROLE_CHANGED
    if _STANDING_IN & {last.why_holder, why}:
        return ReassignCause.DEPUTY
    if why in _NOBODY_IN_POST:
        return ReassignCause.VACANCY if last.why_holder in _NOBODY_IN_POST else ReassignCause.LEADER_LEFT
    return ReassignCause.NEW_LEADER

"""What depends on the path: that an open task changed hands, moved or went up. Said once, never taken back."""

from datetime import date
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
from services.chassis.subject import Decision, History
from services.notification.domain.holder import Holder
from services.notification.domain.ladder import Rung

SERVICE_NAME = "notification"

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
    before_key: UUID | None = None


def told(history: History, call: Call, holder: Holder | None) -> tuple[Decision, ...]:
    """What has changed since it was last told. Without a holder the task is hidden (planned): then only its date can move.

    The note carries a number, so that a holder who comes back is told anew and the same look twice says nothing.
    """
    notes = sorted((r.body for r in history.standing(TaskTold)), key=lambda note: note.number)
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


def escalated(history: History, call: Call, rung: Rung, above: Holder) -> Decision:
    """A step of the ladder, said once per window: `above` is the leader's leader, and HR has it where nobody is."""
    to_hr = rung.role is HolderRole.HR or above.person is None
    nobody = to_hr and rung.role is not HolderRole.HR
    event = TaskEscalated(
        municipality=history.subject.municipality,
        task_id=history.subject.id,
        unit_id=call.unit_id,
        to_role=HolderRole.HR if to_hr else rung.role,
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
        before_key=before,
    )
    return Decision(("told", str(number), str(holder.person), holder.why, call.due.isoformat()), note)


def _reassigned(history: History, number: int, call: Call, holder: Holder, last: TaskTold) -> Decision:
    event = TaskReassigned(
        municipality=history.subject.municipality,
        task_id=history.subject.id,
        unit_id=call.unit_id,
        to_key=holder.person,
        cause=_cause(last.why_holder, holder.why),
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


def _cause(before: WhyHolder, after: WhyHolder) -> ReassignCause:
    if _STANDING_IN & {before, after}:
        return ReassignCause.DEPUTY
    if after in _NOBODY_IN_POST:
        return ReassignCause.VACANCY if before in _NOBODY_IN_POST else ReassignCause.LEADER_LEFT
    return ReassignCause.NEW_LEADER

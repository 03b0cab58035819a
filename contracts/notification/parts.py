"""What a task and a follow-up have in common, state by state; none of these is said, and none has a topic."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.base import Code, Event, HolderRole, PersonKey, UnitId
from contracts.notification.words import CancelCause, Channel, DeclinedBy, EscalationCause, MoveCause, ReassignCause, WhyHolder


class TaskEvent(Event):
    """What is said about one task; keyed by it. `task_id` is the fact of the duty that it is about."""

    task_id: UUID
    unit_id: UnitId

    def ce_subject(self) -> str:
        """The task."""
        return f"task/{self.task_id}"

    def record_key(self) -> str:
        """The task."""
        return str(self.task_id)


class TaskState(TaskEvent):
    """The task as it is: which duty, when, and who holds it why. No holder: the queue of HR, where `why_holder` says so.

    An ended task has no holder any longer (`why_holder` unknown): it is not resolved again when the organisation changes.
    """

    kind: Code
    about: UUID
    holder_role: HolderRole
    holder_key: PersonKey | None = None
    why_holder: WhyHolder = WhyHolder.UNKNOWN
    opens_on: date
    due_on: date
    closes_on: date


class Done(TaskState):
    """When it was done."""

    done_on: date
    on_time: bool
    by_role: HolderRole
    result: Code | None = None


class Declined(TaskState):
    """Who said no, and when."""

    declined_on: date
    declined_by: DeclinedBy


class Missed(TaskState):
    """When it was too late."""

    missed_on: date


class Cancelled(TaskState):
    """Why nobody is asked any longer."""

    cause: CancelCause


class Reassigned(TaskEvent):
    """Who holds it now; no `to_key`: the queue of HR."""

    to_key: PersonKey | None = None
    cause: ReassignCause
    why_holder: WhyHolder = WhyHolder.UNKNOWN


class Moved(TaskEvent):
    """When it is due now."""

    due_on: date
    cause: MoveCause


class Reminded(TaskEvent):
    """How the holder was reminded, the `step`th time."""

    step: Annotated[int, Field(ge=1, le=99)]
    channel: Channel
    sent_on: date


class Escalated(TaskEvent):
    """To whom it went up; no `to_key`: the queue of HR."""

    to_role: HolderRole
    to_key: PersonKey | None = None
    working_days_late: Annotated[int, Field(ge=0)]
    cause: EscalationCause

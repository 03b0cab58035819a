"""What notification says: the state of each task, and what its own clock decided about it.

A task is one fact: `opened`, `done`, `declined`, `missed` and `cancelled` are its states, each with the whole body of the task.
`reassigned`, `moved`, `reminded` and `escalated` are decisions: facts of their own, never taken back.
"""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import Code, Event, HolderRole, Word


class WhyHolder(Word):
    """Why this person holds the task."""

    NEAREST_LEADER = "nearest-leader"
    OWN_CASE = "own-case"
    VACANT_POST = "vacant-post"
    DEPUTY = "deputy"
    ABSENT_LEADER = "absent-leader"
    HR_QUEUE = "hr-queue"
    UNKNOWN = "unknown"


class ReassignCause(Word):
    """Why a task came to another holder."""

    NEW_LEADER = "new-leader"
    LEADER_LEFT = "leader-left"
    DEPUTY = "deputy"
    VACANCY = "vacancy"
    MANUAL = "manual"
    UNKNOWN = "unknown"


class MoveCause(Word):
    """Why a task got another due date."""

    START_MOVED = "start-moved"
    END_MOVED = "end-moved"
    CALENDAR = "calendar"
    AGREED = "agreed"
    UNKNOWN = "unknown"


class DeclinedBy(Word):
    """Who said no."""

    PERSON = "person"
    HOLDER = "holder"
    UNKNOWN = "unknown"


class CancelCause(Word):
    """Why a task fell away."""

    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    EMPLOYMENT_CANCELLED = "employment-cancelled"
    ENDED = "ended"
    NEVER_STARTED = "never-started"
    ERASED = "erased"
    UNKNOWN = "unknown"


class Channel(Word):
    """How somebody was reminded."""

    DIGEST = "digest"
    MAIL = "mail"
    CARD = "card"
    UNKNOWN = "unknown"


class EscalationCause(Word):
    """Why a task went up."""

    LATE = "late"
    LEGAL = "legal"
    NO_LEADER = "no-leader"
    BOUNCED = "bounced"
    UNKNOWN = "unknown"


class TaskEvent(Event):
    """What is said about one task; keyed by it. `task_id` is the fact of the duty that the task is about."""

    topic: ClassVar[str] = "notification.v1"

    task_id: UUID
    unit_id: UUID

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
    holder_key: UUID | None = None
    why_holder: WhyHolder = WhyHolder.UNKNOWN
    opens_on: date
    due_on: date
    closes_on: date


class TaskOpened(TaskState):
    """The window is open and somebody is asked."""

    wire: ClassVar[str] = "notification.task-opened.v1"


class TaskDone(TaskState):
    """The owner of the duty says it is done; `on_time` as the owner's window judged it."""

    wire: ClassVar[str] = "notification.task-done.v1"

    done_on: date
    on_time: bool
    by_role: HolderRole
    result: Code | None = None


class TaskDeclined(TaskState):
    """A proper end: the person, or the holder, said no."""

    wire: ClassVar[str] = "notification.task-declined.v1"

    declined_on: date
    declined_by: DeclinedBy


class TaskMissed(TaskState):
    """Not done before the last day of the duty had passed; it leaves the open list and is never deleted."""

    wire: ClassVar[str] = "notification.task-missed.v1"

    missed_on: date


class TaskCancelled(TaskState):
    """Nobody is asked any longer."""

    wire: ClassVar[str] = "notification.task-cancelled.v1"

    cause: CancelCause


class TaskReassigned(TaskEvent):
    """Another holder from now on; no `to_key`: the queue of HR."""

    wire: ClassVar[str] = "notification.task-reassigned.v1"

    to_key: UUID | None = None
    cause: ReassignCause
    why_holder: WhyHolder = WhyHolder.UNKNOWN


class TaskMoved(TaskEvent):
    """Another due date from now on."""

    wire: ClassVar[str] = "notification.task-moved.v1"

    due_on: date
    cause: MoveCause


class TaskReminded(TaskEvent):
    """The holder was reminded, the `step`th time."""

    wire: ClassVar[str] = "notification.task-reminded.v1"

    step: Annotated[int, Field(ge=1, le=99)]
    channel: Channel
    sent_on: date


class TaskEscalated(TaskEvent):
    """The task is shown one step higher; no `to_key`: the queue of HR. `working_days_late` is 0 where it is not about lateness."""

    wire: ClassVar[str] = "notification.task-escalated.v1"

    to_role: HolderRole
    to_key: UUID | None = None
    working_days_late: Annotated[int, Field(ge=0)]
    cause: EscalationCause

"""The state of each task, and what the clock of notification decided about it.

A task is one fact: `opened`, `done`, `declined`, `missed` and `cancelled` are its states, each with the whole body of the task.
`reassigned`, `moved`, `reminded` and `escalated` are decisions: facts of their own, never taken back.
"""

from typing import ClassVar

from contracts.notification.parts import Cancelled, Declined, Done, Escalated, Missed, Moved, Reassigned, Reminded, TaskState

TOPIC = "notification.v1"


class TaskOpened(TaskState):
    """The window is open and somebody is asked."""

    wire: ClassVar[str] = "notification.task-opened.v1"
    topic: ClassVar[str] = TOPIC


class TaskDone(Done):
    """The owner of the duty says it is done; `on_time` as the owner's window judged it."""

    wire: ClassVar[str] = "notification.task-done.v1"
    topic: ClassVar[str] = TOPIC


class TaskDeclined(Declined):
    """A proper end: the person, or the holder, said no."""

    wire: ClassVar[str] = "notification.task-declined.v1"
    topic: ClassVar[str] = TOPIC


class TaskMissed(Missed):
    """Not done before the last day of the duty had passed; it leaves the open list and is never deleted."""

    wire: ClassVar[str] = "notification.task-missed.v1"
    topic: ClassVar[str] = TOPIC


class TaskCancelled(Cancelled):
    """Nobody is asked any longer."""

    wire: ClassVar[str] = "notification.task-cancelled.v1"
    topic: ClassVar[str] = TOPIC


class TaskReassigned(Reassigned):
    """Another holder from now on; no `to_key`: the queue of HR."""

    wire: ClassVar[str] = "notification.task-reassigned.v1"
    topic: ClassVar[str] = TOPIC


class TaskMoved(Moved):
    """Another due date from now on."""

    wire: ClassVar[str] = "notification.task-moved.v1"
    topic: ClassVar[str] = TOPIC


class TaskReminded(Reminded):
    """The holder was reminded, the `step`th time."""

    wire: ClassVar[str] = "notification.task-reminded.v1"
    topic: ClassVar[str] = TOPIC


class TaskEscalated(Escalated):
    """The task is shown one step higher; no `to_key`: the queue of HR. `working_days_late` is 0 where it is not about lateness."""

    wire: ClassVar[str] = "notification.task-escalated.v1"
    topic: ClassVar[str] = TOPIC

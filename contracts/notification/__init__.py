"""What notification says: the state of each task, and what its own clock decided about it."""

from contracts.base import Event
from contracts.notification.follow_up import (
    FollowUpCancelled,
    FollowUpDeclined,
    FollowUpDone,
    FollowUpEscalated,
    FollowUpMissed,
    FollowUpMoved,
    FollowUpOpened,
    FollowUpReassigned,
    FollowUpReminded,
)
from contracts.notification.parts import TaskState
from contracts.notification.task import (
    TaskCancelled,
    TaskDeclined,
    TaskDone,
    TaskEscalated,
    TaskMissed,
    TaskMoved,
    TaskOpened,
    TaskReassigned,
    TaskReminded,
)
from contracts.notification.words import CancelCause, DeclinedBy, EscalationCause, MoveCause, ReassignCause, WhyHolder

EVENTS: tuple[type[Event], ...] = (
    TaskOpened,
    TaskDone,
    TaskDeclined,
    TaskMissed,
    TaskCancelled,
    TaskReassigned,
    TaskMoved,
    TaskReminded,
    TaskEscalated,
    FollowUpOpened,
    FollowUpDone,
    FollowUpDeclined,
    FollowUpMissed,
    FollowUpCancelled,
    FollowUpReassigned,
    FollowUpMoved,
    FollowUpReminded,
    FollowUpEscalated,
)
"""All that is said, in the order it happens."""

__all__ = [
    "EVENTS",
    "CancelCause",
    "DeclinedBy",
    "EscalationCause",
    "FollowUpCancelled",
    "FollowUpDeclined",
    "FollowUpDone",
    "FollowUpEscalated",
    "FollowUpMissed",
    "FollowUpMoved",
    "FollowUpOpened",
    "FollowUpReassigned",
    "FollowUpReminded",
    "MoveCause",
    "ReassignCause",
    "TaskCancelled",
    "TaskDeclined",
    "TaskDone",
    "TaskEscalated",
    "TaskMissed",
    "TaskMoved",
    "TaskOpened",
    "TaskReassigned",
    "TaskReminded",
    "TaskState",
    "WhyHolder",
]

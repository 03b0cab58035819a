"""Follow-ups: tasks of duties that are local only, on a topic with fewer readers.

`kind` is `follow-up`, whatever the duty is called: what it is about stands on the page of its owner.
They are no subclasses of the tasks, so that who hears those does not hear these.
"""

from typing import ClassVar

from contracts.base import DataClass
from contracts.notification.parts import Cancelled, Declined, Done, Escalated, Missed, Moved, Reassigned, Reminded, TaskState

RESTRICTED_TOPIC = "notification.restricted.v1"


class FollowUpOpened(TaskState):
    """As `TaskOpened`, of a duty that is local only."""

    wire: ClassVar[str] = "notification.follow-up-opened.v1"
    topic: ClassVar[str] = RESTRICTED_TOPIC
    data_class: ClassVar[DataClass] = DataClass.LOCAL_ONLY


class FollowUpDone(Done):
    """As `TaskDone`, of a duty that is local only."""

    wire: ClassVar[str] = "notification.follow-up-done.v1"
    topic: ClassVar[str] = RESTRICTED_TOPIC
    data_class: ClassVar[DataClass] = DataClass.LOCAL_ONLY


class FollowUpDeclined(Declined):
    """As `TaskDeclined`, of a duty that is local only."""

    wire: ClassVar[str] = "notification.follow-up-declined.v1"
    topic: ClassVar[str] = RESTRICTED_TOPIC
    data_class: ClassVar[DataClass] = DataClass.LOCAL_ONLY


class FollowUpMissed(Missed):
    """As `TaskMissed`, of a duty that is local only."""

    wire: ClassVar[str] = "notification.follow-up-missed.v1"
    topic: ClassVar[str] = RESTRICTED_TOPIC
    data_class: ClassVar[DataClass] = DataClass.LOCAL_ONLY


class FollowUpCancelled(Cancelled):
    """As `TaskCancelled`, of a duty that is local only."""

    wire: ClassVar[str] = "notification.follow-up-cancelled.v1"
    topic: ClassVar[str] = RESTRICTED_TOPIC
    data_class: ClassVar[DataClass] = DataClass.LOCAL_ONLY


class FollowUpReassigned(Reassigned):
    """As `TaskReassigned`, of a duty that is local only."""

    wire: ClassVar[str] = "notification.follow-up-reassigned.v1"
    topic: ClassVar[str] = RESTRICTED_TOPIC
    data_class: ClassVar[DataClass] = DataClass.LOCAL_ONLY


class FollowUpMoved(Moved):
    """As `TaskMoved`, of a duty that is local only."""

    wire: ClassVar[str] = "notification.follow-up-moved.v1"
    topic: ClassVar[str] = RESTRICTED_TOPIC
    data_class: ClassVar[DataClass] = DataClass.LOCAL_ONLY


class FollowUpReminded(Reminded):
    """As `TaskReminded`, of a duty that is local only."""

    wire: ClassVar[str] = "notification.follow-up-reminded.v1"
    topic: ClassVar[str] = RESTRICTED_TOPIC
    data_class: ClassVar[DataClass] = DataClass.LOCAL_ONLY


class FollowUpEscalated(Escalated):
    """As `TaskEscalated`, of a duty that is local only."""

    wire: ClassVar[str] = "notification.follow-up-escalated.v1"
    topic: ClassVar[str] = RESTRICTED_TOPIC
    data_class: ClassVar[DataClass] = DataClass.LOCAL_ONLY

"""What a task is opened from: a call that was heard, or one of our own."""

from typing import ClassVar

from contracts.base import Call, Called, Event

SERVICE_NAME = "notification"
TASK_KIND = "task"
OUR_NOTES = "note."
"""With this begins the wire name of whatever never leaves the service."""


class DeputyEnds(Event):
    """Our own duty: somebody stands in for a leader until a day that is near. It is about the deputy, who never gets it."""

    wire: ClassVar[str] = "note.deputy-ends"

    call: Call


DUTIES = (Called, DeputyEnds)

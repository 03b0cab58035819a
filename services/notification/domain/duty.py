"""What a task is opened from: a call that was heard, or one of our own."""

from typing import ClassVar

from contracts.base import Call, Called, Event
from services.chassis.subject import History

SERVICE_NAME = "notification"
TASK_KIND = "task"
OUR_NOTES = "note."
"""With this begins the wire name of whatever never leaves the service."""


class DeputyEnds(Event):
    """Our own duty: somebody stands in for a leader until a day that is near. It is about the deputy, who never gets it."""

    wire: ClassVar[str] = "note.deputy-ends"

    call: Call


DUTIES = (Called, DeputyEnds)


def code_of(history: History) -> str | None:
    """How the rules call the step or the course that the duty is, where its kind alone does not tell."""
    duty = history.fact(history.subject.id)
    body = duty.body if duty is not None else None
    return (body.step_code or body.course_code) if isinstance(body, Called) else None

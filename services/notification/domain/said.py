"""What is said of a task: one fact whose type is its state, in the words of `contracts.notification`."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from contracts.base import Call
from contracts.notification import (
    CancelCause,
    DeclinedBy,
    TaskCancelled,
    TaskDeclined,
    TaskDone,
    TaskMissed,
    TaskOpened,
)
from services.notification.domain.holder import Holder


def opened(municipality: str, task: UUID, call: Call, holder: Holder) -> TaskOpened:
    """Somebody is asked."""
    return TaskOpened(**_body(municipality, task, call), holder_key=holder.person, why_holder=holder.why)


def done(municipality: str, task: UUID, call: Call) -> TaskDone:
    """The duty was done; without a date of its own on the day it was due."""
    on = call.state_on or call.due
    return TaskDone(**_body(municipality, task, call), done_on=on, on_time=on <= call.closes, by_role=call.by_role or call.role)


def declined(municipality: str, task: UUID, call: Call) -> TaskDeclined:
    """Somebody said no: the person it is about, or the holder where it is about nobody."""
    by = DeclinedBy.PERSON if call.about_person else DeclinedBy.HOLDER
    return TaskDeclined(**_body(municipality, task, call), declined_on=call.state_on or call.due, declined_by=by)


def missed(municipality: str, task: UUID, call: Call) -> TaskMissed:
    """Its last day has passed."""
    return TaskMissed(**_body(municipality, task, call), missed_on=call.state_on or call.missed_after + timedelta(days=1))


def never_started(municipality: str, task: UUID, call: Call) -> TaskCancelled:
    """The window had closed when the duty became known: it stands in the gap list, nobody is asked."""
    return TaskCancelled(**_body(municipality, task, call), cause=CancelCause.NEVER_STARTED)


def fallen_away(municipality: str, task: UUID, call: Call) -> TaskCancelled:
    """The duty is no longer owed; its owner may have said why."""
    said = CancelCause(call.why or CancelCause.WITHDRAWN)
    return TaskCancelled(**_body(municipality, task, call), cause=CancelCause.WITHDRAWN if said is CancelCause.UNKNOWN else said)


def _body(municipality: str, task: UUID, call: Call) -> dict[str, Any]:
    return {
        "municipality": municipality,
        "task_id": task,
        "unit_id": call.unit_id,
        "kind": call.kind,
        "about": task,
        "holder_role": call.role,
        "opens_on": call.opens,
        "due_on": call.due,
        "closes_on": call.closes,
    }

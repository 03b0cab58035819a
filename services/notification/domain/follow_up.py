"""Tasks of duties that are local only: said as follow-ups without detail, on the topic with fewer readers. Pure."""

from collections.abc import Mapping

from contracts import BY_WIRE
from contracts.base import Called, DataClass, Event
from contracts.notification import (
    FollowUpCancelled,
    FollowUpDeclined,
    FollowUpDone,
    FollowUpEscalated,
    FollowUpMissed,
    FollowUpMoved,
    FollowUpOpened,
    FollowUpReassigned,
    FollowUpReminded,
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
from services.chassis.subject import Decision, History, Situation, made
from services.notification.domain.duty import OUR_NOTES

KIND = "follow-up"
"""What a task is called where others than its holder may read."""
SAID = ("follow-up",)
_INSTEAD: Mapping[type[Event], type[Event]] = {
    TaskOpened: FollowUpOpened,
    TaskDone: FollowUpDone,
    TaskDeclined: FollowUpDeclined,
    TaskMissed: FollowUpMissed,
    TaskCancelled: FollowUpCancelled,
    TaskReassigned: FollowUpReassigned,
    TaskMoved: FollowUpMoved,
    TaskReminded: FollowUpReminded,
    TaskEscalated: FollowUpEscalated,
}


def is_local(history: History) -> bool:
    """Whether the task's duty is for few readers. One of a type that nobody here knows yet is: what was said cannot be unsaid."""
    duty = history.fact(history.subject.id)
    return duty is not None and _is_local(duty.type)


def _is_local(wire: str) -> bool:
    known = BY_WIRE.get(wire)
    if known is None:
        return wire != Called.wire and not wire.startswith(OUR_NOTES)
    return known.data_class is DataClass.LOCAL_ONLY


def as_follow_up(situation: Situation) -> Situation:
    """The same, told to fewer and without its kind; notes of our own stay as they are, and so do the rows of our own pages.

    It is another fact than that of a task: were it ever said as one by mistake, that is taken back where it was said.
    """
    return situation._replace(
        statements=tuple(each._replace(key=SAID, event=_quiet(each.event)) for each in situation.statements),
        decisions=tuple(Decision(each.key, _quiet(each.event)) for each in situation.decisions),
    )


def _quiet(event: Event) -> Event:
    instead = _INSTEAD.get(type(event))
    if instead is None:
        return event
    fields = dict(event)
    return made(instead, fields | {"kind": KIND} if "kind" in fields else fields)

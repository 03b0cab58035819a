"""How the holder of an open task is reminded of it: in the digest, by a mail on the due day, at once where time is short (danish-hr 7).

A day off that is told later moves no reminder: it would wake every open task. The days off of the rules count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from contracts.base import Call, Event
from contracts.notification import TaskReminded
from contracts.notification.parts import Reminded
from contracts.notification.words import Channel
from services.chassis.calendar import day_of, midnight
from services.chassis.reference import Reference
from services.chassis.subject import Decision, History, Key, decision_id, earliest
from services.notification.domain.duty import SERVICE_NAME
from services.notification.domain.moments import next_digest
from services.notification.domain.told import TaskTold
from services.notification.rules import TaskRules

MOST_STEPS = 99
"""What the contract bounds the number of a reminder by."""


@dataclass(frozen=True, slots=True)
class Reminders:
    """What is decided by now, and when to look again."""

    decisions: tuple[Decision, ...]
    look_again: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder: how, from when, and the last day on which it still makes sense."""

    name: str
    channel: Channel
    since: datetime
    last: date

    def key(self, call: Call) -> Key:
        """Under which it is said once: another due day is another reminder."""
        return ("reminded", self.name, call.due.isoformat())


def reminders(history: History, call: Call, reference: Reference, now: datetime) -> Reminders:
    """The reminders of an open task that somebody holds, each once per due day; what a downtime has passed over is not made up for."""
    shown = min((told.known_at for told in history.standing(TaskTold)), default=now)
    steps = list(_steps(call, shown, reference))
    reached = [step for step in steps if step.since <= now and reference.today <= step.last]
    new = [step for step in reached if history.fact(decision_id(SERVICE_NAME, history.subject, step.key(call))) is None]
    said = len(history.standing(Reminded))
    return Reminders(
        tuple(_reminded(history, call, step, min(said + n, MOST_STEPS), reference.today) for n, step in enumerate(new, 1)),
        earliest(*(step.since for step in steps if step.since > now)),
    )


def is_by_mail(event: Event) -> bool:
    """Whether this reminder is a mail of its own."""
    return isinstance(event, Reminded) and event.channel is Channel.MAIL


def _steps(call: Call, shown: datetime, reference: Reference) -> Iterator[Step]:
    """`shown`: since when the holder can see it; no digest before that told of it."""
    rules, calendar = reference.policy(TaskRules), reference.rules.calendar
    begun = max(call.opens, day_of(shown))
    is_short = calendar.add_working_days(begun, rules.short_notice) >= call.due
    if is_short or call.kind in rules.told_at_once_kinds:
        yield Step("at-once", Channel.MAIL, midnight(begun), call.closes)
    if is_short:
        return
    since = midnight(max(begun, calendar.add_working_days(call.due, -rules.reminded_before)))
    digest = next_digest(max(since, shown), rules, calendar)
    if digest is not None and day_of(digest) < call.due:
        yield Step("digest", Channel.DIGEST, digest, call.due - timedelta(days=1))
    yield Step("due-day", Channel.MAIL, midnight(call.due), call.closes)


def _reminded(history: History, call: Call, step: Step, number: int, today: date) -> Decision:
    event = TaskReminded(
        municipality=history.subject.municipality,
        task_id=history.subject.id,
        unit_id=call.unit_id,
        step=number,
        channel=step.channel,
        sent_on=today,
    )
    return Decision(step.key(call), event)

"""Which single mails there are, and to whom: each is a decision, made once, with what it tells of. Pure.

What a mail says is written when it is sent, of what is true then: no mail follows a task that has ended.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from contracts.base import Call, Event
from contracts.notification.parts import Escalated, Reassigned
from services.chassis.ids import NAMESPACE, named
from services.chassis.reference import Reference
from services.chassis.subject import Decision, History, decision_id
from services.notification.domain.duty import SERVICE_NAME
from services.notification.domain.follow_up import is_local
from services.notification.domain.holder import Holder
from services.notification.domain.moments import may_go_out
from services.notification.domain.reminders import is_by_mail
from services.notification.domain.told import TaskTold
from services.notification.rules import TaskRules

GATHERED = timedelta(minutes=5)
"""So long a change of hands waits: a new leader takes over all tasks of a unit, and is told of them in one mail."""


class Occasion(StrEnum):
    """Why somebody is written to."""

    DIGEST = "digest"
    REMINDED = "reminded"
    FOLLOW_UP = "follow-up"
    """A reminder of a duty that a mail may not name; once a day at most."""
    ESCALATED = "escalated"
    HANDED_TO = "handed-to"
    HANDED_FROM = "handed-from"
    MENTOR = "mentor"
    MENTOR_MOVED = "mentor-moved"
    """Another first day than the mentor was told."""
    MENTOR_GONE = "mentor-gone"
    """Mentor no longer: somebody else is, or the newcomer does not come."""


TO_MENTORS = frozenset({Occasion.MENTOR, Occasion.MENTOR_MOVED, Occasion.MENTOR_GONE})


class MailWanted(Event):
    """Our own note that somebody is to be written to about this subject; `not_before`: nobody is at night or on a day off.

    `first_day`: of a newcomer, as a mentor is told it, in the mail of this `number` (from 0) to that mentor.
    """

    wire: ClassVar[str] = "note.mail-wanted"

    recipient: UUID
    occasion: Occasion
    not_before: AwareDatetime
    first_day: date | None = None
    number: int = 0


class MailBounced(Event):
    """Our own record that mail to the holder came back: whoever looks after the address must, and HR has the task too."""

    wire: ClassVar[str] = "note.mail-bounced"

    holder_key: UUID


def hr_of(municipality: str) -> UUID:
    """Under which key the shared mailbox of HR is a recipient."""
    return named(NAMESPACE, f"mailbox of hr in {municipality}".encode())


def mails(
    history: History, decisions: Iterable[Decision], call: Call, holder: Holder, reference: Reference, now: datetime
) -> tuple[Decision, ...]:
    """The mails that follow from what is decided now; what was decided before has had its own."""
    rules = reference.policy(TaskRules)
    is_discreet = call.kind in rules.discreet_kinds or is_local(history)
    reminder = Occasion.FOLLOW_UP if is_discreet else Occasion.REMINDED
    found = (
        (decision, occasion, recipient)
        for decision in decisions
        if history.fact(decision_id(SERVICE_NAME, history.subject, decision.key)) is None
        for occasion, recipient in _of(decision, holder, reminder)
        if recipient != call.about_person
    )
    return tuple(wanted(history, occasion, recipient, reference, now, *decision.key) for decision, occasion, recipient in found)


def wanted(
    history: History,
    occasion: Occasion,
    recipient: UUID,
    reference: Reference,
    now: datetime,
    *key: str,
    first_day: date | None = None,
    number: int = 0,
) -> Decision:
    """A mail, decided once under its key. The rules' own days off count here: one that is told later keeps no mail back."""
    waits = GATHERED if occasion in {Occasion.HANDED_TO, Occasion.HANDED_FROM} else timedelta()
    event = MailWanted(
        municipality=history.subject.municipality,
        recipient=recipient,
        occasion=occasion,
        not_before=may_go_out(now + waits, reference.policy(TaskRules), reference.rules.calendar),
        first_day=first_day,
        number=number,
    )
    return Decision(("mail", occasion, *key), event)


def _of(decision: Decision, holder: Holder, reminder: Occasion) -> Iterator[tuple[Occasion, UUID]]:
    match decision.event:
        case Reassigned(to_key=UUID() as person):
            yield Occasion.HANDED_TO, person
        case TaskTold(before_key=UUID() as person):
            yield Occasion.HANDED_FROM, person
        case Escalated(to_key=UUID() as person):
            yield Occasion.ESCALATED, person
        case event if is_by_mail(event) and holder.person is not None:
            yield reminder, holder.person
        case _:
            return

"""A task is somebody else's duty, seen by the one who must do it: one history per duty, its holder resolved as of now."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from contracts.base import Call, CallState, Event, HolderRole
from contracts.notification import WhyHolder
from services.chassis.calendar import midnight
from services.chassis.reference import Reference
from services.chassis.subject import History, Situation, Statement, earliest
from services.notification.domain import said
from services.notification.domain.duty import DUTIES, code_of
from services.notification.domain.follow_up import as_follow_up, is_local
from services.notification.domain.holder import HR_QUEUE, Holder, holder_of, leader_above
from services.notification.domain.ladder import Ladder, ladder
from services.notification.domain.mailing import MailBounced, mails
from services.notification.domain.notes import MentorsTold, MentorTerm
from services.notification.domain.reminders import reminders
from services.notification.domain.told import bounced, escalated, handed, told
from services.notification.rules import TaskRules

TASK = ("task",)


class Stage(StrEnum):
    """Where a task is: the states of a call, and fallen away."""

    PLANNED = "planned"
    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"
    MISSED = "missed"
    NEVER_STARTED = "never-started"
    CANCELLED = "cancelled"


_ENDS: Mapping[CallState, tuple[Stage, Callable[[str, UUID, Call], Event]]] = {
    CallState.DONE: (Stage.DONE, said.done),
    CallState.DECLINED: (Stage.DECLINED, said.declined),
    CallState.MISSED: (Stage.MISSED, said.missed),
    CallState.NEVER_STARTED: (Stage.NEVER_STARTED, said.never_started),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the inbox. No holder: HR's queue while it is `in_hr_queue`, else nobody yet (far ahead) or nobody any longer (ended)."""

    task_id: UUID
    kind: str
    role: HolderRole
    unit_id: UUID
    about_person: UUID | None
    state: Stage
    opens: date
    due: date
    closes: date
    missed_after: date
    state_on: date | None
    link: str
    code: str | None = None
    """Of the step or the course in the municipality's rules, where the kind alone does not tell."""
    holder: UUID | None = None
    why_holder: WhyHolder | None = None
    shared_with: tuple[UUID, ...] = ()
    escalated_to: UUID | None = None
    in_hr_queue: bool = False
    is_local: bool = False
    """Whether its duty is for few readers: outside the pages nothing of it is told but that somebody is to be followed up."""


def whose_task(history: History, reference: Reference, now: datetime) -> Situation:
    """The task of one duty: hidden while planned, with its holder while open, ended as its owner says, cancelled when never owed."""
    found = _whose(history, reference, now)
    return as_follow_up(found) if is_local(history) else found


def _whose(history: History, reference: Reference, now: datetime) -> Situation:
    duty = history.fact(history.subject.id)
    if duty is None or not isinstance(duty.body, DUTIES):
        return Situation()
    call = duty.body.call
    if not duty.stands:
        # Never opened: nothing is said of it. Else it fell away, silently where the person died: no mail follows a cancelled task.
        return Situation() if call.state is CallState.PLANNED else _over(history, call, Stage.CANCELLED, said.fallen_away)
    mentors = _mentors(history, call)
    match call.state:
        case CallState.PLANNED:
            return _planned(history, call, reference, mentors)
        case CallState.OPEN:
            return _woken(_open(history, call, reference, now, mentors), mentors, reference.today)
        case CallState.DONE | CallState.DECLINED | CallState.MISSED | CallState.NEVER_STARTED:
            return _over(history, call, *_ENDS[call.state])
        case _:  # pragma: no cover - mypy proves it
            assert_never(call.state)


def _mentors(history: History, call: Call) -> Sequence[MentorTerm]:
    """Those of the plan, for a duty that asks one."""
    if call.role is not HolderRole.MENTOR:
        return ()
    return tuple(term for told in history.standing(MentorsTold) for term in told.body.mentors)


def _woken(situation: Situation, mentors: Iterable[MentorTerm], today: date) -> Situation:
    """Also on the day on which a mentor is gone or back."""
    turns = (turn for term in mentors if (turn := term.changes_after(today)) is not None)
    return situation._replace(wake_at=earliest(situation.wake_at, *map(midnight, turns)))


def _planned(history: History, call: Call, reference: Reference, mentors: Sequence[MentorTerm]) -> Situation:
    """Nobody is asked yet; the holder is looked up once it is among what comes soon."""
    soon = call.opens - timedelta(days=reference.policy(TaskRules).coming_days)
    decisions = told(history, call, None)
    row = _row(history, call, Stage.PLANNED)
    if reference.today < soon:
        return Situation(decisions=decisions, rows=(row,), wake_at=midnight(soon))
    found = Situation(decisions=decisions, rows=(_with_holder(row, holder_of(call, reference, mentors)),))
    return _woken(found, mentors, reference.today)


def _open(history: History, call: Call, reference: Reference, now: datetime, mentors: Sequence[MentorTerm]) -> Situation:
    holder = holder_of(call, reference, mentors)
    row = _with_holder(_row(history, call, Stage.OPEN), holder)
    statement = Statement(TASK, said.opened(history.subject.municipality, history.subject.id, call, holder))
    changed = told(history, call, holder)
    if holder.person is None or holder.unit is None:
        return Situation((statement,), (*changed, *mails(history, changed, call, holder, reference, now)), (row, *handed(history)))
    climbed, reminded = ladder(call, reference), reminders(history, call, reference, now)
    above = leader_above(holder, call, reference) if climbed.reached else HR_QUEUE
    is_unreached = any(record.body.holder_key == holder.person for record in history.standing(MailBounced))
    decided = (
        *changed,
        *(escalated(history, call, rung, holder, above) for rung in climbed.reached),
        *reminded.decisions,
        *([bounced(history, call, holder.person)] if is_unreached else []),
    )
    return Situation(
        (statement,),
        (*decided, *mails(history, decided, call, holder, reference, now)),
        (_shown_higher(row, climbed, above, to_hr=is_unreached), *handed(history)),
        earliest(midnight(climbed.look_again) if climbed.look_again else None, reminded.look_again),
    )


def _over(history: History, call: Call, stage: Stage, event: Callable[[str, UUID, Call], Event]) -> Situation:
    """An ended task stays as a row; nobody holds it, so a change of the organisation does not wake it."""
    statement = Statement(TASK, event(history.subject.municipality, history.subject.id, call))
    return Situation((statement,), rows=(_row(history, call, stage),))


def _row(history: History, call: Call, stage: Stage) -> Task:
    return Task(
        task_id=history.subject.id,
        kind=call.kind,
        role=call.role,
        unit_id=call.unit_id,
        about_person=call.about_person,
        state=stage,
        opens=call.opens,
        due=call.due,
        closes=call.closes,
        missed_after=call.missed_after,
        state_on=call.state_on,
        link=call.link,
        code=code_of(history),
        is_local=is_local(history),
    )


def _with_holder(row: Task, holder: Holder) -> Task:
    return replace(row, holder=holder.person, why_holder=holder.why, shared_with=holder.shared_with, in_hr_queue=holder.person is None)


def _shown_higher(row: Task, climbed: Ladder, above: Holder, *, to_hr: bool) -> Task:
    """Who else sees a late task: the leader's leader, HR's queue after that, where nobody is above, or where mail does not arrive."""
    roles = {rung.role for rung in climbed.reached}
    upwards = HolderRole.LEADERS_LEADER in roles
    to_hr = to_hr or HolderRole.HR in roles or (upwards and above.person is None)
    return replace(row, escalated_to=above.person if upwards else None, in_hr_queue=to_hr)

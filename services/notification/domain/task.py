"""A task is somebody else's duty, seen by the one who must do it: one history per duty, its holder resolved as of now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from contracts.base import Call, CallState, Event, HolderRole
from contracts.notification import WhyHolder
from services.chassis.calendar import midnight
from services.chassis.reference import Reference
from services.chassis.subject import History, Situation, Statement
from services.notification.domain import said
from services.notification.domain.duty import DUTIES
from services.notification.domain.holder import HR_QUEUE, Holder, holder_of, leader_above
from services.notification.domain.ladder import Ladder, ladder
from services.notification.domain.told import escalated, handed, told
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
    holder: UUID | None = None
    why_holder: WhyHolder | None = None
    shared_with: tuple[UUID, ...] = ()
    escalated_to: UUID | None = None
    in_hr_queue: bool = False


def whose_task(history: History, reference: Reference, _now: datetime) -> Situation:
    """The task of one duty: hidden while planned, with its holder while open, ended as its owner says, cancelled when never owed."""
    duty = history.fact(history.subject.id)
    if duty is None or not isinstance(duty.body, DUTIES):
        return Situation()
    call = duty.body.call
    if not duty.stands:
        # Never opened: nothing is said of it. Else it fell away, silently where the person died: no mail follows a cancelled task.
        return Situation() if call.state is CallState.PLANNED else _over(history, call, Stage.CANCELLED, said.fallen_away)
    match call.state:
        case CallState.PLANNED:
            return _planned(history, call, reference)
        case CallState.OPEN:
            return _open(history, call, reference)
        case CallState.DONE | CallState.DECLINED | CallState.MISSED | CallState.NEVER_STARTED:
            return _over(history, call, *_ENDS[call.state])
        case _:  # pragma: no cover - mypy proves it
            assert_never(call.state)


def _planned(history: History, call: Call, reference: Reference) -> Situation:
    """Nobody is asked yet; the holder is looked up once it is among what comes soon."""
    soon = call.opens - timedelta(days=reference.policy(TaskRules).coming_days)
    decisions = told(history, call, None)
    row = _row(history, call, Stage.PLANNED)
    if reference.today < soon:
        return Situation(decisions=decisions, rows=(row,), wake_at=midnight(soon))
    return Situation(decisions=decisions, rows=(_with_holder(row, holder_of(call, reference)),))


def _open(history: History, call: Call, reference: Reference) -> Situation:
    holder = holder_of(call, reference)
    row = _with_holder(_row(history, call, Stage.OPEN), holder)
    statement = Statement(TASK, said.opened(history.subject.municipality, history.subject.id, call, holder))
    if holder.person is None or holder.unit is None:
        return Situation((statement,), told(history, call, holder), (row, *handed(history)))
    climbed = ladder(call, reference)
    above = leader_above(holder, call, reference) if climbed.reached else HR_QUEUE
    return Situation(
        (statement,),
        (*told(history, call, holder), *(escalated(history, call, rung, above) for rung in climbed.reached)),
        (_shown_higher(row, climbed, above), *handed(history)),
        midnight(climbed.look_again) if climbed.look_again else None,
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
    )


def _with_holder(row: Task, holder: Holder) -> Task:
    return replace(row, holder=holder.person, why_holder=holder.why, shared_with=holder.shared_with, in_hr_queue=holder.person is None)


def _shown_higher(row: Task, climbed: Ladder, above: Holder) -> Task:
    """Who else sees a late task: the leader's leader, HR's queue after that or where nobody is above."""
    roles = {rung.role for rung in climbed.reached}
    upwards = HolderRole.LEADERS_LEADER in roles
    to_hr = HolderRole.HR in roles or (upwards and above.person is None)
    return replace(row, escalated_to=above.person if upwards else None, in_hr_queue=to_hr)

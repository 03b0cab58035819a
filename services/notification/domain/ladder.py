"""The ladder of lateness: who above the holder is shown the task, and from which day (danish-hr 7.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.base import Call, HolderRole
from contracts.notification import EscalationCause
from services.chassis.reference import Reference
from services.notification.rules import TaskRules


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: from `day` on the task is shown to `role` too. `working_days_late` is the step's own number, 0 for a legal duty."""

    day: date
    role: HolderRole
    working_days_late: int
    cause: EscalationCause


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs reached by today, and the day on which to look again."""

    reached: tuple[Rung, ...]
    look_again: date | None


def ladder(call: Call, reference: Reference) -> Ladder:
    """How far up an open task has come today. Late begins the day after the window closes."""
    rungs = [*_legal(call, reference.policy(TaskRules)), *_late(call, reference)]
    ahead = [rung.day for rung in rungs if rung.day > reference.today]
    if reference.today <= call.closes:
        ahead.append(call.closes + timedelta(days=1))
    return Ladder(tuple(rung for rung in rungs if rung.day <= reference.today), min(ahead, default=None))


def _legal(call: Call, rules: TaskRules) -> Sequence[Rung]:
    if call.kind not in rules.legal_kinds:
        return ()
    return (Rung(call.due - timedelta(days=rules.legal_days_before), HolderRole.LEADERS_LEADER, 0, EscalationCause.LEGAL),)


def _late(call: Call, reference: Reference) -> Sequence[Rung]:
    """Only looked at once it is late, so that a closing day does not wake every open task."""
    if reference.today <= call.closes:
        return ()
    rules = reference.policy(TaskRules)
    calendar = reference.calendar(call.unit_id)
    steps = ((rules.leaders_leader_after, HolderRole.LEADERS_LEADER), (rules.hr_after, HolderRole.HR))
    return tuple(Rung(calendar.add_working_days(call.closes, days), role, days, EscalationCause.LATE) for days, role in steps if days)

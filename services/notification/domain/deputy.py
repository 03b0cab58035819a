"""A deputy's last day is told ahead (danish-hr 3.8): a task of our own, for whoever may name the next one.

One history per appointment. It wants its task as any duty does, by a call; the statement goes to the task and never leaves the service.
It is the last day of the period, or that of the deputy's own job where that comes first.
"""

from datetime import date, datetime, timedelta

from contracts.base import Call, CallState, HolderRole
from contracts.hr import DeputyAppointed
from services.chassis.calendar import midnight
from services.chassis.reference import Reference
from services.chassis.subject import History, Situation, Statement, Subject, fact_id
from services.notification.domain.duty import SERVICE_NAME, TASK_KIND, DeputyEnds
from services.notification.domain.notes import AwayTold
from services.notification.rules import TaskRules

KIND = "deputy"
ENDS_KIND = "deputy-ends"
ENDS = ("ends",)
LINK = "/tasks/deputies"
ONE_DAY = timedelta(days=1)


def last_days(history: History, reference: Reference, _now: datetime) -> Situation:
    """The task of one appointment: open from some days before its last day to that day, unless somebody follows.

    Who was appointed for so few days that the end was as near from the beginning is not told of.
    """
    told = history.fact(history.subject.id)
    warned = reference.policy(TaskRules).deputy_ends_days
    if told is None or not told.stands or not isinstance(told.body, DeputyAppointed) or not warned:
        return Situation()
    body, leaves = told.body, _leaves(history, told.body)
    last = leaves or body.until
    if last is None or reference.today > last:
        return Situation()
    opens = last - timedelta(days=warned)
    if leaves is None and body.effective_date >= opens:
        return Situation()
    if reference.today < opens:
        return Situation(wake_at=midnight(opens))
    if _is_followed(body, last, reference, leaves=leaves is not None):
        return Situation()
    call = Call(
        kind=ENDS_KIND,
        role=HolderRole.NEAREST_LEADER,
        unit_id=body.unit_id,
        about_person=body.person_key,
        opens=opens,
        due=last,
        closes=last,
        missed_after=last,
        state=CallState.OPEN,
        why="ended",
        link=LINK,
    )
    statement = Statement(ENDS, DeputyEnds(municipality=history.subject.municipality, call=call), to=_task(history.subject))
    return Situation((statement,), wake_at=midnight(last + ONE_DAY))


def _leaves(history: History, body: DeputyAppointed) -> date | None:
    """The deputy's last day at work, where it comes before the end of the period."""
    told = (note.body for note in history.standing(AwayTold) if note.body.person_key == body.person_key)
    last = min((each.last_day for each in told if each.last_day is not None), default=None)
    return last if last is not None and (body.until is None or last < body.until) else None


def _is_followed(body: DeputyAppointed, last: date, reference: Reference, *, leaves: bool) -> bool:
    """Whether anybody stands in the day after: who leaves does not, though the appointment says so."""
    after = reference.deputies(body.unit_id, body.deputy_for, last + ONE_DAY)
    return any(not leaves or each.person != body.person_key for each in after)


def _task(deputy: Subject) -> Subject:
    """A task's id is the fact of its duty."""
    return Subject(TASK_KIND, fact_id(SERVICE_NAME, deputy, ENDS), deputy.municipality)

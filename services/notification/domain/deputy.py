"""A deputy's last day is told ahead (danish-hr 3.8): a task of our own, for whoever may name the next one.

One history per appointment. It wants its task as any duty does, by a call; the statement goes to the task and never leaves the service.
"""

from datetime import datetime, timedelta

from contracts.base import Call, CallState, HolderRole
from contracts.hr import DeputyAppointed
from services.chassis.calendar import midnight
from services.chassis.reference import Reference
from services.chassis.subject import History, Situation, Statement, Subject, fact_id
from services.notification.domain.duty import SERVICE_NAME, TASK_KIND, DeputyEnds
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
    if told is None or not told.stands or not isinstance(told.body, DeputyAppointed) or told.body.until is None or not warned:
        return Situation()
    body, last = told.body, told.body.until
    opens = last - timedelta(days=warned)
    if body.effective_date >= opens or reference.today > last:
        return Situation()
    if reference.today < opens:
        return Situation(wake_at=midnight(opens))
    if reference.deputies(body.unit_id, body.deputy_for, last + ONE_DAY):
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


def _task(deputy: Subject) -> Subject:
    """A task's id is the fact of its duty."""
    return Subject(TASK_KIND, fact_id(SERVICE_NAME, deputy, ENDS), deputy.municipality)

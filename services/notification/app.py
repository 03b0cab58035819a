"""The service at a glance: one task per duty, heard from whoever says that something is due; who holds it; who comes and goes."""

from collections.abc import Sequence

from contracts.base import Called
from contracts.hr import DeputyAppointed, EmploymentEndRegistered, LeaveRegistered
from contracts.notification.parts import Escalated, Moved, Reassigned, Reminded, TaskEvent
from contracts.onboarding import MentorNamed
from services.chassis.service import Changed, Connection, Service, SubjectKind, own_fact
from services.chassis.settings import Settings
from services.chassis.web import Site
from services.chassis.worker import Worker
from services.notification import mail, pages, store
from services.notification.calendar import pages as calendar
from services.notification.calendar import store as calendars
from services.notification.domain import colleague, coming, deputy, mentor, plan
from services.notification.domain.duty import SERVICE_NAME, TASK_KIND, DeputyEnds
from services.notification.domain.entry import CalendarTold, task_in_calendars
from services.notification.domain.mailing import MailBounced, MailWanted
from services.notification.domain.notes import AwayTold, MentorsTold
from services.notification.domain.stays import TELLS
from services.notification.domain.told import TaskTold

DECIDED = (TaskTold, CalendarTold, Reassigned, Moved, Reminded, Escalated, MailWanted)
"""What is decided about a task once; it stands in the task's history and is read from there."""
RECORDED = (*DECIDED, DeputyEnds, MailBounced, MentorsTold)


async def save(conn: Connection, changed: Sequence[Changed]) -> None:
    """What the inbox, the calendars and the digests show, and the mails that were decided."""
    tasks = [change for change in changed if change.subject.kind == TASK_KIND]
    await store.save_tasks(conn, tasks)
    await calendars.save_entries(conn, tasks)
    await mail.save(conn, changed)
    await mail.save_coming(conn, changed)
    await mail.save_mentors(conn, changed)


SERVICE = Service(
    name=SERVICE_NAME,
    subjects=(
        SubjectKind(
            colleague.KIND,
            derive=colleague.away,
            hears=(EmploymentEndRegistered, LeaveRegistered, DeputyAppointed, MentorNamed),
            by=colleague.person_of,
        ),
        SubjectKind(deputy.KIND, derive=deputy.last_days, hears=(DeputyAppointed,), by=own_fact, records=(AwayTold,)),
        SubjectKind(plan.KIND, derive=plan.mentors_told, hears=(MentorNamed, Called), by=plan.plan_of, records=(AwayTold,)),
        SubjectKind(TASK_KIND, derive=task_in_calendars, hears=(Called,), by=own_fact, records=RECORDED),
        SubjectKind(mentor.KIND, derive=mentor.mentors, hears=(MentorNamed,), by=own_fact, records=(MailWanted,)),
        SubjectKind(coming.KIND, derive=coming.who_comes_and_goes, hears=TELLS),
    ),
    code_version=6,
    save_rows=save,
    loops=mail.LOOPS,
    pending=mail.pending,
    alarms=mail.alarms,
    hears_names=True,
    topics=("intake.v1", "onboarding.v1", "retention.v1", "retention.restricted.v1", "recruitment.v1", "recruitment.restricted.v1"),
    says=(TaskEvent,),
)


def build_worker(settings: Settings) -> Worker:
    """Hear the duties, keep their tasks with the right holder, and write to people."""
    return Worker(SERVICE, settings)


def build_web(settings: Settings) -> Site:
    """The inbox, the calendar, and what people choose about their mail."""
    return Site(SERVICE, settings, routes=(*pages.ROUTES, *mail.ROUTES, *calendar.routes()))

"""The service at a glance: one task per duty, heard from whoever says that something is due."""

from collections.abc import Sequence

from contracts.base import Called
from contracts.notification import (
    TaskCancelled,
    TaskDeclined,
    TaskDone,
    TaskEscalated,
    TaskMissed,
    TaskMoved,
    TaskOpened,
    TaskReassigned,
)
from services.chassis.service import Changed, Connection, Service, SubjectKind, own_fact
from services.chassis.settings import Settings
from services.chassis.web import Site
from services.chassis.worker import Worker
from services.notification import pages, store
from services.notification.calendar import pages as calendar
from services.notification.calendar import store as calendars
from services.notification.domain.entry import CalendarTold, task_in_calendars
from services.notification.domain.told import TaskTold

DECIDED = (TaskTold, CalendarTold, TaskReassigned, TaskMoved, TaskEscalated)
"""What is decided about a task once; it stands in the task's history and is read from there."""


async def save_rows(conn: Connection, changed: Sequence[Changed]) -> None:
    """What the inbox shows, and what the calendars show."""
    await store.save_tasks(conn, changed)
    await calendars.save_entries(conn, changed)


SERVICE = Service(
    name="notification",
    subjects=(SubjectKind("task", derive=task_in_calendars, hears=(Called,), by=own_fact, records=DECIDED),),
    code_version=2,
    save_rows=save_rows,
    hears_names=True,
    topics=("onboarding.v1", "retention.v1", "recruitment.v1"),
    says=(TaskOpened, TaskReassigned, TaskMoved, TaskEscalated, TaskDone, TaskDeclined, TaskMissed, TaskCancelled),
)


def build_worker(settings: Settings) -> Worker:
    """Hear the duties, keep their tasks with the right holder."""
    return Worker(SERVICE, settings)


def build_web(settings: Settings) -> Site:
    """The inbox and the calendar."""
    return Site(SERVICE, settings, routes=(*pages.ROUTES, *calendar.routes()))

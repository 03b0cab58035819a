"""The service at a glance: one task per duty, heard from whoever says that something is due; and the last days of deputies."""

from contracts.base import Called
from contracts.hr import DeputyAppointed
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
from services.chassis.service import Service, SubjectKind, own_fact
from services.chassis.settings import Settings
from services.chassis.web import Site
from services.chassis.worker import Worker
from services.notification import pages, store
from services.notification.domain.deputy import KIND, last_days
from services.notification.domain.duty import SERVICE_NAME, TASK_KIND, DeputyEnds
from services.notification.domain.task import whose_task
from services.notification.domain.told import TaskTold

DECIDED = (TaskTold, TaskReassigned, TaskMoved, TaskEscalated)
"""What is decided about a task once; it stands in the task's history and is read from there."""

SERVICE = Service(
    name=SERVICE_NAME,
    subjects=(
        SubjectKind(KIND, derive=last_days, hears=(DeputyAppointed,), by=own_fact),
        SubjectKind(TASK_KIND, derive=whose_task, hears=(Called,), by=own_fact, records=(*DECIDED, DeputyEnds)),
    ),
    code_version=2,
    save_rows=store.save_tasks,
    hears_names=True,
    topics=("onboarding.v1", "retention.v1", "recruitment.v1"),
    says=(TaskOpened, TaskReassigned, TaskMoved, TaskEscalated, TaskDone, TaskDeclined, TaskMissed, TaskCancelled),
)


def build_worker(settings: Settings) -> Worker:
    """Hear the duties, keep their tasks with the right holder."""
    return Worker(SERVICE, settings)


def build_web(settings: Settings) -> Site:
    """The inbox."""
    return Site(SERVICE, settings, routes=pages.ROUTES)

"""The service at a glance: one task per duty, heard from whoever says that something is due."""

from contracts.base import Called
from services.chassis.service import Service, SubjectKind, own_fact
from services.notification.domain.task import whose_task
from services.notification.domain.told import TaskTold

SERVICE = Service(
    name="notification",
    subjects=(SubjectKind("task", derive=whose_task, hears=(Called,), by=own_fact, records=(TaskTold,)),),
    hears_names=True,
    topics=("onboarding.v1", "retention.v1", "recruitment.v1"),
)

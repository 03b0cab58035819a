"""Intake at a glance: what its sources showed of persons and units, and what became of each delivery."""

from services.chassis.service import Service, SubjectKind
from services.chassis.settings import Settings
from services.chassis.web import Site
from services.chassis.worker import Worker
from services.intake import pages
from services.intake.api import Door
from services.intake.domain import employments, organisation, refusals
from services.intake.domain.event_seen import EventSeen
from services.intake.domain.records import (
    SERVICE_NAME,
    DeputySeen,
    EmploymentGone,
    EmploymentSeen,
    LeaderSeen,
    RowRefused,
    UnitGone,
    UnitSeen,
)
from services.intake.domain.shown_facts import FactsSeen, PersonSeen, UnitFactsSeen
from services.intake.seen import DELIVERY, PERSON, UNIT

UNIT_RECORDS = (UnitSeen, UnitGone, UnitFactsSeen, LeaderSeen, DeputySeen, EventSeen)
PERSON_RECORDS = (EmploymentSeen, EmploymentGone, FactsSeen, PersonSeen, EventSeen)

SERVICE = Service(
    name=SERVICE_NAME,
    code_version=2,  # the first day of a leave, and the first one back, are said by the clock
    subjects=(
        SubjectKind(DELIVERY, records=(RowRefused,), derive=refusals),
        SubjectKind(UNIT, records=UNIT_RECORDS, derive=organisation, stepwise=True),
        SubjectKind(PERSON, records=PERSON_RECORDS, derive=employments, stepwise=True),
    ),
)


def build_worker(settings: Settings) -> Worker:
    """The process that publishes what was said and says starts and ends on their day."""
    return Worker(SERVICE, settings)


def build_web(settings: Settings) -> Site:
    """The way in for machines, and for people what was delivered and what of it was refused."""
    return Site(SERVICE, settings, routes=(*Door(settings).routes, *pages.ROUTES), most_bytes=settings.call_bytes)

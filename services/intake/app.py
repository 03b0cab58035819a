"""Intake at a glance: what its sources showed of persons and units, and what became of each delivery."""

from contracts.hr import (
    DeputyAppointed,
    EmploymentCancelled,
    EmploymentEnded,
    EmploymentEndRegistered,
    EmploymentStarted,
    Hired,
    HoursChanged,
    LeaderAppointed,
    LeaderEnded,
    LeaveRegistered,
    PersonNamed,
    PlacementChanged,
    ResignationWithdrawn,
    Resigned,
    UnitChanged,
)
from contracts.intake import RecordRefused
from services.chassis.service import Service, SubjectKind
from services.chassis.settings import Settings
from services.chassis.web import Site
from services.chassis.worker import Worker
from services.intake import language, pages
from services.intake.domain import employments, organisation, refusals
from services.intake.domain.records import SERVICE_NAME, DeputySeen, EmploymentSeen, LeaderSeen, RowRefused, UnitSeen
from services.intake.seen import DELIVERY, PERSON, UNIT

ENDS = (EmploymentEndRegistered, Resigned, ResignationWithdrawn, EmploymentEnded, EmploymentCancelled)
EMPLOYMENT = (Hired, EmploymentStarted, HoursChanged, PlacementChanged, LeaveRegistered, *ENDS)
ORGANISATION = (UnitChanged, LeaderAppointed, LeaderEnded, DeputyAppointed)

SERVICE = Service(
    name=SERVICE_NAME,
    subjects=(
        SubjectKind(DELIVERY, records=(RowRefused,), derive=refusals),
        SubjectKind(UNIT, records=(UnitSeen, LeaderSeen, DeputySeen), derive=organisation, stepwise=True),
        SubjectKind(PERSON, records=(EmploymentSeen,), derive=employments, stepwise=True),
    ),
    says=(RecordRefused, *ORGANISATION, PersonNamed, *EMPLOYMENT),
)


def build_worker(settings: Settings) -> Worker:
    """The process that publishes what was said and says starts and ends on their day."""
    return Worker(SERVICE, settings)


def build_web(settings: Settings) -> Site:
    """What was delivered, what of it was refused, and the language of the bus."""
    return Site(SERVICE, settings, routes=(*pages.ROUTES, *language.ROUTES))

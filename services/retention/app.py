"""The service at a glance: it hears who is hired, moves, resigns and leaves, and joins it per person."""

from contracts.hr import EmploymentEndRegistered, Hired, PlacementChanged, ResignationWithdrawn, Resigned
from services.chassis.service import Service, SubjectKind
from services.chassis.settings import Settings
from services.chassis.web import Site
from services.chassis.worker import Worker
from services.retention import pages, store
from services.retention.domain import farewells
from services.retention.domain.records import RECORDS
from services.retention.domain.statements import SERVICE_NAME

SERVICE = Service(
    name=SERVICE_NAME,
    subjects=(
        SubjectKind(
            "person",
            derive=farewells,
            hears=(Hired, PlacementChanged, EmploymentEndRegistered, Resigned, ResignationWithdrawn),
            records=RECORDS,
        ),
    ),
    save_rows=store.save_cases,
    hears_names=True,
)


def build_worker(settings: Settings) -> Worker:
    """Hear who leaves, keep their talks."""
    return Worker(SERVICE, settings)


def build_web(settings: Settings) -> Site:
    """Who leaves in a leader's units, and the page of each talk."""
    return Site(SERVICE, settings, routes=pages.ROUTES)

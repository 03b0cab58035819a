"""The service at a glance: it hears who is hired, moves, resigns and leaves, and joins it per person."""

from collections.abc import Sequence

from contracts.hr import EmploymentEndRegistered, Hired, PlacementChanged, ResignationWithdrawn, Resigned
from contracts.retention import ExitInterview, ResignationClassified, RetentionTalk, SilenceDone, SilenceNoticed
from services.chassis.service import Changed, Connection, Service, SubjectKind
from services.chassis.settings import Settings
from services.chassis.web import Site
from services.chassis.worker import Worker
from services.retention import pages, silence, silence_store, store
from services.retention.domain import farewells
from services.retention.domain.records import RECORDS
from services.retention.domain.silence import KIND, SilenceSeen, silences
from services.retention.domain.statements import SERVICE_NAME


async def save(conn: Connection, changed: Sequence[Changed]) -> None:
    """Cases of persons, silences of municipalities."""
    await store.save_cases(conn, [change for change in changed if change.subject.kind != KIND])
    await silence_store.save(conn, changed)


SERVICE = Service(
    name=SERVICE_NAME,
    subjects=(
        SubjectKind(
            "person",
            derive=farewells,
            hears=(Hired, PlacementChanged, EmploymentEndRegistered, Resigned, ResignationWithdrawn),
            records=RECORDS,
        ),
        SubjectKind(KIND, derive=silences, records=(SilenceSeen,)),
    ),
    save_rows=save,
    hears_names=True,
    loops=(silence.watch,),
    alarms=silence.alarms,
    says=(RetentionTalk, ResignationClassified, ExitInterview, SilenceNoticed, SilenceDone),
)


def build_worker(settings: Settings) -> Worker:
    """Hear who leaves, keep their talks."""
    return Worker(SERVICE, settings)


def build_web(settings: Settings) -> Site:
    """Who leaves in a leader's units, and the page of each talk."""
    return Site(SERVICE, settings, routes=pages.ROUTES)

"""The service at a glance: everything that happens to a person's employment joins one history, and adds to the figures."""

from contracts.hr import (
    EmploymentCancelled,
    EmploymentEndRegistered,
    Hired,
    HoursChanged,
    PlacementChanged,
    ResignationWithdrawn,
    Resigned,
)
from contracts.onboarding import IntroMilestone
from contracts.reporting import IndicatorDefined, IndicatorValuePublished
from contracts.retention import ExitInterview, ResignationClassified, RetentionTalk
from services.chassis.service import Service, SubjectKind
from services.chassis.settings import Settings
from services.chassis.web import Site
from services.chassis.worker import Worker
from services.reporting import api, pages
from services.reporting.contributions import derive
from services.reporting.publish import keep_published, pending
from services.reporting.store.ledger import book, rebook

EMPLOYMENT = (Hired, PlacementChanged, HoursChanged, EmploymentEndRegistered, Resigned, ResignationWithdrawn, EmploymentCancelled)
DUTIES = (IntroMilestone, RetentionTalk, ResignationClassified, ExitInterview)

SERVICE = Service(
    name="reporting",
    subjects=(SubjectKind("person", derive=derive, hears=(*EMPLOYMENT, *DUTIES)),),
    book=book,
    rebook=rebook,
    loops=(keep_published,),
    pending=pending,
    says=(IndicatorDefined, IndicatorValuePublished),
)


def build_worker(settings: Settings) -> Worker:
    """Count, and publish when everything is read."""
    return Worker(SERVICE, settings)


def build_web(settings: Settings) -> Site:
    """The scorecard, and the figures for machines."""
    return Site(SERVICE, settings, routes=(*pages.ROUTES, *api.ROUTES))

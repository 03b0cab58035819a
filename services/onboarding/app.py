"""Onboarding at a glance: whose histories it keeps, what it hears, its pages."""

from contracts.hr import EmploymentEndRegistered, Hired, LeaveRegistered, PlacementChanged
from contracts.onboarding import IntroMilestone, IntroPlanMade
from services.chassis.service import Service, SubjectKind
from services.chassis.settings import Settings
from services.chassis.web import Site
from services.chassis.worker import Worker
from services.onboarding import pages, store
from services.onboarding.domain.plan import intro_plans
from services.onboarding.domain.records import TalkDeclined, TalkHeld
from services.onboarding.domain.talk import SERVICE_NAME

SERVICE = Service(
    name=SERVICE_NAME,
    subjects=(
        SubjectKind(
            "person",
            hears=(Hired, PlacementChanged, LeaveRegistered, EmploymentEndRegistered),
            records=(TalkHeld, TalkDeclined),
            derive=intro_plans,
        ),
    ),
    save_rows=store.save_talks,
    hears_names=True,
    says=(IntroPlanMade, IntroMilestone),
)


def build_worker(settings: Settings) -> Worker:
    """Hear of newcomers, keep the plan of their first year."""
    return Worker(SERVICE, settings)


def build_web(settings: Settings) -> Site:
    """The plans of a leader's newcomers, and the page of each talk."""
    return Site(SERVICE, settings, routes=pages.ROUTES)

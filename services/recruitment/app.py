"""Recruitment at a glance: whose histories it keeps, what it hears, its pages."""

from contracts.hr import EmploymentEndRegistered, Hired, HoursChanged, PlacementChanged
from contracts.recruitment import PositionFilled, VacancyArose, VacancyDuty
from services.chassis.service import Service, SubjectKind
from services.chassis.settings import Settings
from services.chassis.web import Site
from services.chassis.worker import Worker
from services.recruitment import pages, store
from services.recruitment.domain.people import posts_and_hires
from services.recruitment.domain.records import AdPublished, FillConfirmed, HoursOffered, PostLeft, PostTaken, ReviewRecorded
from services.recruitment.domain.said import vacancies

SERVICE = Service(
    name="recruitment",
    subjects=(
        SubjectKind(
            "person",
            hears=(Hired, PlacementChanged, HoursChanged, EmploymentEndRegistered),
            records=(FillConfirmed,),
            derive=posts_and_hires,
        ),
        SubjectKind(
            "vacancy",
            records=(PostLeft, PostTaken, ReviewRecorded, HoursOffered, AdPublished),
            derive=vacancies,
        ),
    ),
    save_rows=store.save_rows,
    hears_names=True,
    says=(VacancyArose, VacancyDuty, PositionFilled),
)


def build_worker(settings: Settings) -> Worker:
    """Hear of ends and hires, keep the vacancies."""
    return Worker(SERVICE, settings)


def build_web(settings: Settings) -> Site:
    """The vacancies of a leader's units, and the page of each."""
    return Site(SERVICE, settings, routes=pages.ROUTES)

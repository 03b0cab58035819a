"""Onboarding at a glance: whose histories it keeps, what it hears, its pages."""

from contracts.hr import CourseCompleted
from contracts.onboarding import IntroMilestone, IntroPlanApproved, IntroPlanClosed, IntroPlanMade, MentorNamed
from contracts.onboarding.counts import IntroSurveyClosed
from contracts.onboarding.learning import Course
from contracts.onboarding.observation import Observation
from services.chassis.service import Service, SubjectKind
from services.chassis.settings import Settings
from services.chassis.web import Site
from services.chassis.worker import Worker
from services.onboarding import counting, pages, store
from services.onboarding.domain.counted import KIND, SurveyCounted, surveys_closed
from services.onboarding.domain.introduction import TELLS
from services.onboarding.domain.plan import intro_plans
from services.onboarding.domain.records import RECORDS
from services.onboarding.domain.step import SERVICE_NAME
from services.onboarding.pages import newcomer

SERVICE = Service(
    name=SERVICE_NAME,
    subjects=(
        SubjectKind("person", hears=(*TELLS, CourseCompleted), records=RECORDS, derive=intro_plans),
        SubjectKind(KIND, records=(SurveyCounted,), derive=surveys_closed),
    ),
    # 4: another end of a fixed term and another form are heard; who comes back to another unit has moved
    code_version=4,
    save_rows=store.save_rows,
    hears_names=True,
    loops=(counting.count_surveys,),
    says=(IntroPlanMade, IntroPlanApproved, IntroPlanClosed, IntroMilestone, MentorNamed, Course, Observation, IntroSurveyClosed),
)


def build_worker(settings: Settings) -> Worker:
    """Hear of newcomers, keep the plan of their first year."""
    return Worker(SERVICE, settings)


def build_web(settings: Settings) -> Site:
    """The plans of a leader's newcomers, the page of each step, and each newcomer's own page."""
    return Site(SERVICE, settings, routes=(*pages.ROUTES, *newcomer.routes()))

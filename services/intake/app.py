"""Intake at a glance: what its sources showed of persons and units, what became of each delivery, and which feed fell silent."""

from contracts.hr import EmploymentEndRegistered
from contracts.intake import DeliveryHeldBack, DeliverySettled, FeedFellSilent, FeedHeardAgain, RecordRefused
from services.chassis.service import Service, SubjectKind
from services.chassis.settings import Settings
from services.chassis.web import Site
from services.chassis.worker import Worker
from services.intake import feed_silence, feed_silence_store, language, pages
from services.intake.api import Door
from services.intake.domain import deliveries, employments, growing, organisation
from services.intake.domain.event_seen import EventSeen
from services.intake.domain.feed_silence import FeedSeen, feeds
from services.intake.domain.job_ends import PostNamed
from services.intake.domain.listed import ListedSeen
from services.intake.domain.records import (
    DELIVERY,
    FEED,
    PERSON,
    SERVICE_NAME,
    UNIT,
    DeputySeen,
    EmploymentGone,
    EmploymentSeen,
    LeaderSeen,
    LeadershipShown,
    RowRefused,
    UnitGone,
    UnitSeen,
)
from services.intake.domain.roles import PostSeen, RoleSeen
from services.intake.domain.shown_facts import FactsSeen, PersonSeen, UnitFactsSeen
from services.intake.domain.waiting import WaitBegun, WaitOver
from services.intake.polling.loop import keep_asking
from services.intake.told.bodies import BY_OUR_CLOCK, TYPES

OF_POSTS = (LeaderSeen, LeadershipShown, EmploymentEndRegistered, DeputySeen, RoleSeen, PostSeen)
UNIT_RECORDS = (UnitSeen, UnitGone, UnitFactsSeen, *OF_POSTS, EventSeen)
PERSON_RECORDS = (EmploymentSeen, EmploymentGone, FactsSeen, PersonSeen, ListedSeen, PostNamed, EventSeen)

SERVICE = Service(
    name=SERVICE_NAME,
    # 3: vacant posts, another position or form, and the unit of who is back from a leave that was told
    # 4: roles, posts that rows tell of and the entries of a directory are read; where such rows tell of a leader's post, they decide
    # 5: the education of pupils and students
    # 6: who leads, stands in or has a role does so no longer than the job lasts by which that was shown
    code_version=6,
    subjects=(
        SubjectKind(DELIVERY, records=(RowRefused, WaitBegun, WaitOver), derive=deliveries),
        SubjectKind(PERSON, records=PERSON_RECORDS, derive=employments, stepwise=True, growing=growing),
        SubjectKind(UNIT, records=UNIT_RECORDS, derive=organisation, stepwise=True),  # who led it or left, persons' histories tell it
        SubjectKind(FEED, records=(FeedSeen,), derive=feeds),
    ),
    save_rows=feed_silence_store.save,
    loops=(keep_asking, feed_silence.watch),
    alarms=feed_silence.alarms,
    # all that a source may tell: rows of files tell no more than that
    says=(*TYPES.values(), *BY_OUR_CLOCK, RecordRefused, DeliveryHeldBack, DeliverySettled, FeedFellSilent, FeedHeardAgain),
)


def build_worker(settings: Settings) -> Worker:
    """The process that publishes what was said and says starts and ends on their day."""
    return Worker(SERVICE, settings)


def build_web(settings: Settings) -> Site:
    """The way in for machines; for people what was delivered, what of it was refused, and the language of the bus."""
    routes = (*Door(settings).routes, *pages.ROUTES, *language.ROUTES)
    return Site(SERVICE, settings, routes=routes, most_bytes=settings.call_bytes)

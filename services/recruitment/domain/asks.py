"""What a leader may record about a vacancy; each rule that says no has a message of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from contracts.base import CallState
from contracts.recruitment import ReviewOutcome
from services.chassis.calendar import day_of
from services.chassis.failures import NotFound, Refused
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.recruitment.domain.duty import Duty
from services.recruitment.domain.people import hires
from services.recruitment.domain.records import AdPublished, FillConfirmed, HoursOffered, ReviewRecorded
from services.recruitment.domain.vacancy import Vacancy, vacancy


@dataclass(frozen=True, slots=True)
class Opening:
    """The vacancy a hire is to be linked to, as the page read it."""

    vacancy_id: UUID
    unit_id: UUID
    occupation_group: str
    known_at: datetime


Review: TypeAlias = Callable[[History, Reference, datetime], ReviewRecorded]


def review_vacancy(reviewed_on: date, outcome: ReviewOutcome, *, tasks_checked: bool, competences_checked: bool) -> Review:
    """Tasks and competences were reconsidered. Not to refill ends the vacancy, also after an earlier review."""

    def decide(history: History, reference: Reference, now: datetime) -> ReviewRecorded:
        found = _open(history, reference, now)
        _not_in_future(reviewed_on, now)
        refilled = outcome is not ReviewOutcome.NOT_REFILLED
        if refilled and found.reviewed is not None:
            raise Refused("recruitment-vacancy-already-reviewed")
        if refilled and not (tasks_checked and competences_checked):
            raise Refused("recruitment-vacancy-review-unfinished")
        return ReviewRecorded(
            municipality=reference.municipality,
            reviewed_on=reviewed_on,
            outcome=outcome,
            tasks_checked=tasks_checked,
            competences_checked=competences_checked,
        )

    return decide


def offer_more_hours(
    offered_on: date, asked: int, accepted: int, hours_gained: Decimal
) -> Callable[[History, Reference, datetime], HoursOffered]:
    """The own part-timers were offered more hours; none asked is an answer too, where there are none."""

    def decide(history: History, reference: Reference, now: datetime) -> HoursOffered:
        if _open(history, reference, now).hours is not None:
            raise Refused("recruitment-more-hours-already-offered")
        _not_in_future(offered_on, now)
        if accepted > asked:
            raise Refused("recruitment-more-hours-accepted-by-more-than-asked")
        if (hours_gained > 0) != (accepted > 0):
            raise Refused("recruitment-more-hours-gained-by-those-who-accept")
        gained = f"{hours_gained:.2f}"
        return HoursOffered(municipality=reference.municipality, offered_on=offered_on, asked=asked, accepted=accepted, hours_gained=gained)

    return decide


def publish_ad(published_on: date) -> Callable[[History, Reference, datetime], AdPublished]:
    """An ad is published: only after both duties before it are done (S0), where the municipality asks for them."""

    def decide(history: History, reference: Reference, now: datetime) -> AdPublished:
        found = _open(history, reference, now)
        if found.ad is not None:
            raise Refused("recruitment-ad-already-published")
        if _undone(found.review):
            raise Refused("recruitment-ad-before-review")
        if _undone(found.more_hours):
            raise Refused("recruitment-ad-before-more-hours")
        _not_in_future(published_on, now)
        return AdPublished(municipality=reference.municipality, published_on=published_on, post=found.post)

    return decide


def confirm_filled(
    opening: Opening, hired_fact: UUID, accepted_on: date, *, agency_used: bool, alignment_noted: bool
) -> Callable[[History, Reference, datetime], FillConfirmed]:
    """This hire filled the vacancy: asked of the newcomer's history, so that a hire fills one post and a cancelled hire none."""

    def decide(history: History, reference: Reference, now: datetime) -> FillConfirmed:
        hire = next((row for row in hires(history) if row.hired_fact == hired_fact), None)
        if hire is None:
            raise NotFound("recruitment-hire-unknown")
        if hire.vacancy_id is not None:
            raise Refused("recruitment-hire-already-linked")
        if (hire.unit_id, hire.occupation_group) != (opening.unit_id, opening.occupation_group):
            raise Refused("recruitment-hire-of-another-post")
        if hire.known_at < opening.known_at:
            raise Refused("recruitment-hire-before-vacancy")
        _not_in_future(accepted_on, now)
        return FillConfirmed(
            municipality=reference.municipality,
            vacancy_id=opening.vacancy_id,
            hired_fact=hired_fact,
            accepted_on=accepted_on,
            agency_used=agency_used,
            alignment_noted=alignment_noted,
        )

    return decide


def _open(history: History, reference: Reference, now: datetime) -> Vacancy:
    found = vacancy(history, reference, now)
    if found is None:
        raise NotFound("recruitment-vacancy-unknown")
    if found.is_over:
        raise Refused(f"recruitment-vacancy-{found.status}")
    return found


def _undone(duty: Duty | None) -> bool:
    return duty is not None and duty.state is not CallState.DONE


def _not_in_future(day: date, now: datetime) -> None:
    if day > day_of(now):
        raise Refused("recruitment-day-in-future")

"""A vacancy: it arises with a registered end, asks two things of the leader before an ad, and is filled, given up or not needed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from contracts.base import Event
from contracts.recruitment import ReviewOutcome
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision
from services.recruitment.domain.duty import Cause, Duty, duty
from services.recruitment.domain.records import AdPublished, HoursOffered, PostLeft, PostTaken, ReviewRecorded
from services.recruitment.rules import RecruitmentRules

E = TypeVar("E", bound=Event)


class Status(StrEnum):
    """Where a vacancy is."""

    OPEN = "open"
    ADVERTISED = "advertised"
    GIVEN_UP = "given-up"
    FILLED = "filled"


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A vacancy as it is now. `end_withdrawn`: the person stays after all, but an ad is out, so the leader decides."""

    id: UUID
    post: PostLeft
    end_withdrawn: bool
    status: Status
    ad: AdPublished | None
    taken: PostTaken | None
    reviewed: ReviewRecorded | None
    given_up: bool
    hours: HoursOffered | None
    review: Duty | None
    more_hours: Duty | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more is asked."""
        return self.status in {Status.FILLED, Status.GIVEN_UP}

    @property
    def needed_from(self) -> date:
        """The first day the post is empty."""
        return self.post.last_working_day + timedelta(days=1)


def vacancy(history: History, reference: Reference, now: datetime) -> Vacancy | None:
    """The vacancy of a history; none where its end no longer stands and no ad is out: then it was not needed."""
    left, ad = first(history, PostLeft), first(history, AdPublished)
    post = left.body if left else ad.body.post if ad else None
    if post is None:
        return None
    rules = reference.policy(RecruitmentRules)
    reviewed, hours = first(history, ReviewRecorded), first(history, HoursOffered)
    given_up = first(history, ReviewRecorded, lambda body: body.outcome is ReviewOutcome.NOT_REFILLED)
    taken = min((r.body for r in history.standing(PostTaken)), key=lambda b: (b.confirmed_at, b.hired_fact), default=None)
    ends = [*([taken.confirmed_at] if taken else []), *([given_up.known_at] if given_up else [])]
    cause = Cause(post.known_at, post.unit_id, min(ends, default=None))
    return Vacancy(
        id=history.subject.id,
        post=post,
        end_withdrawn=left is None,
        status=_status(taken is not None, given_up is not None, ad is not None),
        ad=ad.body if ad else None,
        taken=taken,
        reviewed=reviewed.body if reviewed else None,
        given_up=given_up is not None,
        hours=hours.body if hours else None,
        review=duty(rules.vacancy_review, cause, (reviewed.body.reviewed_on, reviewed.known_at) if reviewed else None, reference, now),
        more_hours=duty(rules.more_hours, cause, (hours.body.offered_on, hours.known_at) if hours else None, reference, now),
    )


def first(history: History, kind: type[E], wanted: Callable[[E], bool] = lambda _: True) -> Revision[E] | None:
    """The first record of a kind."""
    return min((r for r in history.standing(kind) if wanted(r.body)), key=lambda r: (r.known_at, r.fact), default=None)


def _status(taken: bool, given_up: bool, published: bool) -> Status:
    if taken:
        return Status.FILLED
    if given_up:
        return Status.GIVEN_UP
    return Status.ADVERTISED if published else Status.OPEN

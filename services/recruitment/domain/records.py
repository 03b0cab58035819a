"""What stays inside recruitment: what the person's history tells the vacancy, and what leaders record. Never said to others as it is."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.base import Code, Degree, Event
from contracts.recruitment import Amount, ReviewOutcome
from contracts.words import OccupationGroup


class PostLeft(Event):
    """From a person's history to the vacancy: a post is left after `last_working_day`. Tells the post, not the person."""

    wire: ClassVar[str] = "post-left"

    unit_id: UUID
    occupation_group: OccupationGroup
    degree: Degree
    leader_post: bool = False
    last_working_day: date
    known_at: AwareDatetime


class PostTaken(Event):
    """From the history of a newcomer to the vacancy: the leader confirmed that this hire filled it."""

    wire: ClassVar[str] = "post-taken"

    hired_fact: UUID
    employment_id: UUID
    person_key: UUID
    first_day: date
    accepted_on: date
    internal: bool = False
    channel: Code
    agency_used: bool = False
    alignment_noted: bool = False
    confirmed_at: AwareDatetime


class FillConfirmed(Event):
    """A leader confirmed, on a newcomer's history: this hire filled that vacancy."""

    wire: ClassVar[str] = "ask.confirm-filled"

    vacancy_id: UUID
    hired_fact: UUID
    accepted_on: date
    agency_used: bool = False
    alignment_noted: bool = False


class ReviewRecorded(Event):
    """A leader reconsidered tasks and competences; a later record may only give the post up."""

    wire: ClassVar[str] = "ask.review-vacancy"

    reviewed_on: date
    outcome: ReviewOutcome
    tasks_checked: bool
    competences_checked: bool


class HoursOffered(Event):
    """A leader offered the own part-timers more hours: how many were asked, how many said yes, hours a week gained."""

    wire: ClassVar[str] = "ask.offer-more-hours"

    offered_on: date
    asked: Annotated[int, Field(ge=0)]
    accepted: Annotated[int, Field(ge=0)]
    hours_gained: Amount


class AdPublished(Event):
    """An ad is out: from now on the vacancy no longer falls away by itself, so the post is kept as it was advertised."""

    wire: ClassVar[str] = "ask.publish-ad"

    published_on: date
    post: PostLeft

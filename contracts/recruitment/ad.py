"""Ads: what was offered where, and what came of it. No applicant in them."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import Code, Codes, Count, Degree, Value, Word
from contracts.recruitment.vacancy import VacancyEvent
from contracts.words import EmploymentForm, OccupationGroup


class AdPart(Word):
    """What an ad must hold (S0)."""

    WHO_WE_ARE = "who-we-are"
    OFFER = "offer"
    TASKS = "tasks"
    HOW_TO_APPLY = "how-to-apply"
    DEADLINE = "deadline"
    INTERVIEW_DATES = "interview-dates"
    UNKNOWN = "unknown"


class AdOutcome(Word):
    """What came of an ad."""

    FILLED_AS_SOUGHT = "filled-as-sought"
    FILLED_OTHER_PROFILE = "filled-other-profile"
    RE_POSTED = "re-posted"
    CANCELLED = "cancelled"
    NO_APPLICANTS = "no-applicants"
    NONE_QUALIFIED = "none-qualified"
    UNKNOWN = "unknown"


class ChannelCount(Value):
    """How many applied through one channel."""

    channel: Code
    applicants: Count


class AdEvent(VacancyEvent):
    """What is said about one ad; keyed by it. One ad is one attempt to fill its vacancy."""

    ad_id: UUID

    def ce_subject(self) -> str:
        """The ad."""
        return f"ad/{self.ad_id}"

    def record_key(self) -> str:
        """The ad."""
        return str(self.ad_id)


class AdPublished(AdEvent):
    """The ad is out; the lowest and the highest degree offered tell whether full time is fixed, possible or neither.

    `missing`: the parts it was published without; a deadline moved after it had passed is another ad, with `re_post_of`.
    """

    wire: ClassVar[str] = "recruitment.ad-published.v1"

    published_on: date
    variant: Code
    channels: Codes
    occupation_group: OccupationGroup
    employment_form: EmploymentForm
    leader_post: bool = False
    lowest_degree: Degree
    highest_degree: Degree
    round_the_clock: bool = False
    missing: Annotated[tuple[AdPart, ...], Field(max_length=10)] = ()
    deadline: date | None = None
    interview_from: date | None = None
    re_post_of: UUID | None = None


class AdClosed(AdEvent):
    """The round of the ad is over. Each applicant once, whatever the number of applications."""

    wire: ClassVar[str] = "recruitment.ad-closed.v1"

    closed_on: date
    outcome: AdOutcome
    applicants: Count
    qualified: Count
    by_channel: Annotated[tuple[ChannelCount, ...], Field(max_length=50)] = ()

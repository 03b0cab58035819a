"""What recruitment counts, before suppression: for reporting alone."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.base import Count, Number, Value
from contracts.counts import MOST_ROWS, CountsOfPeriod, SurveyCounts
from contracts.recruitment.application import WithdrawnAt
from contracts.recruitment.prospect import Measure, Track
from contracts.words import OccupationGroup

COUNTS_TOPIC = "recruitment.counts.v1"


class WithdrawalCount(Value):
    """How many withdrew at one stage."""

    stage: WithdrawnAt
    n: Count


class DaysCount(Value):
    """How many were answered after so many days; unanswered ones are the rest of those received."""

    days: Count
    n: Count


class PathRow(Value):
    """How far those sent on one track with one measure have come; who took two steps is in both."""

    track: Track
    measure: Measure
    occupation_group: OccupationGroup
    referred: Count
    screened: Count
    pre_course_completed: Count
    started: Count


class ProcessCounted(CountsOfPeriod):
    """How applicants for one profession were met in the period.

    `score_spread`: the mean spread of the scores that a committee gave one applicant.
    """

    wire: ClassVar[str] = "recruitment.process-counted.v1"
    topic: ClassVar[str] = COUNTS_TOPIC

    occupation_group: OccupationGroup
    received: Count
    invited: Count
    called_before: Count
    interviews_held: Count
    with_case: Count
    answered_in_time: Count
    rejections: Count
    personal_rejections: Count
    internal_applicants: Count
    withdrawn_by_stage: Annotated[tuple[WithdrawalCount, ...], Field(max_length=10)] = ()
    withdrawn_after_call: Count
    withdrawn_without_call: Count
    days_to_answer: Annotated[tuple[DaysCount, ...], Field(max_length=400)] = ()
    score_spread: Number | None = None


class JobcentrePathCounted(CountsOfPeriod):
    """How many citizens came closer to a job or an education in the period."""

    wire: ClassVar[str] = "recruitment.jobcentre-path-counted.v1"
    topic: ClassVar[str] = COUNTS_TOPIC

    rows: Annotated[tuple[PathRow, ...], Field(max_length=MOST_ROWS)]


class ApplicantSurveyClosed(SurveyCounts):
    """What applicants thought of how they were met, hired or rejected."""

    wire: ClassVar[str] = "recruitment.applicant-survey-closed.v1"
    topic: ClassVar[str] = COUNTS_TOPIC

"""What retention counts of what only it may know, before suppression: for reporting alone."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.base import Amount, Count, Number, Value, Word
from contracts.counts import MOST_ROWS, CountsOfPeriod, SurveyCounts
from contracts.retention.unit import PulseTopic
from contracts.retention.wellbeing import Effort
from contracts.words import EmploymentForm, ExitLevel, ExitReason, OccupationGroup

COUNTS_TOPIC = "retention.counts.v1"


class AbsenceClass(Word):
    """The classes that pay needs: sickness holds work injury, long-term agreements and pregnancy discomfort, told apart nowhere here."""

    SICKNESS = "sickness"
    CHILD_SICK = "child-sick"
    PARENTAL = "parental"
    OTHER = "other"
    UNKNOWN = "unknown"


class Agreement(Word):
    """What a talk agreed on."""

    CAREER = "career"
    SENIOR = "senior"
    LIFE_PHASE = "life-phase"
    UNKNOWN = "unknown"


class ReasonRow(Value):
    """How many named a reason with one weight: 3 for the main one, 2 and 1 for those beside it."""

    exit_reason: ExitReason
    weight: Annotated[int, Field(ge=1, le=3)]
    n: Count


class AbsenceRow(Value):
    """The absence of those who share these traits. Short: spells of 1 to 14 calendar days."""

    employment_form: EmploymentForm
    occupation_group: OccupationGroup
    absence_class: AbsenceClass
    absent_hours: Number
    absent_hours_short: Number
    absent_hours_long: Number
    planned_hours: Number
    absent_person_days: Number
    spells_short: Count
    spells_long: Count
    persons: Count
    fte: Number


class DaysBucket(Value):
    """How many persons had at least `days_from` days of sickness in the year so far, up to the next bucket."""

    days_from: Count
    persons: Count


class ExitReasonsCounted(CountsOfPeriod):
    """Why people left, in answers of at least a month put together. `stayed`: after a retention talk."""

    wire: ClassVar[str] = "retention.exit-reasons-counted.v1"
    topic: ClassVar[str] = COUNTS_TOPIC

    level: ExitLevel
    answers: Count
    reasons: Annotated[tuple[ReasonRow, ...], Field(max_length=100)] = ()
    would_recommend: Count
    would_recommend_answers: Count
    retention_talks: Count
    stayed: Count


class AbsenceMonthCounted(CountsOfPeriod):
    """The absence of a month in the unit where it arose, leavers included; `leaders_only`: the leaders' own, at chief area or above."""

    wire: ClassVar[str] = "retention.absence-month-counted.v1"
    topic: ClassVar[str] = COUNTS_TOPIC

    rows: Annotated[tuple[AbsenceRow, ...], Field(max_length=2_000)]
    days_of_year: Annotated[tuple[DaysBucket, ...], Field(max_length=50)] = ()
    long_term_healthy: Count
    long_term_persons: Count
    contacts_due: Count
    contacts_in_time: Count
    talks_due: Count
    talks_in_time: Count
    leaders_only: bool = False


class CaseworkerChangesCounted(CountsOfPeriod):
    """How often the caseworker of a citizen's course changed: courses that ended in the period, and months of those that ran."""

    wire: ClassVar[str] = "retention.caseworker-changes-counted.v1"
    topic: ClassVar[str] = COUNTS_TOPIC

    courses: Count
    course_months: Count
    changes: Count
    changes_by_leaving: Count


class WellbeingEffortCounted(CountsOfPeriod):
    """What the wellbeing team did, and the mean score of those it helped, before and after."""

    wire: ClassVar[str] = "retention.wellbeing-effort-counted.v1"
    topic: ClassVar[str] = COUNTS_TOPIC

    effort: Effort
    requested: Count
    closed: Count
    scored: Count
    score_before: Number | None = None
    score_after: Number | None = None
    external_spend: Amount | None = None


class AgreementRow(Value):
    """Agreements of one kind that are 12 months old, and what became of them."""

    agreement: Agreement
    agreements: Count
    still_employed: Count
    hours_regained: Count


class AgreementsCounted(CountsOfPeriod):
    """What became of the agreements made at career, senior and life-phase talks: which kind it was is told in numbers only."""

    wire: ClassVar[str] = "retention.agreements-counted.v1"
    topic: ClassVar[str] = COUNTS_TOPIC

    rows: Annotated[tuple[AgreementRow, ...], Field(max_length=MOST_ROWS)]


class PulseClosed(SurveyCounts):
    """What those concerned said; `points_raised` and how many of them the leader answered."""

    wire: ClassVar[str] = "retention.pulse-closed.v1"
    topic: ClassVar[str] = COUNTS_TOPIC

    about: PulseTopic
    points_raised: Count
    points_answered: Count

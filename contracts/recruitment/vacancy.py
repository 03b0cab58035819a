"""Posts that become vacant, what is done before an ad, and who filled them."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import Amount, Call, Code, DataClass, Degree, EmploymentId, Event, PersonKey, UnitId, Word
from contracts.words import OccupationGroup

TOPIC = "recruitment.v1"


class VacancyCause(Word):
    """Why a vacancy arose."""

    END = "end"
    NEW = "new"
    HOURS = "hours"
    LEAVE_COVER = "leave-cover"
    UNKNOWN = "unknown"


class ReviewOutcome(Word):
    """What the leader decided about a vacancy."""

    REFILL_SAME = "refill-same"
    REFILL_OTHER = "refill-other"
    SPLIT = "split"
    NOT_REFILLED = "not-refilled"
    UNKNOWN = "unknown"


class VacancyEvent(Event):
    """What is said about one vacancy; keyed by it, no person in it."""

    topic: ClassVar[str] = TOPIC
    data_class: ClassVar[DataClass] = DataClass.NONE

    vacancy_id: UUID
    unit_id: UnitId

    def ce_subject(self) -> str:
        """The vacancy."""
        return f"vacancy/{self.vacancy_id}"

    def record_key(self) -> str:
        """The vacancy."""
        return str(self.vacancy_id)


class VacancyArose(VacancyEvent):
    """A post will be empty from `needed_from`."""

    wire: ClassVar[str] = "recruitment.vacancy-arose.v1"

    occupation_group: OccupationGroup
    degree: Degree
    cause: VacancyCause
    leader_post: bool = False
    needed_from: date


class VacancyDuty(VacancyEvent):
    """A duty that belongs to a vacancy."""

    call: Call


class VacancyReviewPlanned(VacancyDuty):
    """The review is known, its window not open."""

    wire: ClassVar[str] = "recruitment.vacancy-review-planned.v1"


class VacancyReviewDue(VacancyDuty):
    """The leader is asked to reconsider tasks and competences before an ad."""

    wire: ClassVar[str] = "recruitment.vacancy-review-due.v1"


class VacancyReviewed(VacancyDuty):
    """Tasks and competences were reconsidered."""

    wire: ClassVar[str] = "recruitment.vacancy-reviewed.v1"

    reviewed_on: date
    outcome: ReviewOutcome
    tasks_checked: bool
    competences_checked: bool


class VacancyReviewMissed(VacancyDuty):
    """Not reconsidered before `call.missed_after` had passed."""

    wire: ClassVar[str] = "recruitment.vacancy-review-missed.v1"


class MoreHoursPlanned(VacancyDuty):
    """The question to the part-timers is known, its window not open."""

    wire: ClassVar[str] = "recruitment.more-hours-planned.v1"


class MoreHoursDue(VacancyDuty):
    """The leader is asked to offer own part-timers more hours before an ad."""

    wire: ClassVar[str] = "recruitment.more-hours-due.v1"


class MoreHoursOffered(VacancyDuty):
    """How many were asked, how many said yes, hours a week gained."""

    wire: ClassVar[str] = "recruitment.more-hours-offered.v1"

    offered_on: date
    asked: Annotated[int, Field(ge=0, le=9999)]
    accepted: Annotated[int, Field(ge=0, le=9999)]
    hours_gained: Amount


class MoreHoursMissed(VacancyDuty):
    """Not offered before `call.missed_after` had passed."""

    wire: ClassVar[str] = "recruitment.more-hours-missed.v1"


class PositionFilled(VacancyEvent):
    """Somebody took the post; the leader confirmed which employment it became."""

    wire: ClassVar[str] = "recruitment.position-filled.v1"
    data_class: ClassVar[DataClass] = DataClass.PSEUDONYMOUS

    accepted_on: date
    opened_on: date
    application_received_on: date | None = None
    person_key: PersonKey | None = None
    internal: bool = False
    channel: Code = "unknown"
    agency_used: bool = False
    alignment_noted: bool = False
    employment_id: EmploymentId | None = None
    hired_fact: UUID | None = None

"""Education, practice placements and courses of those employed."""

from datetime import date
from typing import ClassVar

from contracts.base import Code, PersonKey, Word
from contracts.hr.employment import EmploymentEvent


class LadderStep(Word):
    """The step of the ladder that an education leads to: unskilled, helper, assistant, professional (S0)."""

    UNSKILLED = "unskilled"
    HELPER = "helper"
    ASSISTANT = "assistant"
    PROFESSIONAL = "professional"
    LEADER_EDUCATION = "leader-education"
    OTHER = "other"
    UNKNOWN = "unknown"


class LearningOutcome(Word):
    """How an education or a placement ended."""

    COMPLETED = "completed"
    LEFT = "left"
    UNKNOWN = "unknown"


class PlacementKind(Word):
    """Why somebody is in practice; no age is told. Pupils of grades 0 to 9 are in no event about a person."""

    EDUCATION = "education"
    YOUTH_JOB = "youth-job"
    TRIAL = "trial"
    OTHER = "other"
    UNKNOWN = "unknown"


class EducationStarted(EmploymentEvent):
    """An education beside or within the employment begins on `effective_date`."""

    wire: ClassVar[str] = "hr.education-started.v1"

    ladder_step: LadderStep
    planned_end: date


class EducationEnded(EmploymentEvent):
    """It ended; `effective_date` is the first day after it."""

    wire: ClassVar[str] = "hr.education-ended.v1"

    ladder_step: LadderStep
    outcome: LearningOutcome


class PracticePlacementStarted(EmploymentEvent):
    """A stay in practice begins on `effective_date`; `planned_end` is its last day."""

    wire: ClassVar[str] = "hr.practice-placement-started.v1"

    placement_kind: PlacementKind
    education: Code | None = None
    planned_end: date
    supervisor_key: PersonKey | None = None


class PracticePlacementEnded(EmploymentEvent):
    """It ended with `last_day`; `effective_date` is the day after."""

    wire: ClassVar[str] = "hr.practice-placement-ended.v1"

    placement_kind: PlacementKind
    last_day: date
    outcome: LearningOutcome


class CourseCompleted(EmploymentEvent):
    """A course was completed on `effective_date`."""

    wire: ClassVar[str] = "hr.course-completed.v1"

    course_code: Code
    mandatory: bool = False

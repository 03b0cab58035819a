"""Courses that newcomers are to take."""

from datetime import date
from typing import ClassVar

from contracts.base import Call, Code
from contracts.onboarding.plan import OnboardingEvent


class Course(OnboardingEvent):
    """A course that somebody is enrolled in, to be completed within a window."""

    course_code: Code
    mandatory: bool = False
    call: Call


class CoursePlanned(Course):
    """Enrolled, the window not open."""

    wire: ClassVar[str] = "onboarding.course-planned.v1"


class CourseDue(Course):
    """The leader is reminded to make room for it."""

    wire: ClassVar[str] = "onboarding.course-due.v1"


class CourseDone(Course):
    """Completed on `done_on`; in the window or late, as it was when the duty was closed."""

    wire: ClassVar[str] = "onboarding.course-done.v1"

    done_on: date
    in_window: bool


class CourseMissed(Course):
    """Not completed before `call.missed_after` had passed."""

    wire: ClassVar[str] = "onboarding.course-missed.v1"

"""What onboarding counts, before suppression: for reporting alone."""

from typing import ClassVar

from contracts.base import Word
from contracts.counts import SurveyCounts

COUNTS_TOPIC = "onboarding.counts.v1"


class IntroSurvey(Word):
    """Who was asked."""

    NEW_HIRE = "new-hire"
    NEW_LEADER = "new-leader"
    PLACEMENT_STUDENT = "placement-student"
    MENTOR_PROGRAMME = "mentor-programme"
    UNKNOWN = "unknown"


class IntroSurveyClosed(SurveyCounts):
    """What newcomers thought of their introduction, students of their stay, mentors of their programme."""

    wire: ClassVar[str] = "onboarding.intro-survey-closed.v1"
    topic: ClassVar[str] = COUNTS_TOPIC

    survey: IntroSurvey

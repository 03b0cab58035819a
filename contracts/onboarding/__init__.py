"""What onboarding says: the plan of the first year, the life of each milestone, mentors, courses and what newcomers saw."""

from contracts.base import Event
from contracts.onboarding.counts import IntroSurveyClosed
from contracts.onboarding.learning import CourseDone, CourseDue, CourseMissed, CoursePlanned
from contracts.onboarding.mentor import MentorNamed
from contracts.onboarding.milestone import (
    IntroMilestone,
    IntroMilestoneDone,
    IntroMilestoneDue,
    IntroMilestoneMissed,
    IntroMilestonePlanned,
)
from contracts.onboarding.observation import ObservationDone, ObservationDue, ObservationMissed, ObservationPlanned
from contracts.onboarding.plan import IntroPlanApproved, IntroPlanClosed, IntroPlanMade

EVENTS: tuple[type[Event], ...] = (
    IntroPlanMade,
    IntroPlanApproved,
    IntroPlanClosed,
    IntroMilestonePlanned,
    IntroMilestoneDue,
    IntroMilestoneDone,
    IntroMilestoneMissed,
    MentorNamed,
    CoursePlanned,
    CourseDue,
    CourseDone,
    CourseMissed,
    ObservationPlanned,
    ObservationDue,
    ObservationDone,
    ObservationMissed,
    IntroSurveyClosed,
)
"""All that is said, in the order it happens."""

__all__ = [
    "EVENTS",
    "CourseDone",
    "CourseDue",
    "CourseMissed",
    "CoursePlanned",
    "IntroMilestone",
    "IntroMilestoneDone",
    "IntroMilestoneDue",
    "IntroMilestoneMissed",
    "IntroMilestonePlanned",
    "IntroPlanApproved",
    "IntroPlanClosed",
    "IntroPlanMade",
    "IntroSurveyClosed",
    "MentorNamed",
    "ObservationDone",
    "ObservationDue",
    "ObservationMissed",
    "ObservationPlanned",
]

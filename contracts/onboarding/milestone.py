"""The life of each milestone of a plan."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import Call, Code, HolderRole
from contracts.onboarding.plan import OnboardingEvent
from contracts.words import MilestoneKind, Occasion, TalkTheme


class IntroMilestone(OnboardingEvent):
    """One duty of a plan: a fact whose type tells its state. `step_code`: how the template calls it, where the kind alone does not tell."""

    plan_id: UUID
    milestone_id: UUID
    milestone_kind: MilestoneKind
    occasion: Occasion
    step_code: Code | None = None
    call: Call


class IntroMilestonePlanned(IntroMilestone):
    """The milestone is known, its window has not opened."""

    wire: ClassVar[str] = "onboarding.intro-milestone-planned.v1"


class IntroMilestoneDue(IntroMilestone):
    """The window is open: somebody is asked."""

    wire: ClassVar[str] = "onboarding.intro-milestone-due.v1"


class IntroMilestoneDone(IntroMilestone):
    """Held on `done_on`; `in_window` is judged against the window that was valid when it was closed."""

    wire: ClassVar[str] = "onboarding.intro-milestone-done.v1"

    done_on: date
    in_window: bool
    by_role: HolderRole
    themes: tuple[TalkTheme, ...] = ()


class IntroMilestoneMissed(IntroMilestone):
    """Not held before `call.missed_after` had passed, declined, or never started; see `call.state`."""

    wire: ClassVar[str] = "onboarding.intro-milestone-missed.v1"

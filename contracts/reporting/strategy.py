"""The strategy of a chief area: goals in five focus areas, actions, what they came to, and what a chief is asked for."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import AboutUnit, Amount, Call, Code, DataClass, Number, Period, UnitId, Word
from contracts.words import FocusArea

TOPIC = "reporting.v1"


class Better(Word):
    """Which way an indicator is to go."""

    HIGHER = "higher"
    LOWER = "lower"
    UNKNOWN = "unknown"


class ActionState(Word):
    """Where an action is."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    DROPPED = "dropped"
    UNKNOWN = "unknown"


class GoalStatus(Word):
    """How a goal stands, as its owner judges."""

    ON_TRACK = "on-track"
    AT_RISK = "at-risk"
    OFF_TRACK = "off-track"
    REACHED = "reached"
    DROPPED = "dropped"
    UNKNOWN = "unknown"


class Gate(Word):
    """A point at which an initiative is looked at (S2)."""

    BASELINE = "baseline"
    MID = "mid"
    EVALUATION = "evaluation"
    UNKNOWN = "unknown"


class StrategyStepKind(Word):
    """What a chief, HR or an adviser is asked for about figures and goals."""

    GOAL_GAP = "goal-gap"
    ACTION_STEP = "action-step"
    SPAN_REVIEW = "span-review"
    SUCCESSION_PLAN = "succession-plan"
    EXIT_DIGEST = "exit-digest"
    ABSENCE_REVIEW = "absence-review"
    UNKNOWN = "unknown"


class StrategyEvent(AboutUnit):
    """What is said about the strategy of one area; `unit_id` is that of the area."""

    topic: ClassVar[str] = TOPIC
    data_class: ClassVar[DataClass] = DataClass.NONE


class GoalSet(StrategyEvent):
    """What an area wants to reach by when, from where; the same indicator for baseline, target and actual."""

    wire: ClassVar[str] = "reporting.goal-set.v1"

    goal_id: UUID
    focus_area: FocusArea
    definition_id: Code
    better: Better
    baseline: Number | None = None
    baseline_on: date | None = None
    target: Number
    target_on: date
    effective_date: date

    def ce_subject(self) -> str:
        """The goal."""
        return f"goal/{self.goal_id}"


class ActionChanged(StrategyEvent):
    """An action towards a goal as it is now; the money in kroner. Shared: others may take it over, and say from which it came."""

    wire: ClassVar[str] = "reporting.action-changed.v1"

    action_id: UUID
    goal_id: UUID
    owner_unit_id: UnitId
    state: ActionState
    due_on: date
    first_due_on: date
    budget: Amount | None = None
    spent: Amount | None = None
    shared_for_reuse: bool = False
    reused_from: UUID | None = None

    def ce_subject(self) -> str:
        """The action."""
        return f"action/{self.action_id}"


class FollowUp(StrategyEvent):
    """The duty to say how a goal or an initiative stands."""

    goal_id: UUID
    gate: Gate | None = None
    call: Call

    def ce_subject(self) -> str:
        """The goal."""
        return f"goal/{self.goal_id}"


class FollowUpPlanned(FollowUp):
    """Known, its window not open."""

    wire: ClassVar[str] = "reporting.follow-up-planned.v1"


class FollowUpDue(FollowUp):
    """The owner is asked."""

    wire: ClassVar[str] = "reporting.follow-up-due.v1"


class FollowUpRecorded(FollowUp):
    """The owner said how it stands. No text: what was written stays in reporting."""

    wire: ClassVar[str] = "reporting.follow-up-recorded.v1"

    recorded_on: date
    in_time: bool
    status: GoalStatus
    actual: Number | None = None


class FollowUpMissed(FollowUp):
    """Not said before `call.missed_after` had passed."""

    wire: ClassVar[str] = "reporting.follow-up-missed.v1"


class StrategyStep(StrategyEvent):
    """A goal that is missing, a step of a road map, a figure to be looked at: a duty. Another kind of step is a word more."""

    step: StrategyStepKind
    focus_area: FocusArea | None = None
    action_id: UUID | None = None
    definition_id: Code | None = None
    period: Period | None = None
    call: Call


class StrategyStepPlanned(StrategyStep):
    """Known, its window not open."""

    wire: ClassVar[str] = "reporting.strategy-step-planned.v1"


class StrategyStepDue(StrategyStep):
    """Somebody is asked."""

    wire: ClassVar[str] = "reporting.strategy-step-due.v1"


class StrategyStepDone(StrategyStep):
    """Done on `done_on`."""

    wire: ClassVar[str] = "reporting.strategy-step-done.v1"

    done_on: date
    in_time: bool


class StrategyStepMissed(StrategyStep):
    """Not done before `call.missed_after` had passed."""

    wire: ClassVar[str] = "reporting.strategy-step-missed.v1"

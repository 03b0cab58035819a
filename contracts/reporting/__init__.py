"""What reporting says: indicators and their values, goals, collections, meetings, figures of others. No person in any of it."""

from contracts.base import Event
from contracts.reporting.benchmark import BenchmarkImported
from contracts.reporting.indicators import IndicatorDefined, IndicatorValuePublished, IndicatorValueRestated, Parameter, ValueStatus
from contracts.reporting.meetings import AgendaPackDue, AgendaPackMade, AgendaPackMissed, AgendaPackPlanned, MeetingHeld
from contracts.reporting.rounds import (
    AreaSubmissionDue,
    AreaSubmissionMissed,
    AreaSubmissionPlanned,
    AreaSubmitted,
    CollectionClosed,
    CollectionOpened,
)
from contracts.reporting.strategy import (
    ActionChanged,
    FollowUpDue,
    FollowUpMissed,
    FollowUpPlanned,
    FollowUpRecorded,
    GoalSet,
    StrategyStepDone,
    StrategyStepDue,
    StrategyStepMissed,
    StrategyStepPlanned,
)

EVENTS: tuple[type[Event], ...] = (
    IndicatorDefined,
    IndicatorValuePublished,
    IndicatorValueRestated,
    GoalSet,
    ActionChanged,
    FollowUpPlanned,
    FollowUpDue,
    FollowUpRecorded,
    FollowUpMissed,
    StrategyStepPlanned,
    StrategyStepDue,
    StrategyStepDone,
    StrategyStepMissed,
    CollectionOpened,
    AreaSubmissionPlanned,
    AreaSubmissionDue,
    AreaSubmitted,
    AreaSubmissionMissed,
    CollectionClosed,
    AgendaPackPlanned,
    AgendaPackDue,
    AgendaPackMade,
    AgendaPackMissed,
    MeetingHeld,
    BenchmarkImported,
)
"""All that is said, in the order it happens."""

__all__ = [
    "EVENTS",
    "ActionChanged",
    "AgendaPackDue",
    "AgendaPackMade",
    "AgendaPackMissed",
    "AgendaPackPlanned",
    "AreaSubmissionDue",
    "AreaSubmissionMissed",
    "AreaSubmissionPlanned",
    "AreaSubmitted",
    "BenchmarkImported",
    "CollectionClosed",
    "CollectionOpened",
    "FollowUpDue",
    "FollowUpMissed",
    "FollowUpPlanned",
    "FollowUpRecorded",
    "GoalSet",
    "IndicatorDefined",
    "IndicatorValuePublished",
    "IndicatorValueRestated",
    "MeetingHeld",
    "Parameter",
    "StrategyStepDone",
    "StrategyStepDue",
    "StrategyStepMissed",
    "StrategyStepPlanned",
    "ValueStatus",
]

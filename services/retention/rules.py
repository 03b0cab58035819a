"""What a municipality has decided about talks when somebody leaves: the table `retention` of its rules."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.base import HolderRole
from contracts.words import ExitLevel
from services.chassis.rules import Rules, Section

Days = Annotated[int, Field(ge=0, le=366)]
WholeDays = Annotated[int, Field(ge=1, le=366)]


class RetentionRules(Section):
    """Defaults of danish-hr, sections 4 and 10: no retention talk until it is decided, exit talks at the leader level."""

    table: ClassVar[str] = "retention"

    retention_talk: bool = False
    retention_talk_valid_from: date = date.min
    retention_talk_working_days: WholeDays = 3
    retention_talk_missed_working_days: WholeDays = 10

    exit_levels: tuple[Literal[ExitLevel.LEADER, ExitLevel.EMPLOYEE], ...] = (ExitLevel.LEADER,)
    exit_valid_from: date = date.min
    exit_due_working_days_before: Days = 5
    exit_missed_days: Days = 0
    """Calendar days after the last day on which a talk is late, not yet missed."""
    exit_known_late_working_days: WholeDays = 10
    exit_known_late_missed_days: WholeDays = 30
    employee_level_role: Literal[HolderRole.SECOND_PARTY, HolderRole.HR, HolderRole.LEADERS_LEADER] = HolderRole.SECOND_PARTY
    """Another than the nearest leader; who hears `second-party` takes HR."""

    silence_hr_events_working_days: Days = 0
    """An alarm after so many working days without an HR event; 0: none (danish-hr 12)."""
    silence_exit_offers_working_days: Days = 0
    """An alarm after so many working days without an exit offer while people leave; 0: none (danish-hr 12)."""

    def exit_role(self, level: ExitLevel) -> HolderRole:
        """Who holds the exit talk of a level."""
        return self.employee_level_role if level is ExitLevel.EMPLOYEE else HolderRole.NEAREST_LEADER


def retention_talk_from(rules: Rules) -> date:
    """The first day on which the window of a retention talk may open and be owed."""
    return max(rules.read(RetentionRules).retention_talk_valid_from, rules.live_from)


def exit_talk_from(rules: Rules) -> date:
    """The first day on which the window of an exit talk may open and be owed."""
    return max(rules.read(RetentionRules).exit_valid_from, rules.live_from)

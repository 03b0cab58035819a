"""The municipality's own rules for tasks: when a deputy takes over, who is the second party, and the ladder of lateness."""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from services.chassis.rules import Section


class DeputyTakes(StrEnum):
    """When a deputy of a leader who is in post takes the task; in a vacant post he always does (danish-hr 3.4)."""

    LIMITED_PERIOD = "limited-period"
    """While an appointment with a last day runs: it was made because the leader is away."""
    ANY_APPOINTMENT = "any-appointment"
    VACANT_POST_ONLY = "vacant-post-only"


class SecondParty(StrEnum):
    """Who talks with an employee when it must be another than the nearest leader (danish-hr 4, exit talk at employee level)."""

    HR = "hr"
    LEADERS_LEADER = "leaders-leader"


class TaskRules(Section):
    """Days of the ladder as in danish-hr 7.6; a step of 0 days is off."""

    table: ClassVar[str] = "notification"

    deputy_takes: DeputyTakes = DeputyTakes.LIMITED_PERIOD
    second_party: SecondParty = SecondParty.HR
    coming_days: int = Field(default=14, ge=1, le=60)
    """How many calendar days ahead the inbox shows what will open."""
    handed_days: int = Field(default=14, ge=0, le=60)
    """How many calendar days the inbox tells that a task came from or went to somebody else."""
    deputy_ends_days: int = Field(default=14, ge=0, le=60)
    """Calendar days before the last day of a deputy on which the leader is warned (danish-hr 3.8); 0: never."""
    leaders_leader_after: int = Field(default=5, ge=0, le=60)
    """Working days late after which the leader's leader is told, once."""
    hr_after: int = Field(default=10, ge=0, le=60)
    """Working days late after which the task is shown in HR's queue too."""
    legal_kinds: frozenset[str] = frozenset({"absence-talk"})
    """Duties of the law: the leader's leader is told before they are due."""
    legal_days_before: int = Field(default=3, ge=0, le=30)
    """Calendar days before the due day of a legal duty."""

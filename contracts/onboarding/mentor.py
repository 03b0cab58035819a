"""Who stands by a newcomer."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.base import EmploymentId, PersonKey, UnitId, Word
from contracts.onboarding.plan import OnboardingEvent


class MentorKind(Word):
    """What a mentor is for; a fixed team can stand in for both the professional and the social one (S0)."""

    PROFESSIONAL = "professional"
    SOCIAL = "social"
    LEADER = "leader"
    TEAM = "team"
    UNKNOWN = "unknown"


class MentorNamed(OnboardingEvent):
    """From `named_from` to `until` this colleague, or this team, is the newcomer's mentor; another one is the next revision."""

    wire: ClassVar[str] = "onboarding.mentor-named.v1"

    plan_id: UUID
    mentor_kind: MentorKind
    mentor_key: PersonKey | None = None
    mentor_employment_id: EmploymentId | None = None
    team_unit_id: UnitId | None = None
    named_on: date
    named_from: date
    until: date | None = None

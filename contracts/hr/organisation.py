"""Units, who leads them and who has a role there, and the days they are closed: what every service hears into its reference tables."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import AboutUnit, Code, Count, DataClass, EmploymentId, Event, Municipality, Name, PersonKey, Registered, UnitId, Word
from contracts.words import Closed, EmploymentForm, LeaderLevel, ReasonClass, UnitChange

ORGANISATION_TOPIC = "hr.organisation.v1"


class UnitRole(Word):
    """Roles beside that of a leader: those of MED, supervisors of pupils, consultants of retention."""

    AMR = "amr"
    TR = "tr"
    MED_MEMBER = "med-member"
    MED_CHAIR = "med-chair"
    SUPERVISOR = "supervisor"
    RETENTION_CONSULTANT = "retention-consultant"
    UNKNOWN = "unknown"


class Complexity(Word):
    """How complex it is to lead a unit, as the municipality classes it."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    UNKNOWN = "unknown"


class UnitEvent(AboutUnit, Registered):
    """What the HR system says about one unit."""

    topic: ClassVar[str] = ORGANISATION_TOPIC


class UnitChanged(UnitEvent):
    """The unit has this name, level and parent from `effective_date`; closed: from that day it is no more."""

    wire: ClassVar[str] = "hr.unit-changed.v1"
    data_class: ClassVar[DataClass] = DataClass.NONE

    change: UnitChange
    name: Name
    level: Code
    parent_unit_id: UnitId | None = None
    old_parent_unit_id: UnitId | None = None
    addresses: Annotated[int, Field(ge=0)] = 1


class UnitComplexityRecorded(UnitEvent):
    """How complex it is to lead the unit from `effective_date`: what the span of control is read by. Counts of work, not of people."""

    wire: ClassVar[str] = "hr.unit-complexity-recorded.v1"
    data_class: ClassVar[DataClass] = DataClass.NONE

    complexity: Complexity
    cases: Count | None = None
    professions: Count | None = None
    addresses: Count | None = None
    support_functions: Count | None = None


class RoleEvent(UnitEvent):
    """What is said about somebody who has a role at a unit."""

    employment_id: EmploymentId
    person_key: PersonKey
    employment_form: EmploymentForm = EmploymentForm.MONTHLY


class LeaderEvent(RoleEvent):
    """What is said about a leader of a unit."""


class LeaderAppointed(LeaderEvent):
    """From `effective_date` this person leads the unit."""

    wire: ClassVar[str] = "hr.leader-appointed.v1"

    leader_level: LeaderLevel
    internal: bool = False
    new_to_municipality: bool = False


class LeaderEnded(LeaderEvent):
    """`last_day` is the last day as leader; `effective_date` the day after."""

    wire: ClassVar[str] = "hr.leader-ended.v1"

    last_day: date
    reason_class: ReasonClass = ReasonClass.UNKNOWN


class DeputyAppointed(LeaderEvent):
    """From `effective_date` to `until` this person stands in for `deputy_for` at the unit, for these task kinds (none named: all)."""

    wire: ClassVar[str] = "hr.deputy-appointed.v1"

    deputy_for: PersonKey
    subjects: tuple[Code, ...] = ()
    until: date | None = None


class RoleAssigned(RoleEvent):
    """From `effective_date` to `until` this person has the role at the unit; never for which union. An earlier end: the next revision."""

    wire: ClassVar[str] = "hr.role-assigned.v1"

    role: UnitRole
    committee_id: UUID | None = None
    until: date | None = None


class CalendarChanged(Event):
    """A closing day of the municipality (or of one unit and those below it); `closed: none` opens the day again."""

    wire: ClassVar[str] = "hr.calendar-changed.v1"
    topic: ClassVar[str] = ORGANISATION_TOPIC
    data_class: ClassVar[DataClass] = DataClass.NONE

    municipality: Municipality
    day: date
    closed: Closed
    unit_id: UnitId | None = None

    def ce_subject(self) -> str:
        """The calendar of the municipality."""
        return f"calendar/{self.municipality}"

    def record_key(self) -> str:
        """The municipality."""
        return self.municipality

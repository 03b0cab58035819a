"""What an answer of a bitemporal source showed: facts of one employment, unit or person with the days they hold, as own records.

An answer holds only the facts that changed; what it does not tell of is as it was (danish-hr 1.1 to 1.3).
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import Code, Degree, Name, Value
from contracts.words import EmploymentForm, LeaderLevel, OccupationGroup, ReasonClass
from services.intake.domain.records import Seen


class State(StrEnum):
    """What a status says of an employment; which code says what is the municipality's own list."""

    CONTRACT = "contract"
    AT_WORK = "at-work"
    LEAVE = "leave"
    UNCHANGED = "unchanged"
    ENDED = "ended"
    DELETED = "deleted"


EMPLOYED = frozenset({State.CONTRACT, State.AT_WORK, State.LEAVE, State.UNCHANGED})


class Period(Value):
    """The days a fact holds, both included; none as last day: open."""

    first: date
    last: date | None = None


class StatusPeriod(Period):
    """A status and, where it ends the employment, why: it begins on the first day not employed."""

    state: State
    reason: ReasonClass | None = None


class UnitPeriod(Period):
    """Where the employment belongs."""

    unit_id: UUID


class PositionPeriod(Period):
    """As what: its code, its group, whether the code decides on the form, and whether it leads the unit."""

    code: Code
    group: OccupationGroup
    form: EmploymentForm | None = None
    leads: LeaderLevel | None = None


class DegreePeriod(Period):
    """How much."""

    degree: Degree


class FactsSeen(Seen):
    """Facts of one employment that were registered together; `first_day` as the source has it, none where it does not tell."""

    wire: ClassVar[str] = "record.facts-seen.v1"

    person_key: UUID
    employment_id: UUID
    employment_form: EmploymentForm
    first_day: date | None = None
    statuses: tuple[StatusPeriod, ...] = ()
    units: tuple[UnitPeriod, ...] = ()
    positions: tuple[PositionPeriod, ...] = ()
    degrees: tuple[DegreePeriod, ...] = ()


class PersonSeen(Seen):
    """Name and work mail of a person, for the directory alone."""

    wire: ClassVar[str] = "record.person-seen.v1"

    person_key: UUID
    display_name: Name
    work_mail: Annotated[str, Field(max_length=254)] | None = None


class NamePeriod(Period):
    """What a unit is called."""

    name: Name
    level: Code | None = None


class ParentPeriod(Period):
    """What a unit stands below; none: it is the top."""

    parent_unit_id: UUID | None = None
    level: Code | None = None


class UnitFactsSeen(Seen):
    """Names and parents of one unit; `code` is its name as long as nobody tells another."""

    wire: ClassVar[str] = "record.unit-facts-seen.v1"

    unit_id: UUID
    code: Name
    names: tuple[NamePeriod, ...] = ()
    parents: tuple[ParentPeriod, ...] = ()

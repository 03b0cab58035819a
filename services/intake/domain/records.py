"""What a source showed, row by row: own records, never on the wire (no topic), each about one subject's history.

A row shows the whole state of its thing as the source had it when it registered the row; what changed is derived, never told.
"""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.base import Code, Degree, Event, Name, Precision, SourceSystem
from contracts.words import EmploymentForm, LeaderLevel, LeaveKind, OccupationGroup, ReasonClass, UnitChange
from services.chassis.ids import NAMESPACE, named
from services.chassis.subject import body_text

SERVICE_NAME = "intake"
PERSON, UNIT, DELIVERY, FEED = "person", "unit", "delivery", "feed"
"""The kinds of subjects."""


class Seen(Event):
    """A row of a source, with when the source registered it."""

    feed: Code
    registered_at: AwareDatetime
    registered_precision: Precision = Precision.INSTANT
    source_system: SourceSystem = SourceSystem.CSV
    answered_at: AwareDatetime | None = None
    """When the source made this answer: it orders two changes that were registered on one day, and is never said."""

    def ce_subject(self) -> str:
        """A record never leaves; the feed is enough."""
        return f"feed/{self.feed}"

    def record_key(self) -> str:
        """A record never leaves; the feed is enough."""
        return self.feed

    def fact(self, text: str | None = None) -> UUID:
        """The id of the record: its content, so that the same row is one record however often it comes. `text`: its body's, if known."""
        return named(NAMESPACE, f"{self.wire}\x1f{body_text(self) if text is None else text}".encode())


class EmploymentSeen(Seen):
    """The state of one employment; unit, position, form and degree hold from `valid_from` (none: from the first day).

    `end_told` is false where the row is silent about the end (a yearly snapshot of people at work).
    """

    wire: ClassVar[str] = "record.employment-seen.v1"

    person_key: UUID
    employment_id: UUID
    first_day: date
    valid_from: date | None = None
    unit_id: UUID
    position_code: Code | None = None
    employment_form: EmploymentForm
    occupation_group: OccupationGroup
    degree: Degree
    first_working_day: date | None = None
    fixed_term_until: date | None = None
    end_told: bool = True
    last_day: date | None = None
    reason_class: ReasonClass | None = None
    received_on: date | None = None
    withdrawn_on: date | None = None
    leave_from: date | None = None
    leave_to: date | None = None
    leave_kind: LeaveKind = LeaveKind.UNKNOWN
    cancelled: bool = False
    leads: LeaderLevel | None = None
    display_name: Name | None = None
    work_mail: Annotated[str, Field(max_length=254)] | None = None


class UnitSeen(Seen):
    """The state of one unit from `valid_from`; without `change` the change is derived from what differs.

    `begins`: where the row that first shows the unit also tells since when it is so. `until`: the last day of a unit that is closed.
    """

    wire: ClassVar[str] = "record.unit-seen.v1"

    unit_id: UUID
    valid_from: date
    name: Name
    level: Code
    parent_unit_id: UUID | None = None
    change: UnitChange | None = None
    begins: date | None = None
    until: date | None = None


class EmploymentGone(Seen):
    """An employment that a whole file of `day` shows no more, or only says of that it was left (`left`)."""

    wire: ClassVar[str] = "record.employment-gone.v1"

    person_key: UUID
    employment_id: UUID
    day: date
    left: bool = False


class UnitGone(Seen):
    """A unit that a whole file of `day` shows no more."""

    wire: ClassVar[str] = "record.unit-gone.v1"

    unit_id: UUID
    day: date


class LeaderSeen(Seen):
    """One leadership (unit, employment, first day) and its last day as leader as far as known."""

    wire: ClassVar[str] = "record.leader-seen.v1"

    unit_id: UUID
    person_key: UUID
    employment_id: UUID
    employment_form: EmploymentForm = EmploymentForm.MONTHLY
    leader_level: LeaderLevel
    first_day: date
    last_day: date | None = None
    reason_class: ReasonClass = ReasonClass.UNKNOWN
    cancelled: bool = False


class LeadershipShown(Seen):
    """A leadership as the rows of its employment show it: said by the person's history to the unit's, which knows of successors."""

    wire: ClassVar[str] = "record.leadership-shown.v1"

    unit_id: UUID
    leader_level: LeaderLevel
    first_day: date
    last_day: date | None = None


class DeputySeen(Seen):
    """One deputyship (unit, employment, whom for, first day) and until when as far as known; for nobody named: for who leads the unit."""

    wire: ClassVar[str] = "record.deputy-seen.v1"

    unit_id: UUID
    person_key: UUID
    employment_id: UUID
    deputy_for: UUID | None = None
    first_day: date
    until: date | None = None
    subjects: tuple[Code, ...] = ()
    cancelled: bool = False


class RowRefused(Seen):
    """A row of a delivery that was refused: where and why, never what."""

    wire: ClassVar[str] = "record.row-refused.v1"

    file_ref: Code
    row: Annotated[int, Field(ge=1)]
    reason: Code
    field: Code
    retryable: bool = True

    def fact(self, text: str | None = None) -> UUID:  # noqa: ARG002 - a refusal is not its content
        """The id of the refusal: its place and reason, whenever it was met (the file is named by its content)."""
        parts = (self.wire, self.municipality, self.feed, self.file_ref, str(self.row), self.reason, self.field)
        return named(NAMESPACE, "\x1f".join(parts).encode())

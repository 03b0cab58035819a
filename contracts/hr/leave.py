"""Leave, never illness: known, begun, over."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from contracts.hr.employment import EmploymentEvent
from contracts.words import LeaveKind


class LeaveRegistered(EmploymentEvent):
    """Leave from `leave_from` to `leave_to`, both days away; never sick leave."""

    wire: ClassVar[str] = "hr.leave-registered.v1"

    leave_id: UUID
    leave_from: date
    leave_to: date | None = None
    leave_kind: LeaveKind = LeaveKind.UNKNOWN


class LeaveStarted(EmploymentEvent):
    """The first day away came: `effective_date`. For outsiders; figures use what was registered."""

    wire: ClassVar[str] = "hr.leave-started.v1"

    leave_id: UUID


class LeaveEnded(EmploymentEvent):
    """The first day back came: `back_on`. For outsiders; figures use what was registered."""

    wire: ClassVar[str] = "hr.leave-ended.v1"

    leave_id: UUID
    back_on: date

"""What happens to employments, units and leaders, as the HR system tells it (put on the wire by `intake`)."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import AboutEmployment, Code, DataClass, Degree, Event, Municipality, Name, Registered
from contracts.words import (
    Closed,
    EmploymentForm,
    HireChannel,
    LeaderLevel,
    LeaveKind,
    OccupationGroup,
    ReasonClass,
    SupportTerms,
    UnitChange,
)

EMPLOYMENT_TOPIC = "hr.employment.v1"
ORGANISATION_TOPIC = "hr.organisation.v1"
DIRECTORY_TOPIC = "hr.directory.v1"


class EmploymentEvent(AboutEmployment, Registered):
    """The block E of the catalogue: every event about an employment carries it."""

    topic: ClassVar[str] = EMPLOYMENT_TOPIC

    employment_form: EmploymentForm


class Hired(EmploymentEvent):
    """Somebody is employed from `effective_date` (a rehire under the same number keeps `employment_id`)."""

    wire: ClassVar[str] = "hr.hired.v1"

    first_working_day: date | None = None
    rehire: bool = False
    previous_last_working_day: date | None = None
    position_code: Code | None = None
    occupation_group: OccupationGroup
    degree: Degree
    fixed_term_until: date | None = None
    leader_of_unit_id: UUID | None = None
    hire_channel: HireChannel = HireChannel.UNKNOWN
    trial_until: date | None = None
    support_terms: SupportTerms = SupportTerms.UNKNOWN


class EmploymentStarted(EmploymentEvent):
    """The first day came. For outsiders; figures use the registered facts."""

    wire: ClassVar[str] = "hr.employment-started.v1"

    first_working_day: date | None = None


class HoursChanged(EmploymentEvent):
    """The employment degree changes from `effective_date`."""

    wire: ClassVar[str] = "hr.hours-changed.v1"

    old_degree: Degree
    new_degree: Degree
    review_on: date | None = None


class PlacementChanged(EmploymentEvent):
    """The employment belongs to another unit from `effective_date`; `unit_id` is the new one."""

    wire: ClassVar[str] = "hr.placement-changed.v1"

    old_unit_id: UUID
    new_unit_id: UUID
    internal_move: bool


class EmploymentEndRegistered(EmploymentEvent):
    """The end is known: `effective_date` is the first day not employed, `last_working_day` the day before."""

    wire: ClassVar[str] = "hr.employment-end-registered.v1"

    last_working_day: date
    reason_class: ReasonClass


class Resigned(EmploymentEvent):
    """The employee gave notice (or may have: reason unknown); who and when, the last day is read from the end."""

    wire: ClassVar[str] = "hr.resigned.v1"

    last_working_day: date
    received_on: date | None = None
    reason_class: ReasonClass


class ResignationWithdrawn(EmploymentEvent):
    """A fact of its own: the resignation it names still stands as received."""

    wire: ClassVar[str] = "hr.resignation-withdrawn.v1"

    resignation_fact: UUID
    withdrawn_on: date | None = None


class EmploymentEnded(EmploymentEvent):
    """The last day has passed. For outsiders."""

    wire: ClassVar[str] = "hr.employment-ended.v1"

    last_working_day: date
    reason_class: ReasonClass
    tenure_days: Annotated[int, Field(ge=0)]


class EmploymentCancelled(EmploymentEvent):
    """The employment never was. For outsiders; in our services no fact of the employment stands any longer."""

    wire: ClassVar[str] = "hr.employment-cancelled.v1"

    hired_fact: UUID


class LeaveRegistered(EmploymentEvent):
    """Leave from `leave_from` to `leave_to`, both days away; never sick leave."""

    wire: ClassVar[str] = "hr.leave-registered.v1"

    leave_id: UUID
    leave_from: date
    leave_to: date | None = None
    leave_kind: LeaveKind = LeaveKind.UNKNOWN


class PersonErased(Event):
    """Every service drops what it holds under the key; figures stand."""

    wire: ClassVar[str] = "hr.person-erased.v1"
    topic: ClassVar[str] = EMPLOYMENT_TOPIC

    person_key: UUID
    erased_on: date
    ground: Code

    def ce_subject(self) -> str:
        """The person."""
        return f"person/{self.person_key}"

    def record_key(self) -> str:
        """The person."""
        return str(self.person_key)


class PersonNamed(Event):
    """The only event with a name; compacted, a tombstone erases it, reporting may not read it."""

    wire: ClassVar[str] = "hr.person-named.v1"
    topic: ClassVar[str] = DIRECTORY_TOPIC
    data_class: ClassVar[DataClass] = DataClass.DIRECTORY

    person_key: UUID
    display_name: Name
    work_mail: Annotated[str, Field(max_length=254)] | None = None

    def ce_subject(self) -> str:
        """The person."""
        return f"person/{self.person_key}"

    def record_key(self) -> str:
        """The person."""
        return str(self.person_key)


class UnitEvent(Registered):
    """What is said about one unit; keyed by it."""

    topic: ClassVar[str] = ORGANISATION_TOPIC

    unit_id: UUID

    def ce_subject(self) -> str:
        """The unit."""
        return f"unit/{self.unit_id}"

    def record_key(self) -> str:
        """The unit."""
        return str(self.unit_id)


class UnitChanged(UnitEvent):
    """The unit has this name, level and parent from `effective_date`; closed: from that day it is no more."""

    wire: ClassVar[str] = "hr.unit-changed.v1"
    data_class: ClassVar[DataClass] = DataClass.NONE

    change: UnitChange
    name: Name
    level: Code
    parent_unit_id: UUID | None = None
    old_parent_unit_id: UUID | None = None
    addresses: Annotated[int, Field(ge=0)] = 1


class LeaderEvent(UnitEvent):
    """What is said about a leader of a unit."""

    employment_id: UUID
    person_key: UUID
    employment_form: EmploymentForm = EmploymentForm.MONTHLY


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

    deputy_for: UUID
    subjects: tuple[Code, ...] = ()
    until: date | None = None


class CalendarChanged(Event):
    """A closing day of the municipality (or of one unit and those below it); `closed: none` opens the day again."""

    wire: ClassVar[str] = "hr.calendar-changed.v1"
    topic: ClassVar[str] = ORGANISATION_TOPIC
    data_class: ClassVar[DataClass] = DataClass.NONE

    municipality: Municipality
    day: date
    closed: Closed
    unit_id: UUID | None = None

    def ce_subject(self) -> str:
        """The calendar of the municipality."""
        return f"calendar/{self.municipality}"

    def record_key(self) -> str:
        """The municipality."""
        return self.municipality

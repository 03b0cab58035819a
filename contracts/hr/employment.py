"""The life of an employment, as the HR system tells it: hired, changed, moved, resigned, ended, or never was."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import AboutEmployment, Code, Degree, Registered, UnitId, Word
from contracts.words import EmploymentForm, HireChannel, OccupationGroup, ReasonClass, SupportTerms

EMPLOYMENT_TOPIC = "hr.employment.v1"


class ChangedFact(Word):
    """Which fact of an employment changed."""

    POSITION = "position"
    FORM = "form"
    FIXED_TERM_END = "fixed-term-end"
    UNKNOWN = "unknown"


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
    leader_of_unit_id: UnitId | None = None
    hire_channel: HireChannel = HireChannel.UNKNOWN
    trial_until: date | None = None
    support_terms: SupportTerms = SupportTerms.UNKNOWN


class EmploymentStarted(EmploymentEvent):
    """The first day came. For outsiders; figures use the registered facts."""

    wire: ClassVar[str] = "hr.employment-started.v1"

    first_working_day: date | None = None


class EmploymentChanged(EmploymentEvent):
    """Position, form or end of a fixed term is another from `effective_date`; `old` and `new` as codes, a date as `2026-03-01`."""

    wire: ClassVar[str] = "hr.employment-changed.v1"

    what: ChangedFact
    old: Code | None = None
    new: Code | None = None
    occupation_group: OccupationGroup


class HoursChanged(EmploymentEvent):
    """The employment degree changes from `effective_date`."""

    wire: ClassVar[str] = "hr.hours-changed.v1"

    old_degree: Degree
    new_degree: Degree
    review_on: date | None = None


class PlacementChanged(EmploymentEvent):
    """The employment belongs to another unit from `effective_date`; `unit_id` is the new one."""

    wire: ClassVar[str] = "hr.placement-changed.v1"

    old_unit_id: UnitId
    new_unit_id: UnitId
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

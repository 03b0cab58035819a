"""What the HR system counts: age, gender and distance leave intake as counts only, and go to reporting alone."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.base import Count, Number, Value, Word
from contracts.counts import MOST_ROWS, Counts, CountsOfPeriod
from contracts.words import EmploymentForm, OccupationGroup, ReasonClass

COUNTS_TOPIC = "hr.counts.v1"


class AgeBand(Word):
    """Completed years on the day of the count (indicators A5)."""

    UNDER_25 = "under-25"
    FROM_25_TO_29 = "25-29"
    FROM_30_TO_34 = "30-34"
    FROM_35_TO_44 = "35-44"
    FROM_45_TO_54 = "45-54"
    FROM_55_TO_59 = "55-59"
    FROM_60_TO_64 = "60-64"
    FROM_65 = "65-plus"
    UNKNOWN = "unknown"


class TenureBand(Word):
    """Completed years of employment (indicators A5)."""

    UNDER_1 = "0"
    ONE = "1"
    FROM_2_TO_4 = "2-4"
    FROM_5_TO_9 = "5-9"
    FROM_10 = "10-plus"
    UNKNOWN = "unknown"


class Gender(Word):
    """As payroll has it."""

    F = "f"
    M = "m"
    OTHER = "other"
    UNKNOWN = "unknown"


class DistanceBand(Word):
    """Kilometres between home and workplace; the address itself stays in intake."""

    UNDER_10 = "under-10"
    FROM_10_TO_29 = "10-29"
    FROM_30_TO_59 = "30-59"
    FROM_60 = "60-plus"
    UNKNOWN = "unknown"


class Direction(Word):
    """Which way somebody went; the parts of opening + in - out + moved in - moved out + returned - interrupted = closing."""

    IN = "in"
    OUT = "out"
    MOVE_IN = "move-in"
    MOVE_OUT = "move-out"
    RETURNED = "returned"
    INTERRUPTED = "interrupted"
    UNKNOWN = "unknown"


class SnapshotRow(Value):
    """Those employed who share these traits. `age_years`: the sum of their exact ages, for the mean."""

    occupation_group: OccupationGroup
    employment_form: EmploymentForm
    age_band: AgeBand
    gender: Gender
    persons: Count
    fte: Number
    age_years: Number


class FlowRow(Value):
    """Those who came, went or moved and share these traits on the day they did."""

    direction: Direction
    occupation_group: OccupationGroup
    employment_form: EmploymentForm
    age_band: AgeBand
    gender: Gender
    tenure_band: TenureBand
    reason_class: ReasonClass | None = None
    distance_band: DistanceBand | None = None
    persons: Count


class CohortRow(Value):
    """Those employed when the window began who share these traits, and how many of them it lost."""

    occupation_group: OccupationGroup
    employment_form: EmploymentForm
    age_band: AgeBand
    gender: Gender
    base: Count
    lost: Count


class AccidentRow(Value):
    """Accidents at work of those of one tenure."""

    tenure_band: TenureBand
    accidents: Count


class WorkforceSnapshotTaken(Counts):
    """Who is employed in the unit at the end of a day."""

    wire: ClassVar[str] = "hr.workforce-snapshot-taken.v1"
    topic: ClassVar[str] = COUNTS_TOPIC

    snapshot_on: date
    rows: Annotated[tuple[SnapshotRow, ...], Field(max_length=MOST_ROWS)]


class WorkforceFlowCounted(CountsOfPeriod):
    """Who came to the unit, left it or moved in the period."""

    wire: ClassVar[str] = "hr.workforce-flow-counted.v1"
    topic: ClassVar[str] = COUNTS_TOPIC

    rows: Annotated[tuple[FlowRow, ...], Field(max_length=MOST_ROWS)]


class WorkforceCohortCounted(CountsOfPeriod):
    """Of those employed in the unit when a window of 12 months began, who was lost by its end; `period` has both days."""

    wire: ClassVar[str] = "hr.workforce-cohort-counted.v1"
    topic: ClassVar[str] = COUNTS_TOPIC

    rows: Annotated[tuple[CohortRow, ...], Field(max_length=MOST_ROWS)]


class WorkAccidentsCounted(CountsOfPeriod):
    """Accidents at work in the unit in the period, by how long the injured were employed."""

    wire: ClassVar[str] = "hr.work-accidents-counted.v1"
    topic: ClassVar[str] = COUNTS_TOPIC

    rows: Annotated[tuple[AccidentRow, ...], Field(max_length=MOST_ROWS)]

"""How an indicator is computed, its values, and what changed in values already said."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.base import Code, DataClass, Event, Name, Number, Period, UnitId, Value, Word

Population = Annotated[str, Field(pattern=r"^P[1-6]$")]
"""Who is counted: P1 to P6 of the indicator definitions."""
Version = Annotated[int, Field(ge=1)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


class ValueStatus(Word):
    """Whether there is a value to show; none of them is 0."""

    OK = "ok"
    HIDDEN = "hidden"
    EMPTY = "empty"
    TOO_EARLY = "too-early"
    PRELIMINARY = "preliminary"
    UNKNOWN = "unknown"


class OrgView(Word):
    """In whose tree units are rolled up: that of the figure's own day, or that of the report."""

    AS_OF = "as-of"
    CURRENT = "current"
    UNKNOWN = "unknown"


class RestatementCause(Word):
    """Why a value that was said is another now."""

    LATE_FACTS = "late-facts"
    CORRECTION = "correction"
    DEFINITION = "definition"
    UNKNOWN = "unknown"


class Parameter(Value):
    """One setting of a figure, or one dimension of a split, with its value."""

    name: Code
    value: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,39}$")]


class ReportingEvent(Event):
    """What reporting says about one indicator."""

    topic: ClassVar[str] = "reporting.v1"
    data_class: ClassVar[DataClass] = DataClass.NONE

    definition_id: Code

    def ce_subject(self) -> str:
        """The indicator."""
        return f"indicator/{self.definition_id}"

    def record_key(self) -> str:
        """The indicator."""
        return self.definition_id


class IndicatorDefined(ReportingEvent):
    """How an indicator is computed from `effective_date` on; another formula, population or default is another version."""

    wire: ClassVar[str] = "reporting.indicator-defined.v1"

    version: Version
    title_da: Name
    formula_da: Text
    population: Population
    unit_of_measure: Code
    minimum_n: Annotated[int, Field(ge=0)]
    effective_date: date


class IndicatorCell(ReportingEvent):
    """Which figure: definition, population, parameters, unit, split, period and tree; the key of a value.

    Without a unit it is the whole municipality, where no single unit is the root of all.
    """

    definition_version: Version
    population: Population
    parameters: tuple[Parameter, ...] = ()
    period: Period
    unit_id: UnitId | None = None
    org_as_of: date
    org_view: OrgView = OrgView.AS_OF
    split: tuple[Parameter, ...] = ()

    def record_key(self) -> str:
        """definition|population|parameters|unit|split|period|org_view; parameters and split sorted: their order is no difference.

        Ids of units are those of one municipality; where there is none, the municipality's own code stands in its place.
        """
        unit = str(self.unit_id or self.municipality)
        parts = (self.definition_id, self.population, _sorted(self.parameters), unit, _sorted(self.split), self.period)
        return "|".join((*parts, self.org_view))


def _sorted(parameters: tuple[Parameter, ...]) -> str:
    return ",".join(sorted(f"{each.name}={each.value}" for each in parameters))


class IndicatorValuePublished(IndicatorCell):
    """The value that holds from `known_on` on, said once that day is over; suppressed ones are `hidden` and carry neither value nor n.

    `n` is the denominator, as a whole number: the mean of thirteen month ends is rounded, half away from zero.
    """

    wire: ClassVar[str] = "reporting.indicator-value-published.v1"
    topic: ClassVar[str] = "reporting.indicator-values.v1"

    value: Number | None = None
    n: Annotated[int, Field(ge=0)] | None = None
    status: ValueStatus
    restated: bool = False
    known_on: date
    computed_at: AwareDatetime


class IndicatorValueRestated(IndicatorCell):
    """A value that was said before is another now. Not on the compacted topic, where it would replace the value itself."""

    wire: ClassVar[str] = "reporting.indicator-value-restated.v1"

    old_value: Number | None = None
    new_value: Number | None = None
    cause: RestatementCause
    in_collection: UUID | None = None
    known_on: date

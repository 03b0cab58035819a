"""Figures of others, put beside one's own."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import Code, DataClass, Event, Name, Number, Period
from contracts.reporting.strategy import TOPIC


class BenchmarkImported(Event):
    """A reference figure of a source in one of its versions; a gap is shown only where it has the definition of one's own figure."""

    wire: ClassVar[str] = "reporting.benchmark-imported.v1"
    topic: ClassVar[str] = TOPIC
    data_class: ClassVar[DataClass] = DataClass.NONE

    benchmark_id: UUID
    source: Name
    source_version: Annotated[str, Field(min_length=1, max_length=40)]
    period: Period
    measure: Code
    area: Code
    unit_of_measure: Code
    definition_id: Code | None = None
    value: Number

    def ce_subject(self) -> str:
        """The reference figure."""
        return f"benchmark/{self.benchmark_id}"

    def record_key(self) -> str:
        """The reference figure."""
        return str(self.benchmark_id)

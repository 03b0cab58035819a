"""What counts share: how many by unit and period, before suppression. For reporting alone, on a topic of its own; nobody is in them."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import AboutUnit, Code, Count, DataClass, Number, Period, Value

MOST_ROWS = 5_000
"""So many rows of a count are less than the 1 MB that a body may have."""


class Counts(AboutUnit):
    """How many in one unit. Said again as the next revision when something came late."""

    data_class: ClassVar[DataClass] = DataClass.RAW_COUNTS


class CountsOfPeriod(Counts):
    """How many in one unit and period."""

    period: Period


class Score(Value):
    """The answers to one question: their mean, on the scale of the survey, and how many they are."""

    question: Code
    mean: Number
    n: Count


class SurveyCounts(CountsOfPeriod):
    """A survey is closed: how many were asked and answered in the unit, and what they said, added up."""

    survey_id: UUID
    sent: Count
    answered: Count
    scores: Annotated[tuple[Score, ...], Field(max_length=200)] = ()

    def ce_subject(self) -> str:
        """The survey."""
        return f"survey/{self.survey_id}"

    def record_key(self) -> str:
        """The survey."""
        return str(self.survey_id)

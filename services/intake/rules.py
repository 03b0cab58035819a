"""What a municipality decides of its deliveries; the table `[intake]` of its rules."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.base import Code
from services.chassis.rules import Section


class IntakeRules(Section):
    """When a person must look. A delivery waits where it would end more than so many percent of all employments, and at least so many."""

    table: ClassVar[str] = "intake"

    held_over_percent: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(5)
    held_from: Annotated[int, Field(ge=1)] = 10
    feeds_silent_after_working_days: dict[Code, Annotated[int, Field(ge=1, le=366)]] = Field(default_factory=dict)
    """HR is asked where such a feed gives nothing for so many working days (danish-hr 2.1: weekends lack files); others may be quiet."""

    def is_too_many(self, ending: int, employed: int) -> bool:
        """Whether a person should look: a file that was cut off must not end half the town."""
        return ending >= self.held_from and ending * 100 > employed * self.held_over_percent

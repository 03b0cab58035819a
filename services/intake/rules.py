"""What a municipality decides of its deliveries; the table `[intake]` of its rules."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from services.chassis.rules import Section


class HoldRules(Section):
    """When a delivery waits for a person: it would end more than so many percent of all employments, and at least so many."""

    table: ClassVar[str] = "intake"

    held_over_percent: Annotated[Decimal, Field(ge=0, le=100)] = Decimal(5)
    held_from: Annotated[int, Field(ge=1)] = 10

    def is_too_many(self, ending: int, employed: int) -> bool:
        """Whether a person should look: a file that was cut off must not end half the town."""
        return ending >= self.held_from and ending * 100 > employed * self.held_over_percent

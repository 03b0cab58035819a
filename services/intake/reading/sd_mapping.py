"""What a municipality decides about its answers of SD Løn, as data: codes, forms, leaders (danish-hr 1.5, 1.13, 1.14)."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.base import Code, Degree
from contracts.words import EmploymentForm, OccupationGroup
from services.intake.reading.part import Form, Group, Level, Part, Reason


class SdStatus(StrEnum):
    """What a status code can say of an employment."""

    CONTRACT = "contract"
    AT_WORK = "at-work"
    LEAVE = "leave"
    UNCHANGED = "unchanged"
    ENDED = "ended"
    DELETED = "deleted"


class SdSource(Part):
    """The table `[sd]` of a mapping file.

    `institution`: for answers that do not name theirs. `units_by_institution`: unit codes are only unique within an institution.
    `hourly_from`: service numbers from here on are paid by the hour, those below by the month; none: `form`, as for a number with
    letters. A position's own form wins over both; `*` in `occupation_group` is any other position.
    `untold_degree`: for a source that is never asked for working time.
    """

    institution: str | None = None
    units_by_institution: bool = False
    status: dict[str, SdStatus]
    end_reason: dict[str, Reason]
    hourly_from: Annotated[int, Field(ge=0)] | None = None
    form: Form = EmploymentForm.UNKNOWN
    position_form: dict[str, Form] = Field(default_factory=dict)
    occupation_group: dict[str, Group] = Field(default_factory=dict)
    leaders: dict[str, Level] = Field(default_factory=dict)
    level: dict[str, Code] = Field(default_factory=dict)
    untold_degree: Degree | None = None

    @model_validator(mode="after")
    def _every_end_has_a_reason(self) -> Self:
        ends = {code for code, status in self.status.items() if status is SdStatus.ENDED}
        if wrong := ends ^ self.end_reason.keys():
            raise ValueError(f"a code that ends an employment, and no other, has an end_reason: {', '.join(sorted(wrong))}")
        return self

    def form_of(self, number: str) -> EmploymentForm:
        """How an employment with this service number is paid."""
        if self.hourly_from is None or not number.isascii() or not number.isdigit():
            return self.form
        return EmploymentForm.HOURLY if int(number) >= self.hourly_from else EmploymentForm.MONTHLY

    def group_of(self, position: str) -> OccupationGroup:
        """The group of a position code."""
        return self.occupation_group.get(position, self.occupation_group.get("*", OccupationGroup.UNKNOWN))

    def unit_of(self, institution: str, code: str) -> str:
        """The code of a unit within the municipality."""
        return f"{institution} {code}" if self.units_by_institution and institution else code

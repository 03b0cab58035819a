"""The municipality's own rules for figures (`[reporting]`); every number has the default of `danish-hr.md` or `indicators.md`."""

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.base import Word
from contracts.words import EmploymentForm
from services.chassis.rules import Section


class Restating(Word):
    """When a value whose reasons are protected (B5) may change after it was published (C2.7)."""

    QUARTER = "quarter"
    DAY = "day"


class ReportingRules(Section):
    """What a municipality may set.

    `figures_from`: first month that is shown, `YYYY-MM`; unset: the first month something became known, at most ten years back.
    `minimum_n`: cells of fewer persons are hidden; 5 is the floor (A6). `interrupted_months`: who returns after a gap shorter
    than this did not leave (A1). `monthly_paid_without`: the forms that are not monthly paid (A2, P2).
    `sensitive_restated`: figures about reasons wait for the next quarter before they change (C2.7); `day` gives that up.
    """

    table: ClassVar[str] = "reporting"

    figures_from: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")] | None = None
    minimum_n: Annotated[int, Field(ge=5, le=100)] = 5
    interrupted_months: Annotated[int, Field(ge=0, le=24)] = 3
    monthly_paid_without: tuple[EmploymentForm, ...] = (
        EmploymentForm.HOURLY,
        EmploymentForm.PUPIL,
        EmploymentForm.STUDENT,
        EmploymentForm.YOUTH,
    )
    sensitive_restated: Restating = Restating.QUARTER

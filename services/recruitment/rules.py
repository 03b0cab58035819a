"""A municipality's rules for vacancies: the table `[recruitment]` of its file."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from services.chassis.rules import Section

WorkingDays = Annotated[int, Field(ge=0, le=250)]


class DutyRule(BaseModel):
    """A duty before an ad, in working days: due and closes from the opening, missed after the close. The seeds name no days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: bool = True
    valid_from: date | None = None
    due_after_working_days: WorkingDays = 5
    closes_after_working_days: WorkingDays = 10
    missed_after_working_days: WorkingDays = 10


class RecruitmentRules(Section):
    """What a leader is asked before an ad: reconsider tasks and competences, offer own part-timers more hours (S0)."""

    table: ClassVar[str] = "recruitment"

    vacancy_review: DutyRule = DutyRule()
    more_hours: DutyRule = DutyRule()

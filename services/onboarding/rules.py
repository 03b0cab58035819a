"""A municipality's rules for introductions: the table `[onboarding]` of its file. Defaults: danish-hr, section 4."""

from datetime import date, timedelta
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from contracts.words import EmploymentForm, MilestoneKind
from services.chassis.calendar import add_months
from services.chassis.rules import Section

Point = Annotated[str, Field(pattern=r"^(day [1-9]\d{0,2}|[1-9]\d? months)$")]
"""A day of the employment as the rule book says it: `day 10` (day 1 is the first day) or `3 months`."""


def day_at(point: Point, first_day: date) -> date:
    """The calendar day of a point: day n is day 1 + n - 1, n months is the same date n months on."""
    if point.startswith("day "):
        return first_day + timedelta(days=int(point.removeprefix("day ")) - 1)
    return add_months(first_day, int(point.removesuffix(" months")))


class TalkRule(BaseModel):
    """One follow-up talk: held from `opens` to `closes` in time, missed `missed_after_working_days` later."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: bool = True
    valid_from: date | None = None
    opens: Point
    due: Point
    closes: Point
    missed_after_working_days: Annotated[int, Field(ge=0, le=250)] = 10


class TalkTwoWeeks(TalkRule):
    """After the first couple of weeks (S0)."""

    opens: Point = "day 10"
    due: Point = "day 14"
    closes: Point = "day 28"


class TalkThreeMonths(TalkRule):
    """Within the first three months (S0); Norddjurs' 3-month talk (S3)."""

    opens: Point = "day 45"
    due: Point = "3 months"
    closes: Point = "3 months"


class TalkSixToTwelveMonths(TalkRule):
    """After six to twelve months: a window (S0)."""

    opens: Point = "6 months"
    due: Point = "9 months"
    closes: Point = "12 months"


class OnboardingRules(Section):
    """Which talks newcomers are owed, and which forms of employment count as newcomers."""

    table: ClassVar[str] = "onboarding"

    forms: tuple[EmploymentForm, ...] = tuple(EmploymentForm)
    talk_2_weeks: TalkTwoWeeks = TalkTwoWeeks()
    talk_3_months: TalkThreeMonths = TalkThreeMonths()
    talk_6_12_months: TalkSixToTwelveMonths = TalkSixToTwelveMonths()

    @field_validator("forms", mode="before")
    @classmethod
    def _known_words_only(cls, forms: object) -> object:
        """A typing error would else be read as `unknown` and turn the talks of a whole group off."""
        strange = [form for form in forms if form not in set(EmploymentForm)] if isinstance(forms, list) else []
        if strange:
            message = f"not a form of employment: {', '.join(map(str, strange))}"
            raise ValueError(message)
        return forms

    @property
    def talks(self) -> dict[MilestoneKind, TalkRule]:
        """The talks that are on, in the order of the year."""
        talks: dict[MilestoneKind, TalkRule] = {
            MilestoneKind.TALK_2_WEEKS: self.talk_2_weeks,
            MilestoneKind.TALK_3_MONTHS: self.talk_3_months,
            MilestoneKind.TALK_6_12_MONTHS: self.talk_6_12_months,
        }
        return {kind: rule for kind, rule in talks.items() if rule.on}

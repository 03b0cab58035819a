"""A template of introductions as validated data: for whom it is, and its steps with windows, roles and conditions."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from contracts.base import Code, HolderRole, Word
from contracts.words import EmploymentForm, MilestoneKind, Occasion, OccupationGroup
from services.chassis.calendar import Calendar
from services.onboarding.rules.points import Anchor, Anchors, Point, anchor_of, day_at

W = TypeVar("W", bound=Word)
SOME = Anchors(known=date(2026, 1, 5), start=date(2026, 3, 2), end=date(2026, 12, 18))
"""An ordinary introduction, known eight weeks before it begins, to see whether the points of a step are in order."""
MARGIN_DAYS = 30


def known_word(words: type[W]) -> BeforeValidator:
    """A typing error would else be read as `unknown` and turn something off."""

    def check(given: object) -> object:
        if isinstance(given, str) and given not in set(words):
            message = f"not a word of the list: {given}; such are: {', '.join(word for word in words if word != 'unknown')}"
            raise ValueError(message)
        return given

    return BeforeValidator(check)


class How(StrEnum):
    """What closes a step: a talk that is held, the plan's approval, mentors that are named, a tick, a course that is completed."""

    TALK = "talk"
    PLAN = "plan"
    MENTORS = "mentors"
    CHECK = "check"
    COURSE = "course"


class Where(StrEnum):
    """Whose unit is asked: the one somebody works in today, or the one that was left for it."""

    UNIT = "unit"
    RELEASING = "releasing"


class Mentors(StrEnum):
    """Who must be named: a professional and a social mentor or a team (S0), any one of them (S3), or a leader's mentor (S2)."""

    BOTH = "both"
    ANY = "any"
    LEADER = "leader"


class Part(BaseModel):
    """A part of the rules; unknown words are refused, so that a typing error never turns a duty off."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Title(Part):
    """What a step of the municipality's own is called."""

    da: Annotated[str, Field(min_length=1, max_length=80)]
    en: Annotated[str, Field(min_length=1, max_length=80)]


class Text(Part):
    """What is to be done at a step of the municipality's own, in a sentence or two."""

    da: Annotated[str, Field(min_length=1, max_length=400)]
    en: Annotated[str, Field(min_length=1, max_length=400)]


class StepRule(Part):
    """One step: in time from `opens` to `closes`, late to and with `missed_after`.

    `hidden` from the newcomer; `before`: the steps that must wait for it; `required`: nobody takes it out of a plan;
    `pauses`: a leave over the window stops it; `mandatory` and `course`: of an e-learning course.
    """

    kind: Annotated[MilestoneKind, known_word(MilestoneKind)]
    how: How = How.CHECK
    on: bool = True
    valid_from: date | None = None
    opens: Point
    due: Point
    closes: Point
    missed_after: Point = "10 working days after close"
    role: Annotated[HolderRole, known_word(HolderRole)] = HolderRole.NEAREST_LEADER
    at: Where = Where.UNIT
    hidden: bool = False
    required: bool = False
    pauses: bool = True
    before: tuple[Code, ...] = ()
    mentors: Mentors = Mentors.BOTH
    course: Code | None = None
    mandatory: bool = False
    title: Title | None = None
    text: Text | None = None

    @property
    def opens_when_known(self) -> bool:
        """Whether it can be done as soon as anybody knows."""
        return anchor_of(self.opens) is Anchor.KNOWN

    @property
    def is_local(self) -> bool:
        """Whether it is the municipality's own and closed by itself, so that it fits any plan."""
        return self.kind is MilestoneKind.LOCAL_STEP and self.how not in {How.PLAN, How.MENTORS}

    @property
    def missed_when_closed(self) -> bool:
        """Whether the last late day is counted from the close."""
        return anchor_of(self.missed_after) is Anchor.CLOSE

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        points = {"opens": self.opens, "due": self.due, "closes": self.closes}
        for name, point in points.items():
            if anchor_of(point) is Anchor.CLOSE:
                message = f"{name}: only `missed_after` is counted from the close"
                raise ValueError(message)
        if (self.how is How.COURSE) != (self.course is not None):
            raise ValueError("a step that is a course names its `course`, and no other step does")
        if self.kind is MilestoneKind.LOCAL_STEP and self.title is None:
            raise ValueError("a step of your own needs a `title` with `da` and `en`")
        self._in_order()
        return self

    def _in_order(self) -> None:
        days = [day_at(point, SOME, Calendar()) for point in (self.opens, self.due, self.closes)]
        opens, due, closes = (day or date.min for day in days)
        if closes < opens:
            raise ValueError("`closes` is before `opens`")
        if due > closes:
            raise ValueError("`due` is after `closes`")
        missed = day_at(self.missed_after, Anchors(SOME.known, SOME.start, SOME.end, closes), Calendar())
        if missed is not None and missed < closes:
            raise ValueError("`missed_after` is before `closes`")


class Ramp(Part):
    """From a day on the newcomer carries so much of an ordinary workload (S0: as they become ready)."""

    at: Point
    percent: Annotated[int, Field(ge=0, le=100)]


class Template(Part):
    """An introduction: on which occasion, for whom (nobody named: everybody), and its steps in the order of the year.

    `units` are those and all below them. Off: the occasion asks for nothing of those whom the template is for.
    """

    occasion: Annotated[Occasion, known_word(Occasion)]
    on: bool = True
    forms: tuple[Annotated[EmploymentForm, known_word(EmploymentForm)], ...] = ()
    professions: tuple[Annotated[OccupationGroup, known_word(OccupationGroup)], ...] = ()
    units: tuple[UUID, ...] = ()
    steps: dict[Code, StepRule] = Field(default_factory=dict)
    workload: tuple[Ramp, ...] = ()

    @property
    def is_plan(self) -> bool:
        """A warning that a term ends is a single duty, no plan."""
        return self.occasion not in {Occasion.TERM_ENDING, Occasion.TRIAL_ENDING}

    @property
    def reach_days(self) -> int:
        """At the most so many days after the first (or, counted from the end, the last) one a step may close, working days aside."""
        rules = self.steps.values()
        ahead = [
            (day_at(rule.closes, SOME, Calendar()) or SOME.start) - SOME.start for rule in rules if anchor_of(rule.closes) != Anchor.END
        ]
        return max((found.days for found in ahead), default=0) + MARGIN_DAYS

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for name, step in self.steps.items():
            unknown = [other for other in step.before if other not in self.steps]
            if unknown:
                message = f"steps.{name}.before: the template has no step {', '.join(unknown)}"
                raise ValueError(message)
            points = (step.opens, step.due, step.closes, step.missed_after)
            if self.occasion is not Occasion.RETURN_FROM_LEAVE and any(anchor_of(point) is Anchor.RETURN for point in points):
                message = f"steps.{name}: `return` is only of a template for the return from leave"
                raise ValueError(message)
        return self

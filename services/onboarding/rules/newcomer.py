"""What newcomers themselves are given, as validated data: how long their personal link opens, and which short surveys they are asked."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from contracts.onboarding.counts import IntroSurvey
from contracts.words import Occasion
from services.onboarding.rules.points import Anchor, Point, anchor_of
from services.onboarding.rules.template import Part, known_word

LEAST_ANSWERS = 5
"""C5 of the indicators: never lowered, whatever a file says."""
SCALE = (1, 5)
"""From "to a very low degree" to "to a very high degree"; the same for every question, so that scores can be compared."""


class LinkRules(Part):
    """How long the personal link opens the page: so many days from the first day, or from the day it was made where that is later.

    130 days reach past the survey of the fourth month; two weeks after the last day are for the survey of a stay that has ended.
    """

    days: Annotated[int, Field(ge=1, le=400)] = 130
    days_after_end: Annotated[int, Field(ge=0, le=60)] = 14


class Question(StrEnum):
    """The questions there are; their texts are in the catalogue, so that one code means one thing everywhere."""

    WELL_RECEIVED = "well-received"
    PLAN_CLEAR = "plan-clear"
    TASKS_CLEAR = "tasks-clear"
    HELP_AT_HAND = "help-at-hand"
    SAFE_AT_WORK = "safe-at-work"
    LEARNT_ENOUGH = "learnt-enough"
    LEADER_TOOLS = "leader-tools"
    MENTOR_HELPED = "mentor-helped"
    RECOMMENDS = "recommends"
    COMES_BACK = "comes-back"
    MENTOR_TIME = "mentor-time"
    MENTOR_PREPARED = "mentor-prepared"
    MENTOR_AGAIN = "mentor-again"


class Rhythm(StrEnum):
    """How often a survey is counted; never so often that two counts tell one answer (indicators C2.7)."""

    QUARTER = "quarter"
    YEAR = "year"


class SurveyRule(Part):
    """One survey: after introductions of which occasions (none named: of mentors), from which day to which, with which questions."""

    on: bool = True
    occasions: tuple[Annotated[Occasion, known_word(Occasion)], ...] = ()
    opens: Point
    closes: Point
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=10)]

    @property
    def is_of_the_end(self) -> bool:
        """Whether it is counted from the end of a stay, so that it may be answered after it."""
        return anchor_of(self.closes) is Anchor.END

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if any(anchor_of(point) not in {Anchor.START, Anchor.RETURN, Anchor.END} for point in (self.opens, self.closes)):
            raise ValueError("a survey opens and closes on days counted from `start` or `end`")
        if len(set(self.questions)) < len(self.questions):
            raise ValueError("a question is asked once")
        return self


_Q = Question
ASKED: Mapping[IntroSurvey, Mapping[str, Any]] = {
    # S2: onboarding satisfaction; near the end of the third month, after the talk of that month can have been held
    IntroSurvey.NEW_HIRE: {
        "occasions": ["hire"],
        "opens": "day 75",
        "closes": "4 months",
        "questions": [_Q.WELL_RECEIVED, _Q.PLAN_CLEAR, _Q.TASKS_CLEAR, _Q.HELP_AT_HAND, _Q.SAFE_AT_WORK, _Q.RECOMMENDS],
    },
    # S2, R1: evaluated in month 6
    IntroSurvey.NEW_LEADER: {
        "occasions": ["new-leader"],
        "opens": "5 months",
        "closes": "7 months",
        "questions": [_Q.WELL_RECEIVED, _Q.TASKS_CLEAR, _Q.LEADER_TOOLS, _Q.HELP_AT_HAND, _Q.MENTOR_HELPED],
    },
    # S2, R5: satisfaction after the stay
    IntroSurvey.PLACEMENT_STUDENT: {
        "occasions": ["pupil-or-student"],
        "opens": "2 weeks before end",
        "closes": "2 weeks after end",
        "questions": [_Q.WELL_RECEIVED, _Q.PLAN_CLEAR, _Q.HELP_AT_HAND, _Q.LEARNT_ENOUGH, _Q.RECOMMENDS, _Q.COMES_BACK],
    },
    # Mentors of their programme, when it ends
    IntroSurvey.MENTOR_PROGRAMME: {
        "opens": "4 weeks before end",
        "closes": "4 weeks after end",
        "questions": [_Q.MENTOR_TIME, _Q.MENTOR_PREPARED, _Q.MENTOR_AGAIN],
    },
}


class SurveyRules(Part):
    """The surveys of a municipality; a file writes only what differs: `[onboarding.surveys.asked.new-hire] on = false`."""

    rhythm: Rhythm = Rhythm.QUARTER
    least_answers: Annotated[int, Field(ge=LEAST_ANSWERS, le=100)] = LEAST_ANSWERS
    """So many answers are told together, or none (indicators C5)."""
    asked: dict[Annotated[IntroSurvey, known_word(IntroSurvey)], SurveyRule] = Field(default_factory=dict, validate_default=True)

    @field_validator("asked", mode="before")
    @classmethod
    def _whole(cls, given: object) -> object:
        if not isinstance(given, Mapping):
            return given
        names = dict.fromkeys((*ASKED, *given))
        return {name: {**ASKED.get(name, {}), **given.get(name, {})} for name in names}

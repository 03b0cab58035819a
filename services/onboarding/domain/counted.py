"""What is said of surveys that were counted: sums by unit and period, kept as records of the municipality; nobody is in them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from contracts.base import Code, Count, Event, Period, UnitId, Value
from contracts.counts import Score
from contracts.onboarding.counts import IntroSurvey, IntroSurveyClosed
from services.chassis.reference import Reference
from services.chassis.subject import History, Revision, Situation, Statement, Subject, fact_id
from services.onboarding.domain.step import SERVICE_NAME
from services.onboarding.domain.survey import SHEETS, Amounts, Tally, added

KIND = "survey"
DECIMALS = Decimal("0.000001")


class Sum(Value):
    """The answers to one question, added up."""

    question: Code
    total: Count
    n: Count


class SurveyCounted(Event):
    """Our own record: a batch of answers of one unit and period was counted, and its rows are gone."""

    wire: ClassVar[str] = "note.survey-counted"

    survey: IntroSurvey
    period: Period
    unit_id: UnitId
    sent: Count = 0
    answered: Count = 0
    sums: Annotated[tuple[Sum, ...], Field(max_length=200)] = ()


def subject_of(municipality: str) -> Subject:
    """The subject under which the counts of a municipality are kept."""
    nobody = Subject(KIND, UUID(int=0), municipality)
    return Subject(KIND, fact_id(SERVICE_NAME, nobody, (municipality,)), municipality)


def notes(survey: IntroSurvey, period: str, told: Amounts, subject: Subject, moment: datetime) -> tuple[Revision[SurveyCounted], ...]:
    """A record per unit of what was counted at this moment."""
    found = []
    for unit, places in groupby(sorted(told), key=lambda place: place[0]):
        of_unit = {question: told[unit, question] for _, question in places}
        sheets = of_unit.pop(SHEETS, Tally(0, 0))
        body = SurveyCounted(
            municipality=subject.municipality,
            survey=survey,
            period=period,
            unit_id=unit,
            sent=sheets.total,
            answered=sheets.n,
            sums=tuple(Sum(question=question, total=tally.total, n=tally.n) for question, tally in of_unit.items()),
        )
        fact = fact_id(SERVICE_NAME, subject, ("counted", survey.value, period, str(unit), moment.isoformat()))
        found.append(Revision(fact, 0, 1, True, moment, body, body.wire))
    return tuple(found)


def surveys_closed(history: History, _reference: Reference, _now: datetime) -> Situation:
    """One statement per survey, period and unit: all batches of it together."""
    return Situation(statements=tuple(_statements(history)))


def _statements(history: History) -> Iterator[Statement]:
    def place(revision: Revision[SurveyCounted]) -> tuple[str, str, UUID]:
        return revision.body.survey.value, revision.body.period, revision.body.unit_id

    for (survey, period, unit), batches in groupby(sorted(history.standing(SurveyCounted), key=place), key=place):
        sums = added(*(_amounts(batch.body) for batch in batches))
        sheets = sums.pop((unit, SHEETS))
        event = IntroSurveyClosed(
            municipality=history.subject.municipality,
            unit_id=unit,
            period=period,
            survey_id=fact_id(SERVICE_NAME, history.subject, ("round", survey, period)),
            sent=sheets.total,
            answered=sheets.n,
            scores=tuple(Score(question=q, mean=mean(tally), n=tally.n) for (_, q), tally in sorted(sums.items())),
            survey=IntroSurvey(survey),
        )
        yield Statement((KIND, survey, period, str(unit)), event)


def _amounts(body: SurveyCounted) -> Mapping[tuple[UUID, str], Tally]:
    sums = {(body.unit_id, each.question): Tally(each.total, each.n) for each in body.sums}
    return {(body.unit_id, SHEETS): Tally(body.sent, body.answered), **sums}


def mean(tally: Tally) -> str:
    """The mean as decimal text, rounded once, half away from zero (indicators C4)."""
    exact = (Decimal(tally.total) / tally.n).quantize(DECIMALS, ROUND_HALF_UP)
    return f"{exact.normalize():f}"

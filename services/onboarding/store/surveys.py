"""Answers to surveys: who has answered, apart from what was answered, which is added up as it comes and gone once it is counted."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from contracts.onboarding.counts import IntroSurvey
from services.chassis.service import Connection
from services.onboarding.domain.rows import MentorRow, PlanRow
from services.onboarding.domain.survey import SHEETS, Amounts, Offer, Tally
from services.onboarding.store.reading import MENTORS, PLANS

ANSWER = """
INSERT INTO survey_answered (plan_id, survey, person_key, municipality, form_id, until) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
RETURNING true
"""
ADD = """
INSERT INTO survey_tally AS t (municipality, survey, period, unit_id, question, total, n)
SELECT $1, $2, $3, unit_id, question, total, n
FROM unnest($4::uuid[], $5::text[], $6::int[], $7::int[]) AS a (unit_id, question, total, n)
ORDER BY unit_id, question
ON CONFLICT (municipality, survey, period, unit_id, question) DO UPDATE SET total = t.total + excluded.total, n = t.n + excluded.n
"""
CLOSED = "SELECT until FROM survey_closed WHERE municipality = $1 AND survey = $2 FOR SHARE"
PERIODS = "SELECT DISTINCT period FROM survey_tally WHERE municipality = $1 AND survey = $2 ORDER BY period"
TAKE = """
WITH held AS (
    SELECT * FROM survey_tally WHERE municipality = $1 AND survey = $2 AND period = ANY($3::text[]) ORDER BY unit_id, question FOR UPDATE
), gone AS (
    DELETE FROM survey_tally AS t USING held AS h
    WHERE (t.municipality, t.survey, t.period, t.unit_id, t.question) = (h.municipality, h.survey, h.period, h.unit_id, h.question)
    RETURNING t.unit_id, t.question, t.total, t.n
)
SELECT unit_id, question, sum(total)::int AS total, sum(n)::int AS n FROM gone GROUP BY unit_id, question
"""
OF_ERASED = "DELETE FROM survey_answered AS a USING subject AS s WHERE s.kind = 'person' AND s.id = a.person_key AND s.erased"


@dataclass(frozen=True, slots=True)
class Round:
    """A survey of a municipality and the period in which its answers count."""

    municipality: str
    survey: IntroSurvey
    period: str


class Taken(StrEnum):
    """What became of an answer: added, not added since they had answered before, or since it is counted already."""

    ADDED = "added"
    TWICE = "twice"
    TOO_LATE = "too-late"


async def answer(conn: Connection, offer: Offer, at: Round, scores: Mapping[str, int], form_id: UUID) -> Taken:
    """Add the answers of somebody, inside a transaction. Who counts waits for it, and after that nothing is added."""
    until = await conn.fetchval(CLOSED, at.municipality, at.survey)
    if until is not None and until >= offer.closes:
        return Taken.TOO_LATE
    values = (offer.plan_id, offer.survey, offer.person_key, at.municipality, form_id, offer.known_until)
    if not await conn.fetchval(ANSWER, *values):
        return Taken.TWICE
    sheet = {(offer.unit_id, SHEETS): Tally(1, 1)}
    await add(conn, at, {**sheet, **{(offer.unit_id, question): Tally(score, 1) for question, score in scores.items()}})
    return Taken.ADDED


async def add(conn: Connection, at: Round, amounts: Amounts) -> None:
    """Add amounts to what waits to be counted."""
    units, questions = [unit for unit, _ in amounts], [question for _, question in amounts]
    totals, counts = [tally.total for tally in amounts.values()], [tally.n for tally in amounts.values()]
    await conn.execute(ADD, at.municipality, at.survey, at.period, units, questions, totals, counts)


async def periods(conn: Connection, municipality: str, survey: IntroSurvey) -> list[str]:
    """The periods of which answers wait."""
    return [row["period"] for row in await conn.fetch(PERIODS, municipality, survey)]


async def take(conn: Connection, municipality: str, survey: IntroSurvey, of: Collection[str]) -> dict[tuple[UUID, str], Tally]:
    """What waits of these periods; it is gone from here once the transaction is durable."""
    found = await conn.fetch(TAKE, municipality, survey, list(of))
    return {(row["unit_id"], row["question"]): Tally(row["total"], row["n"]) for row in found}


async def answered(conn: Connection, offers: Iterable[Offer]) -> dict[tuple[UUID, str, UUID], UUID]:
    """Of these offers those that were answered, each with the form by which it was."""
    found = await conn.fetch(
        "SELECT plan_id, survey, person_key, form_id FROM survey_answered WHERE plan_id = ANY($1::uuid[])",
        list({offer.plan_id for offer in offers}),
    )
    return {(row["plan_id"], row["survey"], row["person_key"]): row["form_id"] for row in found}


async def closed_until(conn: Connection, municipality: str, survey: IntroSurvey, otherwise: date) -> date:
    """Until when a survey is counted, kept for this transaction alone; a survey that never was, until `otherwise`."""
    await conn.execute(
        "INSERT INTO survey_closed (municipality, survey, until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        municipality,
        survey,
        otherwise,
    )
    found: date = await conn.fetchval(
        "SELECT until FROM survey_closed WHERE municipality = $1 AND survey = $2 FOR UPDATE", municipality, survey
    )
    return found


async def close(conn: Connection, municipality: str, survey: IntroSurvey, until: date) -> None:
    """The survey is counted until this day."""
    await conn.execute("UPDATE survey_closed SET until = $3 WHERE municipality = $1 AND survey = $2", municipality, survey, until)


async def everybody(conn: Connection, municipality: str, since: date) -> tuple[list[PlanRow], list[MentorRow]]:
    """Plans that began or ended on or after a day, and mentors who are theirs until then."""
    plans = await conn.fetch(f"{PLANS} WHERE municipality = $1 AND (starts_on >= $2 OR last_day >= $2)", municipality, since)
    mentors = await conn.fetch(f"{MENTORS} WHERE municipality = $1 AND until >= $2", municipality, since)
    return [PlanRow(**dict(row)) for row in plans], [MentorRow(**dict(row)) for row in mentors]


async def mentored_by(conn: Connection, person: UUID, municipality: str) -> list[MentorRow]:
    """By whom somebody stands, or stood."""
    found = await conn.fetch(f"{MENTORS} WHERE municipality = $2 AND mentor_key = $1 ORDER BY named_from, plan_id", person, municipality)
    return [MentorRow(**dict(row)) for row in found]


async def forget_who_answered(conn: Connection, municipality: str, today: date) -> None:
    """That somebody answered is kept no longer than it takes to count, and not at all of who was erased."""
    await conn.execute(OF_ERASED)
    await conn.execute("DELETE FROM survey_answered WHERE municipality = $1 AND until < $2", municipality, today)

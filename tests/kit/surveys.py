"""Answers to surveys in numbers, and what was told of them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.onboarding.app import SERVICE
from services.onboarding.domain.survey import Offer, offers
from services.onboarding.rules import OnboardingRules
from services.onboarding.store import plans_of_person, surveys
from services.onboarding.store.surveys import Round, Taken
from tests.kit.builders import MUNICIPALITY, an_id
from tests.kit.first_year import fill
from tests.kit.own_page import IN_MONTH_3, Town, town

Q2, Q3 = "2026-Q2", "2026-Q3"
WITHIN = {"well-received": 5, "help-at-hand": 4, "recommends": 0}


@asynccontextmanager
async def asked(settings: Settings) -> AsyncIterator[Town]:
    """It is a day in May on which newcomers of February are asked; counting has begun."""
    async with open_runtime(SERVICE, settings) as runtime:
        await fill(runtime)
        async with town(runtime, settings) as found:
            await found.counts(IN_MONTH_3)
            yield found


async def offer_of(runtime: Runtime, person: str) -> Offer:
    """What a newcomer is asked."""
    rules = runtime.rules[MUNICIPALITY]
    async with runtime.pool.acquire() as conn:
        plans = await plans_of_person(conn, an_id(person), MUNICIPALITY)
    (found,) = offers(plans, [], rules.read(OnboardingRules).surveys, rules.calendar)
    return found


async def answers(runtime: Runtime, *persons: str, score: int = 4, form: UUID | None = None) -> list[Taken]:
    """Each of these gives one question this score."""
    found = []
    for person in persons:
        offer = await offer_of(runtime, person)
        async with runtime.pool.acquire() as conn, conn.transaction():
            at = Round(MUNICIPALITY, offer.survey, Q2)
            found.append(await surveys.answer(conn, offer, at, {"well-received": score}, form or uuid4()))
    return found


async def said(runtime: Runtime) -> list[tuple[UUID, str, int, int, dict[str, tuple[str, int]]]]:
    """What was told of surveys: unit, period, asked, answered, and the mean and number of each question."""
    bodies = [
        json.loads(row["body"]) for row in await runtime.pool.fetch("SELECT body FROM outbox WHERE topic = $1", "onboarding.counts.v1")
    ]
    return [
        (
            UUID(body["unit_id"]),
            body["period"],
            body["sent"],
            body["answered"],
            {score["question"]: (score["mean"], score["n"]) for score in body.get("scores", [])},
        )
        for body in bodies
    ]


async def tallies(runtime: Runtime) -> list[tuple[str, UUID, str, int, int]]:
    """What waits to be counted: period, unit, question, total and number."""
    return [tuple(row) for row in await runtime.pool.fetch("SELECT period, unit_id, question, total, n FROM survey_tally ORDER BY 1, 3")]

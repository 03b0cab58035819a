"""What lies on the leaders' desks of the local stack, read from the rows of the pages: the player looks before it acts."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from deploy.local.keys import vault_of
from deploy.local.municipality.talks import Window
from deploy.local.play.databases import rows
from deploy.local.stack import Stack
from services.intake.identity_store import EMPLOYMENT_KEY, opened

TALKS = """
SELECT fact, employment_id, kind, opens, closes, missed_after FROM step
WHERE municipality = $1 AND state IN ('open', 'missed') AND opens <= $2
    AND kind IN ('talk-2-weeks', 'talk-3-months', 'talk-6-12-months') AND occasion IN ('hire', 'pupil-or-student', 'temp')
ORDER BY fact
"""
CASE_DUTIES = """
SELECT d.fact, d.case_id, l.employment_id, d.kind, d.opens, d.closes, d.missed_after, l.last_day, l.resignation_fact, l.known_on
FROM duty d JOIN leaving l USING (case_id)
WHERE l.municipality = $1 AND d.owed AND d.state IN ('open', 'missed') AND d.opens <= $2 ORDER BY d.fact
"""
VACANCIES = """
SELECT vacancy_id, review_state, review_closes, more_hours_state, known_at::date AS known_on FROM vacancy
WHERE municipality = $1 AND (review_state = 'open' OR more_hours_state = 'open') ORDER BY vacancy_id
"""


@dataclass(frozen=True, slots=True)
class Desks:
    """Who holds which task, the source's number of each employment, and the open duties by service."""

    holders: dict[UUID, UUID | None]
    numbers: dict[UUID, str]
    talks: list[asyncpg.Record]
    cases: list[asyncpg.Record]
    vacancies: list[asyncpg.Record]


def window_of(row: asyncpg.Record) -> Window:
    """The window a row shows."""
    return Window(row["opens"], row["closes"], row["missed_after"])


async def look(stack: Stack, municipality: str, today: date) -> Desks:
    """Everything that is open today in one municipality."""
    tasks = await rows(stack, "notification", "SELECT task_id, holder FROM task WHERE municipality = $1", municipality)
    keys = await rows(stack, "intake", "SELECT key, sealed FROM employment_key WHERE municipality = $1", municipality)
    vault = vault_of(stack.state.directory)
    return Desks(
        holders={row["task_id"]: row["holder"] for row in tasks},
        numbers={row["key"]: opened(vault, EMPLOYMENT_KEY, row["key"], row["sealed"]) for row in keys},
        talks=await rows(stack, "onboarding", TALKS, municipality, today),
        cases=await rows(stack, "retention", CASE_DUTIES, municipality, today),
        vacancies=await rows(stack, "recruitment", VACANCIES, municipality),
    )

"""What the pages read. What the viewer may not see is not found: each query takes the viewer's units and the viewer."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from services.chassis.service import Connection
from services.onboarding.domain.rows import MentorRow, ObservationRow, PlanRow, StepRow

PLANS = """
SELECT plan_id, municipality, person_key, employment_id, unit_id, occasion, template, starts_on, last_day, steps, done, late, missed,
       approved_on, newcomer_took_part, plan_approved, mentors_named, closed_on, end_state
FROM plan
"""
STEPS = """
SELECT fact, plan_id, municipality, person_key, employment_id, unit_id, at_unit, name, kind, how, occasion, role, place, state, opens, due,
       closes, missed_after, state_on, in_window, on_leave, hidden, required, waits_for, course, first_day, last_day
FROM step
"""
MENTORS = "SELECT plan_id, kind, municipality, person_key, unit_id, mentor_key, team_unit_id, named_on, named_from, until FROM mentor"
OBSERVATIONS = """
SELECT fact, municipality, person_key, unit_id, theme, raised_in, raised_on, state, due, closes, missed_after, state_on, outcome
FROM observation
"""
SEEN = "WHERE unit_id = ANY($1::uuid[]) AND person_key <> $2"
SEEN_STEPS = "WHERE (unit_id = ANY($1::uuid[]) OR at_unit = ANY($1::uuid[])) AND person_key <> $2"


async def plan(conn: Connection, plan_id: UUID, units: Collection[UUID], viewer: UUID) -> PlanRow | None:
    """One plan, if the viewer may see it: never one about the viewer."""
    found = await conn.fetchrow(f"{PLANS} {SEEN} AND plan_id = $3", list(units), viewer, plan_id)
    return PlanRow(**dict(found)) if found else None


async def plans_of_units(conn: Connection, units: Collection[UUID], viewer: UUID, since: date, most: int) -> list[PlanRow]:
    """Plans in the viewer's units that began on or after `since`, or are not closed; latest start first."""
    which = "AND (starts_on >= $3 OR closed_on IS NULL) ORDER BY starts_on DESC, person_key, plan_id LIMIT $4"
    return [PlanRow(**dict(row)) for row in await conn.fetch(f"{PLANS} {SEEN} {which}", list(units), viewer, since, most)]


async def plans_of_person(conn: Connection, person: UUID, municipality: str) -> list[PlanRow]:
    """The person's own plans, for the newcomer's page; the latest first."""
    which = "WHERE person_key = $1 AND municipality = $2 ORDER BY starts_on DESC, plan_id"
    return [PlanRow(**dict(row)) for row in await conn.fetch(f"{PLANS} {which}", person, municipality)]


async def step(conn: Connection, fact: UUID, units: Collection[UUID], viewer: UUID) -> StepRow | None:
    """One step, if the viewer may see it: in a unit of theirs, or asked of one; never about the viewer."""
    found = await conn.fetchrow(f"{STEPS} {SEEN_STEPS} AND fact = $3", list(units), viewer, fact)
    return StepRow(**dict(found)) if found else None


async def steps_of_plans(conn: Connection, plans: Collection[UUID]) -> list[StepRow]:
    """The steps of plans the viewer was given, in the order of the template; a page for the newcomer leaves out the hidden ones."""
    found = await conn.fetch(f"{STEPS} WHERE plan_id = ANY($1::uuid[]) ORDER BY plan_id, place", list(plans))
    return [StepRow(**dict(row)) for row in found]


async def mentors_of_plans(conn: Connection, plans: Collection[UUID]) -> list[MentorRow]:
    """The mentors of plans the viewer was given."""
    found = await conn.fetch(f"{MENTORS} WHERE plan_id = ANY($1::uuid[]) ORDER BY plan_id, kind", list(plans))
    return [MentorRow(**dict(row)) for row in found]


async def mentor_load(conn: Connection, municipality: str, on: date) -> dict[UUID, int]:
    """How many newcomers each mentor of a municipality stands by on a day or will later: one person in two kinds counts once.

    Who is to begin counts already: five who begin on one day are not all given to the one colleague who stands by nobody yet.
    """
    found = await conn.fetch(
        "SELECT mentor_key, count(DISTINCT person_key) AS newcomers FROM mentor"
        " WHERE municipality = $1 AND mentor_key IS NOT NULL AND until >= $2 GROUP BY mentor_key",
        municipality,
        on,
    )
    return {row["mentor_key"]: row["newcomers"] for row in found}


async def observation(conn: Connection, fact: UUID, units: Collection[UUID]) -> ObservationRow | None:
    """One observation of the viewer's units."""
    found = await conn.fetchrow(f"{OBSERVATIONS} WHERE unit_id = ANY($1::uuid[]) AND fact = $2", list(units), fact)
    return ObservationRow(**dict(found)) if found else None


async def observations_of_units(conn: Connection, units: Collection[UUID], since: date, most: int) -> list[ObservationRow]:
    """What was wondered about in these units since a day; what nobody has answered first, then the latest."""
    which = "WHERE unit_id = ANY($1::uuid[]) AND raised_on >= $2 ORDER BY outcome IS NOT NULL, raised_on DESC, fact LIMIT $3"
    return [ObservationRow(**dict(row)) for row in await conn.fetch(f"{OBSERVATIONS} {which}", list(units), since, most)]

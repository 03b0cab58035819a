"""Steps as those see them who are asked: a leader's open ones, and those of who holds a role or is a mentor, one by one."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from services.chassis.service import Connection
from services.onboarding.domain.rows import StepRow
from services.onboarding.store.reading import SEEN_STEPS, STEPS

WAITING = "(state = 'open' OR (state = 'planned' AND NOT on_leave AND opens <= $3))"


async def steps_waiting(conn: Connection, units: Collection[UUID], viewer: UUID, until: date, most: int) -> list[StepRow]:
    """What is open in the viewer's units, or opens by `until`; the first to close on top."""
    found = await conn.fetch(f"{STEPS} {SEEN_STEPS} AND {WAITING} ORDER BY state, closes, fact LIMIT $4", list(units), viewer, until, most)
    return [StepRow(**dict(row)) for row in found]


async def steps_of_roles(
    conn: Connection, municipality: str, roles: Collection[str], viewer: UUID, until: date, most: int
) -> list[StepRow]:
    """What is asked of these roles in the municipality; whoever has a role looks for their own units among them."""
    which = "WHERE municipality = $1 AND person_key <> $2 AND role = ANY($4::text[])"
    found = await conn.fetch(
        f"{STEPS} {which} AND {WAITING} ORDER BY state, closes, fact LIMIT $5", municipality, viewer, until, list(roles), most
    )
    return [StepRow(**dict(row)) for row in found]


async def steps_of_mentor(conn: Connection, mentor: UUID, on: date, until: date) -> list[StepRow]:
    """What is asked of somebody as mentor on a day."""
    plans = "SELECT plan_id FROM mentor WHERE mentor_key = $1 AND until >= $2"
    found = await conn.fetch(
        f"{STEPS} WHERE role = 'mentor' AND plan_id IN ({plans}) AND person_key <> $1 AND {WAITING} ORDER BY state, closes, fact",
        mentor,
        on,
        until,
    )
    return [StepRow(**dict(row)) for row in found]


async def step_of_roles(conn: Connection, fact: UUID, municipality: str, roles: Collection[str], viewer: UUID) -> StepRow | None:
    """One step that is asked of one of these roles, never about the viewer; whether the viewer has the role is for the asker to see."""
    found = await conn.fetchrow(
        f"{STEPS} WHERE fact = $1 AND municipality = $2 AND role = ANY($3::text[]) AND person_key <> $4",
        fact,
        municipality,
        list(roles),
        viewer,
    )
    return StepRow(**dict(found)) if found else None

"""Personal links: the hash of a secret for each plan, written by the leader's page; and what else a newcomer's own page reads."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.chassis.service import Connection
from services.onboarding.domain.rows import ObservationRow, PlanRow
from services.onboarding.store.reading import OBSERVATIONS, PLANS

KEEP = """
INSERT INTO personal_link AS l (plan_id, municipality, person_key, secret_hash, made_on, form_id) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (plan_id) DO UPDATE SET secret_hash = excluded.secret_hash, made_on = excluded.made_on, form_id = excluded.form_id
WHERE l.form_id <> excluded.form_id
RETURNING true
"""
TOO_OLD = """
DELETE FROM personal_link AS l
WHERE municipality = $1 AND greatest(made_on, (SELECT starts_on FROM plan WHERE plan_id = l.plan_id)) < $2
"""
OF_ERASED = "DELETE FROM personal_link AS l USING subject AS s WHERE s.kind = 'person' AND s.id = l.person_key AND s.erased"


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens: one plan of one person. When it was made tells until when."""

    plan: PlanRow
    made_on: date


async def keep_link(conn: Connection, plan: PlanRow, secret_hash: bytes, made_on: date, form_id: UUID) -> bool:
    """The link of this plan from now on; the one before opens nothing. False: the same form came again, all stays."""
    return bool(await conn.fetchval(KEEP, plan.plan_id, plan.municipality, plan.person_key, secret_hash, made_on, form_id))


async def drop_link(conn: Connection, plan_id: UUID) -> None:
    """The plan's link opens nothing from now on."""
    await conn.execute("DELETE FROM personal_link WHERE plan_id = $1", plan_id)


async def made_on(conn: Connection, plan_id: UUID) -> date | None:
    """When the link of a plan was made, where it has one."""
    found: date | None = await conn.fetchval("SELECT made_on FROM personal_link WHERE plan_id = $1", plan_id)
    return found


async def opened_by(conn: Connection, secret_hash: bytes) -> Opened | None:
    """What the link with this hash opens; nothing where its plan is no more."""
    found = await conn.fetchrow("SELECT plan_id, made_on FROM personal_link WHERE secret_hash = $1", secret_hash)
    row = await conn.fetchrow(f"{PLANS} WHERE plan_id = $1", found["plan_id"]) if found else None
    return Opened(PlanRow(**dict(row)), found["made_on"]) if row and found else None


async def drop_old_links(conn: Connection, municipality: str, before: date) -> None:
    """Links that open nothing any more go, and those of who was erased at once."""
    await conn.execute(OF_ERASED)
    await conn.execute(TOO_OLD, municipality, before)


async def observations_of_person(conn: Connection, person: UUID, municipality: str, since: date) -> list[ObservationRow]:
    """What somebody wondered about since a day, for the page of their own; the latest first."""
    which = "WHERE person_key = $1 AND municipality = $2 AND raised_on >= $3 ORDER BY raised_on DESC, fact"
    return [ObservationRow(**dict(row)) for row in await conn.fetch(f"{OBSERVATIONS} {which}", person, municipality, since)]

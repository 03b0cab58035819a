"""The daily list of what should have been, but was not (danish-hr 12): plans that were not approved, steps late or missed, no mentors."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.chassis.service import Connection
from services.onboarding.domain.rows import PlanRow, StepRow
from services.onboarding.store.reading import PLANS, STEPS

IN_UNITS = "WHERE unit_id = ANY($1::uuid[]) AND person_key <> $2"


@dataclass(frozen=True, slots=True)
class Gaps:
    """What should have been, but was not, in some units: each list with the latest first, cut at `most`."""

    without_plan: tuple[PlanRow, ...]
    without_mentors: tuple[PlanRow, ...]
    late: tuple[StepRow, ...]
    missed: tuple[StepRow, ...]


async def gaps(conn: Connection, units: Collection[UUID], viewer: UUID, today: date, since: date, most: int = 300) -> Gaps:
    """Who began from `since` to `today` without an approved plan or without mentors; steps late today, or missed since `since`."""
    begun = "starts_on BETWEEN $3 AND $4 AND (last_day IS NULL OR last_day >= $4) ORDER BY starts_on DESC, plan_id LIMIT $5"
    about = (list(units), viewer, since, today, most)
    planless = await conn.fetch(f"{PLANS} {IN_UNITS} AND plan_approved = false AND {begun}", *about)
    alone = await conn.fetch(f"{PLANS} {IN_UNITS} AND mentors_named = false AND {begun}", *about)
    late = await conn.fetch(
        f"{STEPS} {IN_UNITS} AND state = 'open' AND closes < $3 ORDER BY closes DESC, fact LIMIT $4", list(units), viewer, today, most
    )
    missed = await conn.fetch(
        f"{STEPS} {IN_UNITS} AND state IN ('missed', 'never-started') AND state_on BETWEEN $3 AND $4 ORDER BY state_on DESC, fact LIMIT $5",
        *about,
    )
    return Gaps(
        tuple(PlanRow(**dict(row)) for row in planless),
        tuple(PlanRow(**dict(row)) for row in alone),
        tuple(StepRow(**dict(row)) for row in late),
        tuple(StepRow(**dict(row)) for row in missed),
    )

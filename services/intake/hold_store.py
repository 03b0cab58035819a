"""Every SQL statement about deliveries that are held back: why, with what content, what HR is asked, what was decided, who is employed."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from contracts.intake import DeliveryHeldBack
from services.chassis.service import Connection
from services.intake.delivery_store import Brought, Hold, State
from services.intake.ending import Running

HOLD = """
insert into hold (delivery, ending, employed, percent, held_at) values ($1, $2, $3, $4, $5)
on conflict (delivery) do update set ending = excluded.ending, employed = excluded.employed, percent = excluded.percent
where hold.decided is null
"""
HELD = "select decided from hold where delivery = $1 for update"
DECIDE = """
update hold set decided = $2, decided_as = $3, decided_by = $4, decided_at = $5, why = $6
where delivery = $1 and (decided is null or decided = 'dropped' and $2 = 'released')
  and exists (select from delivery where id = $1 and not done and turned_down is null)
"""
FORGET_PARTS = "delete from held_part where delivery = $1"
KEEP_PART = "insert into held_part (delivery, file, part, sealed) values ($1, $2, $3, $4)"
PARTS = "select file, part from held_part where delivery = $1 order by file, part"
PART = "select sealed from held_part where delivery = $1 and file = $2 and part = $3"
EMPLOYED = """
with told as (
    select body::jsonb ->> 'employment_id' as employment, type, (body::jsonb ->> 'last_working_day')::date as last_day
    from statement
    where kind = 'person' and stands and type in ('hr.hired.v1', 'hr.employment-end-registered.v1')
      and body::jsonb ->> 'municipality' = $1
)
select count(*) from (
    select employment from told group by employment
    having count(*) filter (where type = 'hr.hired.v1')
         > count(*) filter (where type = 'hr.employment-end-registered.v1' and last_day < $2)
) as running
"""
RUNNING = """
select body::jsonb ->> 'employment_id' as employment,
       count(*) filter (where type = 'hr.hired.v1') as hired,
       count(*) filter (where type = 'hr.employment-end-registered.v1') as ended,
       max((body::jsonb ->> 'last_working_day')::date) as last_day
from statement
where kind = 'person' and id = any($1::uuid[]) and stands and type in ('hr.hired.v1', 'hr.employment-end-registered.v1')
group by employment
"""
WAITING = """
select count(*) from hold join delivery on id = delivery
where municipality = $1 and decided is null and not done and turned_down is null
"""
ASKED = """
select id, body from statement
where kind = 'delivery' and id = any($1::uuid[]) and key = 'delivery-wait' and stands and type = 'intake.delivery-held-back.v1'
"""
EARLIER = """
select earlier.id from delivery earlier join delivery taken using (municipality, feed, call)
where taken.id = $1 and earlier.id <> taken.id and not earlier.done
  and (earlier.made_at < taken.made_at or $2 and earlier.made_at = taken.made_at)
"""
TOP_UNIT = """
select id from (
    select distinct on (id) id, body::jsonb ->> 'parent_unit_id' as parent, body::jsonb ->> 'change' as change
    from statement where kind = 'unit' and stands and type = 'hr.unit-changed.v1' and body::jsonb ->> 'municipality' = $1
    order by id, body::jsonb ->> 'effective_date' desc
) as unit
where parent is null and change <> 'closed' order by id limit 1
"""


async def waiting(conn: Connection, municipality: str) -> int:
    """How many deliveries wait for a person."""
    found: int = await conn.fetchval(WAITING, municipality)
    return found


async def hold(conn: Connection, delivery: UUID, held: Hold, at: datetime) -> None:
    """Hold a delivery back until a person decides."""
    await conn.execute(HOLD, delivery, held.ending, held.employed, held.percent, at)


async def decision(conn: Connection, delivery: UUID) -> str | None:
    """What was decided of a delivery that was held back; nobody else decides meanwhile."""
    found: str | None = await conn.fetchval(HELD, delivery)
    return found


async def decide(conn: Connection, delivery: UUID, decided: State, by: Brought, at: datetime, why: str) -> bool:
    """Let a delivery go, or drop it; false where it does not wait."""
    done: str = await conn.execute(DECIDE, delivery, decided.value, by.role.value, by.by, at, why)
    return done.endswith(" 1")


async def forget_parts(conn: Connection, delivery: UUID) -> None:
    """The content of a delivery that was held back goes."""
    await conn.execute(FORGET_PARTS, delivery)


async def keep_part(conn: Connection, delivery: UUID, file: int, part: int, sealed: bytes) -> None:
    """One part of the content of a delivery that is held back."""
    await conn.execute(KEEP_PART, delivery, file, part, sealed)


async def parts(conn: Connection, delivery: UUID) -> list[tuple[int, int]]:
    """Which parts are kept, by file."""
    return [(row["file"], row["part"]) for row in await conn.fetch(PARTS, delivery)]


async def part(conn: Connection, delivery: UUID, file: int, number: int) -> bytes | None:
    """One part, encrypted."""
    found: bytes | None = await conn.fetchval(PART, delivery, file, number)
    return found


async def asked(conn: Connection, deliveries: Collection[UUID]) -> dict[UUID, DeliveryHeldBack]:
    """About which of these HR is asked now, with what was said."""
    rows = await conn.fetch(ASKED, list(deliveries))
    return {row["id"]: DeliveryHeldBack.model_validate_json(row["body"]) for row in rows}


async def earlier(conn: Connection, delivery: UUID, *, inclusive: bool) -> list[UUID]:
    """The deliveries in the same order that were made before this one and not taken; `inclusive`: or at the same moment."""
    return [row["id"] for row in await conn.fetch(EARLIER, delivery, inclusive)]


async def top_unit(conn: Connection, municipality: str) -> UUID | None:
    """The first unit on top of all that was told of; none where none was."""
    found: UUID | None = await conn.fetchval(TOP_UNIT, municipality)
    return found


async def employed(conn: Connection, municipality: str, today: date) -> int:
    """How many employments of a municipality run: hired, and no last day before today."""
    found: int = await conn.fetchval(EMPLOYED, municipality, today)
    return found


async def running(conn: Connection, persons: Iterable[UUID]) -> dict[UUID, Running]:
    """Of these persons, by employment: how often hired, how many ends are registered, and the latest last day."""
    rows = await conn.fetch(RUNNING, sorted(persons))
    return {UUID(row["employment"]): Running(row["hired"], row["ended"], row["last_day"]) for row in rows}

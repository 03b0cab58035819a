"""Every SQL statement of onboarding. What the viewer may not see is not found: each query takes the viewer's units and the viewer."""

from collections.abc import Collection, Sequence
from dataclasses import astuple
from datetime import date
from uuid import UUID

from services.chassis.service import Changed, Connection
from services.onboarding.domain.plan import TalkRow

DELETE_OTHERS = "delete from talk where person_key = any($1::uuid[]) and not fact = any($2::uuid[])"

UPSERT = """
insert into talk (fact, municipality, person_key, employment_id, unit_id, kind, state, opens, due, closes, missed_after,
                  state_on, in_window, on_leave, first_day, last_day)
select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::date[], $9::date[],
                     $10::date[], $11::date[], $12::date[], $13::boolean[], $14::boolean[], $15::date[], $16::date[])
on conflict (fact) do update set
    unit_id = excluded.unit_id, state = excluded.state, opens = excluded.opens, due = excluded.due, closes = excluded.closes,
    missed_after = excluded.missed_after, state_on = excluded.state_on, in_window = excluded.in_window, on_leave = excluded.on_leave,
    first_day = excluded.first_day, last_day = excluded.last_day
"""

READ = """
select fact, municipality, person_key, employment_id, unit_id, kind, state, opens, due, closes, missed_after,
       state_on, in_window, on_leave, first_day, last_day
from talk
where unit_id = any($1::uuid[]) and person_key <> $2
"""


async def save_talks(conn: Connection, changed: Sequence[Changed]) -> None:
    """The talks of these persons, in place of all they had."""
    rows = [row for change in changed for row in change.situation.rows if isinstance(row, TalkRow)]
    await conn.execute(DELETE_OTHERS, [change.subject.id for change in changed], [row.fact for row in rows])
    if rows:
        await conn.execute(UPSERT, *(list(column) for column in zip(*(astuple(row) for row in rows), strict=True)))


async def talk(conn: Connection, fact: UUID, units: Collection[UUID], viewer: UUID) -> TalkRow | None:
    """One talk, if the viewer may see it: never a talk about the viewer."""
    found = await conn.fetchrow(f"{READ} and fact = $3", list(units), viewer, fact)
    return TalkRow(**dict(found)) if found else None


async def talks_of_units(conn: Connection, units: Collection[UUID], viewer: UUID, since: date) -> list[TalkRow]:
    """The talks of newcomers in the viewer's units who began on or after `since`, or have one ahead; latest first day first."""
    newcomers = "and (first_day >= $3 or state in ('planned', 'open')) order by first_day desc, person_key, employment_id, opens, kind"
    found = await conn.fetch(f"{READ} {newcomers}", list(units), viewer, since)
    return [TalkRow(**dict(row)) for row in found]

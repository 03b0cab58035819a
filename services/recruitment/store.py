"""Every SQL statement of recruitment. What the viewer may not see is not found: each query takes the viewer's units."""

from collections.abc import Collection, Sequence
from dataclasses import astuple
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from services.chassis.service import Changed, Connection, with_rows
from services.recruitment.domain.people import HireRow
from services.recruitment.domain.said import VacancyRow

R = TypeVar("R", HireRow, VacancyRow)

DELETE_VACANCIES = "delete from vacancy where vacancy_id = any($1::uuid[]) and not vacancy_id = any($2::uuid[])"
DELETE_HIRES = "delete from hire where person_key = any($1::uuid[]) and not hired_fact = any($2::uuid[])"

UPSERT_VACANCIES = """
insert into vacancy (vacancy_id, municipality, unit_id, occupation_group, degree, leader_post, needed_from, known_at, status,
                     end_withdrawn, review_state, review_closes, outcome, more_hours_state, more_hours_closes, asked, accepted,
                     hours_gained, published_on, filled_by, filled_from)
select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::boolean[], $7::date[], $8::timestamptz[], $9::text[],
                     $10::boolean[], $11::text[], $12::date[], $13::text[], $14::text[], $15::date[], $16::integer[], $17::integer[],
                     $18::text[], $19::date[], $20::uuid[], $21::date[])
on conflict (vacancy_id) do update set
    unit_id = excluded.unit_id, occupation_group = excluded.occupation_group, degree = excluded.degree,
    leader_post = excluded.leader_post, needed_from = excluded.needed_from, known_at = excluded.known_at, status = excluded.status,
    end_withdrawn = excluded.end_withdrawn, review_state = excluded.review_state, review_closes = excluded.review_closes,
    outcome = excluded.outcome, more_hours_state = excluded.more_hours_state, more_hours_closes = excluded.more_hours_closes,
    asked = excluded.asked, accepted = excluded.accepted, hours_gained = excluded.hours_gained,
    published_on = excluded.published_on, filled_by = excluded.filled_by, filled_from = excluded.filled_from
"""

UPSERT_HIRES = """
insert into hire (hired_fact, municipality, person_key, employment_id, unit_id, occupation_group, first_day, known_at, vacancy_id)
select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::date[], $8::timestamptz[], $9::uuid[])
on conflict (hired_fact) do update set
    employment_id = excluded.employment_id, unit_id = excluded.unit_id, occupation_group = excluded.occupation_group,
    first_day = excluded.first_day, known_at = excluded.known_at, vacancy_id = excluded.vacancy_id
"""

READ_VACANCIES = """
select vacancy_id, municipality, unit_id, occupation_group, degree, leader_post, needed_from, known_at, status, end_withdrawn,
       review_state, review_closes, outcome, more_hours_state, more_hours_closes, asked, accepted, hours_gained, published_on,
       filled_by, filled_from
from vacancy
where unit_id = any($1::uuid[])
"""

READ_HIRES = """
select hired_fact, municipality, person_key, employment_id, unit_id, occupation_group, first_day, known_at, vacancy_id
from hire
where unit_id = any($1::uuid[])
"""


def _columns(rows: Sequence[R]) -> list[list[object]]:
    return [list(column) for column in zip(*(astuple(row) for row in rows), strict=True)]


def _before(changed: Sequence[Changed], kind: str) -> list[UUID]:
    return with_rows(change for change in changed if change.subject.kind == kind)


async def save_rows(conn: Connection, changed: Sequence[Changed]) -> None:
    """The vacancies and the hires of what was derived, in place of all they had."""
    rows = [row for change in changed for row in change.situation.rows]
    vacancies = [row for row in rows if isinstance(row, VacancyRow)]
    hires = [row for row in rows if isinstance(row, HireRow)]
    if before := _before(changed, "vacancy"):
        await conn.execute(DELETE_VACANCIES, before, [row.vacancy_id for row in vacancies])
    if before := _before(changed, "person"):
        await conn.execute(DELETE_HIRES, before, [row.hired_fact for row in hires])
    if vacancies:
        await conn.execute(UPSERT_VACANCIES, *_columns(vacancies))
    if hires:
        await conn.execute(UPSERT_HIRES, *_columns(hires))


async def vacancies_of_units(conn: Connection, units: Collection[UUID], since: datetime) -> list[VacancyRow]:
    """The vacancies of the viewer's units that are not over, or became known since; the soonest needed first."""
    wanted = "and (status in ('open', 'advertised') or known_at >= $2) order by needed_from, unit_id, vacancy_id"
    return [VacancyRow(**dict(row)) for row in await conn.fetch(f"{READ_VACANCIES} {wanted}", list(units), since)]


async def vacancy(conn: Connection, vacancy_id: UUID, units: Collection[UUID]) -> VacancyRow | None:
    """One vacancy, if the viewer may see it."""
    found = await conn.fetchrow(f"{READ_VACANCIES} and vacancy_id = $2", list(units), vacancy_id)
    return VacancyRow(**dict(found)) if found else None


async def hires_that_may_fill(conn: Connection, vacancy: VacancyRow, units: Collection[UUID]) -> list[HireRow]:
    """Hires in the same unit and occupation group that became known after the vacancy and fill no other one."""
    wanted = "and unit_id = $2 and occupation_group = $3 and known_at >= $4 and vacancy_id is null order by first_day, hired_fact"
    found = await conn.fetch(f"{READ_HIRES} {wanted}", list(units), vacancy.unit_id, vacancy.occupation_group, vacancy.known_at)
    return [HireRow(**dict(row)) for row in found]


async def hire(conn: Connection, hired_fact: UUID, units: Collection[UUID]) -> HireRow | None:
    """One hire, if the viewer may see it."""
    found = await conn.fetchrow(f"{READ_HIRES} and hired_fact = $2", list(units), hired_fact)
    return HireRow(**dict(found)) if found else None

"""Who could be a mentor: found by name in the directory of the municipality, with what this service has heard of their jobs."""

from collections.abc import Collection, Mapping
from uuid import UUID

from services.chassis.packing import unpack
from services.chassis.service import Connection, SubjectKind
from services.chassis.subject import History, Subject
from services.chassis.tables import subjects
from services.onboarding.domain.job import Job, jobs


async def persons_named(conn: Connection, municipality: str, words: Collection[str], most: int) -> list[UUID]:
    """Persons of a municipality in whose name each of these words begins a name, by name."""
    found = await conn.fetch(
        "SELECT person FROM directory WHERE municipality = $1 AND name IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM unnest($2::text[]) AS word WHERE NOT starts_with(lower(name), word)"
        " AND strpos(lower(name), ' ' || word) = 0 AND strpos(lower(name), '-' || word) = 0) ORDER BY name, person LIMIT $3",
        municipality,
        [word.lower() for word in words],
        most,
    )
    return [row["person"] for row in found]


async def jobs_of(conn: Connection, kind: SubjectKind, persons: Collection[UUID], municipality: str) -> Mapping[UUID, tuple[Job, ...]]:
    """The jobs of each of these persons, as heard; nothing of who was never heard of."""
    texts = await subjects.histories(conn, kind.name, list(persons))
    return {person: jobs(History(Subject(kind.name, person, municipality), unpack(kind, text))) for person, text in texts.items() if text}


async def mentors_of_units(conn: Connection, units: Collection[UUID], most: int) -> list[UUID]:
    """Who was mentor to newcomers of these units, the latest first: whom a leader is likely to ask again."""
    found = await conn.fetch(
        "SELECT mentor_key FROM mentor WHERE unit_id = ANY($1::uuid[]) AND mentor_key IS NOT NULL"
        " GROUP BY mentor_key ORDER BY max(named_on) DESC, mentor_key LIMIT $2",
        list(units),
        most,
    )
    return [row["mentor_key"] for row in found]

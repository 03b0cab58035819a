"""Every SQL statement about who is, or was said to be, somebody's mentor: what the mails to them say."""

from collections.abc import Collection, Sequence
from dataclasses import astuple
from uuid import UUID

from contracts.onboarding.mentor import MentorKind
from services.chassis.service import Changed, Connection, with_rows
from services.notification.domain.mentor import KIND, Mentored, Mentoring

COLUMNS = "fact, mentor, newcomer, unit_id, named_from, until, kind"
VALUES = "unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::date[], $6::date[], $7::text[], $8::text[])"
DELETE = "DELETE FROM {} WHERE fact = ANY($1::uuid[])"
INSERT = f"INSERT INTO {{}} ({COLUMNS}, municipality) SELECT * FROM {VALUES}"  # noqa: S608 - our own words
SELECT = f"SELECT {COLUMNS} FROM {{}} WHERE fact = ANY($1::uuid[]) AND mentor = $2 ORDER BY named_from, fact"  # noqa: S608 - our own words
"""How the rows of namings are deleted, put in and read, in one of two tables alike."""


async def save(conn: Connection, changed: Sequence[Changed]) -> None:
    """The rows of these namings, in place of what they had."""
    namings = [change for change in changed if change.subject.kind == KIND]
    if not namings:
        return
    rows = [(c.subject.municipality, row) for c in namings for row in c.situation.rows]
    await _replace(conn, "mentoring", namings, [(code, row) for code, row in rows if isinstance(row, Mentoring)])
    await _replace(conn, "mentored", namings, [(code, row.was) for code, row in rows if isinstance(row, Mentored)])


async def _replace(conn: Connection, table: str, namings: Sequence[Changed], rows: Sequence[tuple[str, Mentoring]]) -> None:
    if before := with_rows(namings):
        await conn.execute(DELETE.format(table), before)
    if rows:
        await conn.execute(
            INSERT.format(table), *(list(column) for column in zip(*((*astuple(row), code) for code, row in rows), strict=True))
        )


async def mentorings(conn: Connection, facts: Collection[UUID], mentor: UUID, *, gone: bool = False) -> list[Mentoring]:
    """Of these, those in which this colleague is the mentor still; or `gone`: is no longer, though told so."""
    rows = await conn.fetch(SELECT.format("mentored" if gone else "mentoring"), list(facts), mentor)
    return [Mentoring(**{**row, "kind": MentorKind(row["kind"])}) for row in rows]

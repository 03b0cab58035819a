"""Every SQL statement of notification. What the viewer may not see is not found: nobody sees a task about themselves."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

import asyncpg

from contracts.base import HolderRole
from contracts.notification import WhyHolder
from services.chassis.service import Changed, Connection
from services.chassis.web.viewer import Viewer
from services.notification.domain.task import Stage, Task

DELETE_OTHERS = "DELETE FROM task WHERE task_id = ANY($1::uuid[]) AND NOT task_id = ANY($2::uuid[])"

UPSERT = """
INSERT INTO task (task_id, municipality, kind, role, unit_id, about_person, state, opens, due, closes, missed_after, state_on, link,
                  holder, why_holder, shared_with, escalated_to, in_hr_queue)
SELECT t.task_id, t.municipality, t.kind, t.role, t.unit_id, t.about_person, t.state, t.opens, t.due, t.closes, t.missed_after,
       t.state_on, t.link, t.holder, t.why_holder, string_to_array(t.shared_with, ' ')::uuid[], t.escalated_to, t.in_hr_queue
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::date[], $9::date[], $10::date[],
            $11::date[], $12::date[], $13::text[], $14::uuid[], $15::text[], $16::text[], $17::uuid[], $18::bool[])
     AS t (task_id, municipality, kind, role, unit_id, about_person, state, opens, due, closes, missed_after, state_on, link,
           holder, why_holder, shared_with, escalated_to, in_hr_queue)
ON CONFLICT (task_id) DO UPDATE SET
    kind = EXCLUDED.kind, role = EXCLUDED.role, unit_id = EXCLUDED.unit_id, about_person = EXCLUDED.about_person,
    state = EXCLUDED.state, opens = EXCLUDED.opens, due = EXCLUDED.due, closes = EXCLUDED.closes,
    missed_after = EXCLUDED.missed_after, state_on = EXCLUDED.state_on, link = EXCLUDED.link, holder = EXCLUDED.holder,
    why_holder = EXCLUDED.why_holder, shared_with = EXCLUDED.shared_with, escalated_to = EXCLUDED.escalated_to,
    in_hr_queue = EXCLUDED.in_hr_queue
"""

READ = """
SELECT task_id, kind, role, unit_id, about_person, state, opens, due, closes, missed_after, state_on, link,
       holder, why_holder, shared_with, escalated_to, in_hr_queue
FROM task
WHERE municipality = $1
"""

TO_SHOW = """
  AND about_person IS DISTINCT FROM $2
  AND state IN ('open', 'planned') AND (state = 'open' OR opens <= $3)
"""

MINE = "AND (holder = $2 OR shared_with @> ARRAY[$2]::uuid[] OR escalated_to = $2 OR ($4 AND in_hr_queue))"
OF_UNITS = "AND unit_id = ANY($4::uuid[])"
MOST_URGENT = "ORDER BY state, due, closes, task_id LIMIT $5"


async def save_tasks(conn: Connection, changed: Sequence[Changed]) -> None:
    """The rows of these tasks, in place of what they had."""
    rows = [(change.subject.municipality, row) for change in changed for row in change.situation.rows if isinstance(row, Task)]
    await conn.execute(DELETE_OTHERS, [change.subject.id for change in changed], [row.task_id for _, row in rows])
    if rows:
        await conn.execute(UPSERT, *(list(column) for column in zip(*(_columns(*row) for row in rows), strict=True)))


async def tasks_of(conn: Connection, viewer: Viewer, until: date, most: int) -> list[Task]:
    """What lies with the viewer: as holder, beside or above the holder, for HR its queue; planned ones that open by `until`."""
    found = await conn.fetch(f"{READ} {TO_SHOW} {MINE} {MOST_URGENT}", viewer.municipality, viewer.person, until, viewer.is_hr, most)
    return [_task(record) for record in found]


async def tasks_of_units(conn: Connection, viewer: Viewer, until: date, most: int) -> list[Task]:
    """The tasks of the viewer's units, whoever holds them; planned ones that open by `until`."""
    found = await conn.fetch(
        f"{READ} {TO_SHOW} {OF_UNITS} {MOST_URGENT}", viewer.municipality, viewer.person, until, list(viewer.units), most
    )
    return [_task(record) for record in found]


async def tasks_by_id(conn: Connection, municipality: str, tasks: Collection[UUID]) -> list[Task]:
    """These tasks, whoever may see them: for mails, which ask that themselves."""
    found = await conn.fetch(f"{READ} AND task_id = ANY($2::uuid[])", municipality, list(tasks))
    return [_task(record) for record in found]


async def open_of_kind(conn: Connection, municipality: str, kind: str) -> list[Task]:
    """The open tasks of a kind, whosever they are."""
    found = await conn.fetch(f"{READ} AND kind = $2 AND state = 'open' ORDER BY task_id", municipality, kind)
    return [_task(record) for record in found]


async def tasks_for_operator(conn: Connection, municipality: str, states: Collection[Stage]) -> list[Task]:
    """Every task in these states, for the operator's command; no page uses it."""
    found = await conn.fetch(f"{READ} AND state = ANY($2::text[]) ORDER BY due, closes, task_id", municipality, list(states))
    return [_task(record) for record in found]


async def municipalities(conn: Connection) -> dict[str, bool]:
    """The municipalities that have tasks or an organisation, and whether it is an organisation."""
    found = await conn.fetch(
        "SELECT municipality, bool_or(told) AS told FROM (SELECT municipality, false AS told FROM task"
        " UNION SELECT municipality, true FROM reference_version) AS known GROUP BY municipality ORDER BY municipality"
    )
    return {record["municipality"]: record["told"] for record in found}


def _columns(municipality: str, row: Task) -> tuple[object, ...]:
    return (
        row.task_id,
        municipality,
        row.kind,
        row.role.value,
        row.unit_id,
        row.about_person,
        row.state.value,
        row.opens,
        row.due,
        row.closes,
        row.missed_after,
        row.state_on,
        row.link,
        row.holder,
        row.why_holder.value if row.why_holder else None,
        " ".join(map(str, row.shared_with)),
        row.escalated_to,
        row.in_hr_queue,
    )


def _task(record: asyncpg.Record) -> Task:
    found = dict(record)
    why: str | None = found["why_holder"]
    shared: list[UUID] = found["shared_with"]
    more = {
        "role": HolderRole(found["role"]),
        "state": Stage(found["state"]),
        "why_holder": WhyHolder(why) if why else None,
        "shared_with": tuple(shared),
    }
    return Task(**{**found, **more})

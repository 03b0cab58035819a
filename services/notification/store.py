"""Every SQL statement of notification. What the viewer may not see is not found: nobody sees a task about themselves."""

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

import asyncpg

from contracts.base import HolderRole
from contracts.notification import ReassignCause, WhyHolder
from services.chassis.packing import unpack
from services.chassis.service import Changed, Connection, SubjectKind, with_rows
from services.chassis.subject import History, Subject
from services.chassis.tables import subjects
from services.chassis.web.viewer import Viewer
from services.notification.domain.duty import TASK_KIND
from services.notification.domain.inbox import Count, Look, Part, sunday_of
from services.notification.domain.task import Stage, Task
from services.notification.domain.told import Handed

DELETE_OTHERS = "DELETE FROM task WHERE task_id = ANY($1::uuid[]) AND NOT task_id = ANY($2::uuid[])"

UPSERT = """
INSERT INTO task (task_id, municipality, kind, role, unit_id, about_person, state, opens, due, closes, missed_after, state_on, link, code,
                  holder, why_holder, shared_with, escalated_to, in_hr_queue, is_local)
SELECT t.task_id, t.municipality, t.kind, t.role, t.unit_id, t.about_person, t.state, t.opens, t.due, t.closes, t.missed_after,
       t.state_on, t.link, t.code, t.holder, t.why_holder, string_to_array(t.shared_with, ' ')::uuid[], t.escalated_to, t.in_hr_queue,
       t.is_local
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::date[], $9::date[], $10::date[],
            $11::date[], $12::date[], $13::text[], $14::text[], $15::uuid[], $16::text[], $17::text[], $18::uuid[], $19::bool[],
            $20::bool[])
     AS t (task_id, municipality, kind, role, unit_id, about_person, state, opens, due, closes, missed_after, state_on, link, code,
           holder, why_holder, shared_with, escalated_to, in_hr_queue, is_local)
ON CONFLICT (task_id) DO UPDATE SET
    kind = EXCLUDED.kind, role = EXCLUDED.role, unit_id = EXCLUDED.unit_id, about_person = EXCLUDED.about_person,
    state = EXCLUDED.state, opens = EXCLUDED.opens, due = EXCLUDED.due, closes = EXCLUDED.closes,
    missed_after = EXCLUDED.missed_after, state_on = EXCLUDED.state_on, link = EXCLUDED.link, code = EXCLUDED.code,
    holder = EXCLUDED.holder, why_holder = EXCLUDED.why_holder, shared_with = EXCLUDED.shared_with, escalated_to = EXCLUDED.escalated_to,
    in_hr_queue = EXCLUDED.in_hr_queue, is_local = EXCLUDED.is_local
"""

HAND = """
INSERT INTO handed (task_id, number, from_holder, to_holder, cause, why_holder, handed_on)
SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::date[]) ON CONFLICT DO NOTHING
"""

NAMES = (
    *("task_id", "kind", "role", "unit_id", "about_person", "state", "opens", "due", "closes", "missed_after", "state_on", "link"),
    *("code", "holder", "why_holder", "shared_with", "escalated_to", "in_hr_queue", "is_local"),
)
COLUMNS = ", ".join(NAMES)
READ = f"SELECT {COLUMNS} FROM task WHERE municipality = $1"  # noqa: S608 - our own words
"""The columns of a task, and where to begin."""

PART = "CASE WHEN state = 'planned' THEN 'coming' WHEN closes < $4 THEN 'late' WHEN due <= $5 THEN 'this-week' ELSE 'later' END"
"""The part of the inbox, as the domain says it, and the order of the parts."""
URGENT = "array_position(ARRAY['late', 'this-week', 'later', 'coming'], part), due, closes, task_id"

TO_SHOW = "about_person IS DISTINCT FROM $2 AND state IN ('open', 'planned') AND (state = 'open' OR opens <= $3)"
MINE = "(holder = $2 OR escalated_to = $2 OR (shared_with <> '{}' AND shared_with @> ARRAY[$2]::uuid[]))"
LISTED = f"(SELECT {COLUMNS}, {PART} AS part FROM task WHERE municipality = $1 AND {TO_SHOW} AND %s) AS t"  # noqa: S608 - our own words
NAMED = "EXISTS (SELECT 1 FROM directory d WHERE d.person IN (%s) AND strpos(lower(d.name), lower($%d::text)) > 0)"
LAST_OF = """
(SELECT DISTINCT ON (task_id) task_id, number, from_holder, to_holder, cause, why_holder AS handed_why, handed_on FROM handed
 WHERE (from_holder = $2 OR to_holder = $2 %s) AND handed_on >= $3 ORDER BY task_id, number DESC) AS h
"""


class Scope(StrEnum):
    """Whose tasks a list shows: those that lie with the viewer (for HR its queue too), or all of the viewer's units."""

    MINE = "mine"
    UNITS = "units"


@dataclass(frozen=True, slots=True)
class View:
    """A list of tasks as somebody sees it on a day; planned ones that open by `until`."""

    viewer: Viewer
    scope: Scope
    today: date
    until: date

    @property
    def arguments(self) -> list[object]:
        """Those of `LISTED`, in order."""
        seen: list[object] = [self.viewer.municipality, self.viewer.person, self.until, self.today, sunday_of(self.today)]
        return [*seen, list(self.viewer.units)] if self.scope is Scope.UNITS else seen

    @property
    def listed(self) -> str:
        """The tasks of the list. Who is not in HR asks without its queue, so that no index of it is looked at."""
        if self.scope is Scope.UNITS:
            return LISTED % "unit_id = ANY($6::uuid[])"
        return LISTED % (f"({MINE} OR in_hr_queue)" if self.viewer.is_hr else MINE)

    def named(self, at: int) -> str:
        """Whose task it is about, and where the list shows several holders, who has it."""
        return NAMED % ("about_person, holder" if self.scope is Scope.UNITS else "about_person", at)


async def save_tasks(conn: Connection, changed: Sequence[Changed]) -> None:
    """The rows of these tasks, in place of what they had, and who handed them on to whom."""
    tasks = [change for change in changed if change.subject.kind == TASK_KIND]
    rows = [(change.subject.municipality, row) for change in tasks for row in change.situation.rows if isinstance(row, Task)]
    if before := with_rows(tasks):
        await conn.execute(DELETE_OTHERS, before, [row.task_id for _, row in rows])
    if rows:
        await conn.execute(UPSERT, *(list(column) for column in zip(*(_columns(*row) for row in rows), strict=True)))
    if handed := [astuple(row) for change in tasks for row in change.situation.rows if isinstance(row, Handed)]:
        await conn.execute(HAND, *(list(column) for column in zip(*handed, strict=True)))


async def tasks_of(conn: Connection, viewer: Viewer, until: date, most: int) -> list[Task]:
    """What lies with the viewer, for who shows it elsewhere: as holder, beside or above the holder, for HR the queue; opened by `until`."""
    lies = f"({MINE} OR in_hr_queue)" if viewer.is_hr else MINE
    found = await conn.fetch(
        f"{READ} AND {TO_SHOW} AND {lies} ORDER BY state, due, closes, task_id LIMIT $4", viewer.municipality, viewer.person, until, most
    )
    return [_task(record) for record in found]


async def counts(conn: Connection, view: View, name: str = "") -> list[Count]:
    """How many tasks there are of each kind in each unit and part, only those of people with this in their name."""
    arguments = [*view.arguments, *([name] if name else [])]
    named = f"WHERE {view.named(len(arguments))}" if name else ""
    found = await conn.fetch(
        f"SELECT part, kind, unit_id, count(*) AS many FROM {view.listed} {named} GROUP BY part, kind, unit_id",  # noqa: S608 - our own words
        *arguments,
    )
    return [Count(Part(row["part"]), row["kind"], row["unit_id"], row["many"]) for row in found]


async def listed(conn: Connection, view: View, look: Look, most: int | None = None, skip: int = 0) -> list[Task]:
    """The tasks of a list, the most urgent first: at most so many after the first `skip`."""
    arguments, wanted = view.arguments, ["true"]
    if look.late:
        wanted.append("part = 'late'")
    if look.kinds is not None:
        arguments.append(list(look.kinds))
        wanted.append(f"kind = ANY(${len(arguments)}::text[])")
    if look.unit is not None:
        arguments.append(look.unit)
        wanted.append(f"unit_id = ${len(arguments)}")
    if look.name:
        arguments.append(look.name)
        wanted.append(view.named(len(arguments)))
    arguments += [most, skip]
    limit = f"LIMIT ${len(arguments) - 1} OFFSET ${len(arguments)}"
    found = await conn.fetch(
        f"SELECT {COLUMNS} FROM {view.listed} WHERE {' AND '.join(wanted)} ORDER BY {URGENT} {limit}",  # noqa: S608 - our own words
        *arguments,
    )
    return [_task(record) for record in found]


async def task(conn: Connection, viewer: Viewer, number: UUID) -> Task | None:
    """One task, planned, open or ended, if the viewer may see it: whoever has or sees it, its unit's leaders, HR; nobody their own."""
    found = await conn.fetchrow(
        f"{READ} AND about_person IS DISTINCT FROM $2 AND task_id = $3 AND ($4 OR unit_id = ANY($5::uuid[]) OR {MINE})",
        viewer.municipality,
        viewer.person,
        number,
        viewer.is_hr,
        list(viewer.units),
    )
    return _task(found) if found else None


async def history(conn: Connection, kind: SubjectKind, subject: Subject) -> History:
    """All that was heard and decided of a task."""
    texts = await subjects.histories(conn, kind.name, [subject.id])
    return History(subject, unpack(kind, texts.get(subject.id, b"")))


async def handed(conn: Connection, viewer: Viewer, since: date) -> list[tuple[Task, Handed]]:
    """Open tasks that came to the viewer (for HR: to its queue) or went from there since a day, each how it last did; the latest first.

    What lies with the viewer came, all others went. Nobody reads of a task about themselves.
    """
    last = LAST_OF % ("OR to_holder IS NULL" if viewer.is_hr else "")
    found = await conn.fetch(
        f"SELECT {COLUMNS}, number, from_holder, to_holder, cause, handed_why, handed_on FROM task JOIN {last} USING (task_id)"  # noqa: S608 - our own words
        " WHERE municipality = $1 AND state = 'open' AND about_person IS DISTINCT FROM $2 ORDER BY handed_on DESC, due, task_id",
        viewer.municipality,
        viewer.person,
        since,
    )
    return [(_task(record), _handed(record)) for record in found]


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
        row.code,
        row.holder,
        row.why_holder.value if row.why_holder else None,
        " ".join(map(str, row.shared_with)),
        row.escalated_to,
        row.in_hr_queue,
        row.is_local,
    )


def _task(record: asyncpg.Record) -> Task:
    found = {name: record[name] for name in NAMES}
    why: str | None = found["why_holder"]
    shared: list[UUID] = found["shared_with"]
    more = {
        "role": HolderRole(found["role"]),
        "state": Stage(found["state"]),
        "why_holder": WhyHolder(why) if why else None,
        "shared_with": tuple(shared),
    }
    return Task(**{**found, **more})


def _handed(record: asyncpg.Record) -> Handed:
    return Handed(
        record["task_id"],
        record["number"],
        record["from_holder"],
        record["to_holder"],
        ReassignCause(record["cause"]),
        WhyHolder(record["handed_why"]),
        record["handed_on"],
    )

"""The rows of persons that were derived again, in place of all they had; in bulk, one person and a thousand alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from services.chassis.service import Changed, Connection, with_rows
from services.onboarding.domain.rows import LearningRow, MentorRow, ObservationRow, PlanRow, Row, StepRow

U, D, T, B, I = "uuid", "date", "text", "boolean", "integer"  # noqa: E741 - the types of PostgreSQL, five letters for five words


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the columns that come from rows, by type, and what tells its rows apart. A row that is the same is left alone."""

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, str]

    @property
    def delete_others(self) -> str:
        """What these persons have and are not given now goes."""
        told = ", ".join(f"${at}::{self.columns[column]}[]" for at, column in enumerate(self.key, 2))
        return (
            f"DELETE FROM {self.name} WHERE person_key = ANY($1::uuid[])"  # noqa: S608 - our own words
            f" AND NOT ({', '.join(self.key)}) IN (SELECT * FROM unnest({told}))"
        )

    @property
    def upsert(self) -> str:
        """New rows and changed ones."""
        told = ", ".join(f"${at}::{kind}[]" for at, kind in enumerate(self.columns.values(), 1))
        rest = [column for column in self.columns if column not in self.key]
        was, new = (", ".join(f"{where}.{column}" for column in rest) for where in (self.name, "excluded"))
        return (
            f"INSERT INTO {self.name} ({', '.join(self.columns)}) SELECT * FROM unnest({told})"  # noqa: S608 - our own words
            f" ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {', '.join(f'{column} = excluded.{column}' for column in rest)}"
            f" WHERE ({was}) IS DISTINCT FROM ({new})"
        )


TABLES: Mapping[type[Row], Table] = {
    PlanRow: Table(
        "plan",
        ("plan_id",),
        {"plan_id": U, "municipality": T, "person_key": U, "employment_id": U, "unit_id": U, "occasion": T, "template": T}
        | {"starts_on": D, "last_day": D, "steps": I, "done": I, "late": I, "missed": I, "approved_on": D}
        | {"newcomer_took_part": B, "plan_approved": B, "mentors_named": B, "closed_on": D, "end_state": T},
    ),
    StepRow: Table(
        "step",
        ("fact",),
        {"fact": U, "plan_id": U, "municipality": T, "person_key": U, "employment_id": U, "unit_id": U, "at_unit": U, "name": T}
        | {"kind": T, "how": T, "occasion": T, "role": T, "place": I, "state": T, "opens": D, "due": D, "closes": D}
        | {"missed_after": D, "state_on": D, "in_window": B, "on_leave": B, "hidden": B, "required": B, "waits_for": T}
        | {"course": T, "first_day": D, "last_day": D},
    ),
    MentorRow: Table(
        "mentor",
        ("plan_id", "kind"),
        {"plan_id": U, "kind": T, "municipality": T, "person_key": U, "unit_id": U, "mentor_key": U, "team_unit_id": U}
        | {"named_on": D, "named_from": D, "until": D},
    ),
    ObservationRow: Table(
        "observation",
        ("fact",),
        {"fact": U, "municipality": T, "person_key": U, "unit_id": U, "theme": T, "raised_in": T, "raised_on": D, "state": T}
        | {"due": D, "closes": D, "missed_after": D, "state_on": D, "outcome": T},
    ),
    LearningRow: Table("learning_point", ("fact",), {"fact": U, "person_key": U, "step": U, "noted_on": D, "until": D}),
}


async def save_rows(conn: Connection, changed: Sequence[Changed]) -> None:
    """Plans, steps, mentors and observations of these persons, in place of all they had; texts that are kept no longer go."""
    persons = with_rows(changed)
    rows: dict[type[object], list[object]] = {kind: [] for kind in TABLES}
    for change in changed:
        for row in change.situation.rows:
            rows[type(row)].append(row)
    for kind, table in TABLES.items():
        found = rows[kind]
        if persons:
            await conn.execute(table.delete_others, persons, *([getattr(row, column) for row in found] for column in table.key))
        if found:
            await conn.execute(table.upsert, *([get(row) for row in found] for get in map(attrgetter, table.columns)))

"""What was published, when, and how far publication is behind."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import asyncpg

from services.chassis.service import Connection
from services.reporting.disclosure import Cell
from services.reporting.indicators.figures import Figure, Key, Status
from services.reporting.indicators.stocks import MONTHLY
from services.reporting.months import first_day
from services.reporting.published import Cause, Changes, Published
from services.reporting.scope import Scope

PUBLICATION_LOCK = 730_710
COLUMNS = """definition_id, definition_version, population, unit, split, period, is_top, period_first, period_last, status,
 value, n, numerator, denominator, beside"""
STANDING = f"SELECT {COLUMNS}, parameters, known_from, restated, cause FROM published WHERE municipality = $1 AND known_to IS NULL"  # noqa: S608 - our own words
CHANGING = """ AND (definition_id = ANY($2::text[]) AND period_last >= $3
 OR definition_id <> ALL($2::text[]) AND extract(year FROM period_last)::int = ANY($4::int[]))"""
KEY_MATCH = """p.municipality = $1 AND p.known_to IS NULL AND p.definition_id = u.d AND p.definition_version = u.v
 AND p.population = u.o AND p.unit = u.u AND p.split = u.s AND p.period = u.p"""
KEYS = "unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[]) u(d, v, o, u, s, p)"
END = f"UPDATE published p SET known_to = $8 FROM {KEYS} WHERE {KEY_MATCH}"  # noqa: S608 - our own words
REPLACE = f"DELETE FROM published p USING {KEYS} WHERE {KEY_MATCH}"  # noqa: S608 - our own words
PUBLISH = f"""
INSERT INTO published (municipality, computed_at, {COLUMNS}, parameters, known_from, restated, cause)
SELECT $1, $2, u.* FROM unnest($3::text[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bool[], $10::date[],
 $11::date[], $12::text[], $13::numeric[], $14::numeric[], $15::numeric[], $16::numeric[], $17::text[], $18::text[], $19::date[],
 $20::bool[], $21::text[]) u
"""  # noqa: S608 - our own words
STATES = """
SELECT p.municipality, p.changes, p.changed_at, p.published, p.reference, p.rules, p.published_on, p.doubtful,
 coalesce(v.version, 0) AS now_reference,
 EXISTS (SELECT 1 FROM dead_letter d JOIN subject s ON s.kind = 'person' AND s.id = d.subject
         WHERE d.settled IS NULL AND s.municipality = p.municipality) AS now_doubtful
FROM publication p LEFT JOIN reference_version v USING (municipality)
"""
STATE = STATES + "WHERE p.municipality = $1"
DONE = "UPDATE publication SET published = $2, reference = $3, rules = $4, published_on = $5, doubtful = $6 WHERE municipality = $1"
PRINTED = """
INSERT INTO publication_day AS d (municipality, day, with_reasons) VALUES ($1, $2, $3)
ON CONFLICT (municipality, day) DO UPDATE SET with_reasons = d.with_reasons OR EXCLUDED.with_reasons, said = false
"""
REASONS_BEFORE = "SELECT max(day) FROM publication_day WHERE municipality = $1 AND with_reasons AND day < $2"
HIDDEN = """
SELECT table_name, cell FROM hidden_cell WHERE municipality = $1 AND since < $2 AND ($3::text[] IS NULL OR table_name = ANY($3::text[]))
"""
FORGET_TODAYS = "DELETE FROM hidden_cell WHERE municipality = $1 AND since >= $2 AND table_name = ANY($3::text[])"
HIDE = """
INSERT INTO hidden_cell (municipality, since, table_name, cell) SELECT $1, $2, u.* FROM unnest($3::text[], $4::text[]) u
ON CONFLICT DO NOTHING
"""


class Left(NamedTuple):
    """How a publication left things: another one since, of whichever process, left them otherwise."""

    published: int
    reference: int
    rules: str
    published_on: date | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far publication is: what was booked and what of it is out, with which reference and rules, and on which day last."""

    changes: int
    changed_at: datetime | None
    published: int
    reference: int
    now_reference: int
    rules: str
    published_on: date | None
    doubtful: bool
    """Whether what is out is preliminary, and whether it ought to be now."""
    now_doubtful: bool

    @property
    def left(self) -> Left:
        """How the last publication left things."""
        return Left(self.published, self.reference, self.rules, self.published_on)


async def lock(conn: Connection, municipality: str) -> None:
    """One publication of a municipality at a time, until the transaction ends."""
    await conn.execute("SELECT pg_advisory_xact_lock($1, $2)", PUBLICATION_LOCK, int(municipality))


async def progress(conn: Connection, municipality: str) -> Progress | None:
    """How far publication is; none where nothing was ever booked."""
    row = await conn.fetchrow(STATE, municipality)
    return _progress(row) if row else None


async def all_progress(conn: Connection) -> dict[str, Progress]:
    """How far publication is in every municipality."""
    return {row["municipality"]: _progress(row) for row in await conn.fetch(STATES)}


def _progress(row: asyncpg.Record) -> Progress:
    return Progress(**{name: value for name, value in row.items() if name != "municipality"})


async def standing(conn: Connection, municipality: str, scope: Scope) -> dict[Key, Published]:
    """What is the known value today of the figures of a scope, by key."""
    if scope.is_whole:
        rows = await conn.fetch(STANDING, municipality)
    else:
        monthly = [definition.id for definition in MONTHLY]
        rows = await conn.fetch(STANDING + CHANGING, municipality, monthly, first_day(scope.since), sorted(scope.years))
    found = (_published(row) for row in rows)
    return {published.figure.key: published for published in found}


def _published(row: asyncpg.Record) -> Published:
    cause = Cause(row["cause"]) if row["cause"] else None
    return Published(figure_of(row), row["known_from"], row["restated"], cause, row["parameters"])


def figure_of(row: asyncpg.Record) -> Figure:
    """The figure of a row of `published`."""
    return Figure(
        key=Key(row["definition_id"], row["definition_version"], row["population"], row["unit"], row["split"], row["period"]),
        is_top=row["is_top"],
        first=row["period_first"],
        last=row["period_last"],
        status=Status(row["status"]),
        value=row["value"],
        n=row["n"],
        numerator=row["numerator"],
        denominator=row["denominator"],
        beside=tuple(sorted(json.loads(row["beside"]).items())),
    )


async def save(conn: Connection, municipality: str, changes: Changes, today: date, computed_at: datetime) -> None:
    """Write what changed: old values end today, those of today are replaced, the new ones stand."""
    if changes.ended:
        await conn.execute(END, municipality, *_columns(changes.ended), today)
    if changes.replaced:
        await conn.execute(REPLACE, municipality, *_columns(changes.replaced))
    figures = [published.figure for published in changes.new]
    if figures:
        await conn.execute(
            PUBLISH,
            municipality,
            computed_at,
            *_columns([figure.key for figure in figures]),
            [figure.is_top for figure in figures],
            [figure.first for figure in figures],
            [figure.last for figure in figures],
            [figure.status.value for figure in figures],
            [figure.value for figure in figures],
            [figure.n for figure in figures],
            [figure.numerator for figure in figures],
            [figure.denominator for figure in figures],
            [json.dumps(dict(figure.beside)) for figure in figures],
            [published.parameters for published in changes.new],
            [published.known_from for published in changes.new],
            [published.restated for published in changes.new],
            [published.cause for published in changes.new],
        )


def _columns(keys: Iterable[Key]) -> list[list[object]]:
    keys = list(keys)
    names = ("definition_id", "definition_version", "population", "unit", "split", "period")
    return [[getattr(key, name) for key in keys] for name in names]


async def finish(conn: Connection, municipality: str, seen: Progress, rules: str, today: date, *, with_reasons: bool) -> None:
    """Note that everything that was seen is published."""
    await conn.execute(DONE, municipality, seen.changes, seen.now_reference, rules, today, seen.now_doubtful)
    await conn.execute(PRINTED, municipality, today, with_reasons)


async def reasons_before(conn: Connection, municipality: str, today: date) -> date | None:
    """The last day before today on which values about reasons were published."""
    found: date | None = await conn.fetchval(REASONS_BEFORE, municipality, today)
    return found


async def hidden_before(conn: Connection, municipality: str, today: date, tables: Sequence[str] | None = None) -> dict[str, set[Cell]]:
    """The cells that were hidden on an earlier day, by table; none named: of all tables."""
    found: dict[str, set[Cell]] = {}
    for row in await conn.fetch(HIDDEN, municipality, today, tables):
        found.setdefault(row["table_name"], set()).add(tuple(json.loads(row["cell"])))
    return found


async def save_hidden(conn: Connection, municipality: str, hidden: Mapping[str, Iterable[Cell]], today: date) -> None:
    """Remember what is hidden; what was hidden first today is as today's last publication has it."""
    pairs = [(table, json.dumps(cell)) for table in sorted(hidden) for cell in sorted(hidden[table])]
    await conn.execute(FORGET_TODAYS, municipality, today, list(hidden))
    await conn.execute(HIDE, municipality, today, [table for table, _ in pairs], [cell for _, cell in pairs])

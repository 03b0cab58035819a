"""Published values as they are asked for: the only way out of this service."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import asyncpg

from services.chassis.service import Connection
from services.reporting.indicators.figures import Figure
from services.reporting.store.publication import COLUMNS, figure_of

WANTED = f"""
SELECT {COLUMNS}, parameters, known_from, known_to, restated, cause, computed_at FROM published
WHERE municipality = $1 AND definition_id = $2 AND (($3::text[] IS NULL AND is_top) OR unit = ANY($3))
"""  # noqa: S608 - our own words
NOW = "AND known_to IS NULL"
BEGUN = f"SELECT {COLUMNS}, parameters, known_from, known_to, restated, cause, computed_at FROM published"  # noqa: S608 - our own words
OF_DAY = BEGUN + " WHERE municipality = $1 AND (known_from = $2 OR known_to = $2)"
AS_OF = "AND known_from <= $4 AND (known_to IS NULL OR known_to > $4)"
ORDER = " ORDER BY unit, split, period_last, period_first DESC, length(period) DESC"
DAYS = "SELECT day, with_reasons FROM publication_day WHERE municipality = $1 ORDER BY day"
UNITS = "SELECT DISTINCT unit FROM published WHERE municipality = $1 AND known_to IS NULL"
MUNICIPALITIES = "SELECT municipality FROM publication ORDER BY municipality"


@dataclass(frozen=True, slots=True)
class Value:
    """A figure with what travels with it (C1). `known_from`: since when it is the known value; `known_to`: until before when."""

    figure: Figure
    parameters: Mapping[str, object]
    known_from: date
    known_to: date | None
    restated: bool
    cause: str | None
    computed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Days:
    """The days of publication, ascending: all, and those on which values about reasons could change."""

    all: tuple[date, ...]
    with_reasons: tuple[date, ...]


async def values(
    conn: Connection, municipality: str, definition_id: str, units: Collection[str] | None, as_of: date | None = None
) -> list[Value]:
    """The values of an indicator for these units (none named: the whole municipality), known now or as printed on a day."""
    asked = [municipality, definition_id, None if units is None else sorted(units)]
    rows = await conn.fetch(WANTED + NOW + ORDER, *asked) if as_of is None else await conn.fetch(WANTED + AS_OF + ORDER, *asked, as_of)
    return [_value(row) for row in rows]


async def of_day(conn: Connection, municipality: str, day: date) -> tuple[list[Value], list[Value]]:
    """Of a day that is over: the values known since then, and those that were known until then."""
    found = [_value(row) for row in await conn.fetch(OF_DAY, municipality, day)]
    return [v for v in found if v.known_from == day], [v for v in found if v.known_to == day]


def _value(row: asyncpg.Record) -> Value:
    return Value(
        figure=figure_of(row),
        parameters=json.loads(row["parameters"]),
        known_from=row["known_from"],
        known_to=row["known_to"],
        restated=row["restated"],
        cause=row["cause"],
        computed_at=row["computed_at"],
    )


async def days(conn: Connection, municipality: str) -> Days:
    """When figures of the municipality were published."""
    rows = await conn.fetch(DAYS, municipality)
    return Days(tuple(row["day"] for row in rows), tuple(row["day"] for row in rows if row["with_reasons"]))


async def units(conn: Connection, municipality: str) -> frozenset[str]:
    """The units for which figures are known today."""
    return frozenset(row["unit"] for row in await conn.fetch(UNITS, municipality))


async def municipalities(conn: Connection) -> list[str]:
    """The municipalities of which anything was counted."""
    return [row["municipality"] for row in await conn.fetch(MUNICIPALITIES)]

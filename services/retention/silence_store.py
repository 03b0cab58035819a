"""Every SQL statement about silence: what is heard now, and how it was last seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date

from contracts.words import Silent
from services.chassis.service import Changed, Connection
from services.retention.domain.silence import KIND, SilenceRow

UPSERT = """
INSERT INTO silence (municipality, what, heard_on, waiting_since, unit_id, opens)
SELECT * FROM unnest($1::text[], $2::text[], $3::date[], $4::date[], $5::uuid[], $6::date[])
ON CONFLICT (municipality, what) DO UPDATE SET heard_on = excluded.heard_on, waiting_since = excluded.waiting_since,
    unit_id = excluded.unit_id, opens = excluded.opens
"""
ROWS = "SELECT municipality, what, heard_on, waiting_since, unit_id, opens FROM silence ORDER BY municipality, what"
OFFERS = """
WITH exits AS (
    SELECT municipality, opens, offered_on, owed, state FROM duty JOIN leaving USING (case_id) WHERE kind LIKE 'exit-talk-%'
), offers AS (
    SELECT municipality, max(offered_on) AS last_on FROM exits GROUP BY municipality
)
SELECT municipality, offers.last_on, min(exits.opens) FILTER (
    WHERE owed AND offered_on IS NULL AND state IN ('open', 'missed') AND (offers.last_on IS NULL OR opens > offers.last_on)
) AS since FROM exits JOIN offers USING (municipality) GROUP BY municipality, offers.last_on
"""


@dataclass(frozen=True, slots=True)
class Offers:
    """When the last exit offer was made, and since when somebody has waited for one without any being made."""

    last_on: date | None
    since: date | None


async def save(conn: Connection, changed: Sequence[Changed]) -> None:
    """How it is now with the silences of these municipalities."""
    rows = [row for change in changed if change.subject.kind == KIND for row in change.situation.rows if isinstance(row, SilenceRow)]
    if rows:
        await conn.execute(UPSERT, *_columns(rows))


async def rows(conn: Connection) -> list[SilenceRow]:
    """How it was last seen everywhere."""
    found = await conn.fetch(ROWS)
    return [SilenceRow(r["municipality"], Silent(r["what"]), r["heard_on"], r["waiting_since"], r["unit_id"], r["opens"]) for r in found]


async def offers(conn: Connection) -> Mapping[str, Offers]:
    """The exit offers of each municipality where anybody leaves."""
    return {row["municipality"]: Offers(row["last_on"], row["since"]) for row in await conn.fetch(OFFERS)}


def _columns(found: Iterable[SilenceRow]) -> list[list[object]]:
    return [list(column) for column in zip(*(astuple(row) for row in found), strict=True)]

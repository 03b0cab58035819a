"""When something was last heard: from which topic, about which municipality, on which Danish day it became known."""

from collections.abc import Mapping
from datetime import date

from services.chassis.service import Connection

Heard = tuple[str, str]
"""Topic and municipality."""


async def note_heard(conn: Connection, days: Mapping[Heard, date]) -> None:
    """Something became known on these days; never back."""
    places = sorted(days)
    await conn.execute(
        "INSERT INTO heard AS h (topic, municipality, last_on) SELECT * FROM unnest($1::text[], $2::text[], $3::date[])"
        " ON CONFLICT (topic, municipality) DO UPDATE SET last_on = greatest(h.last_on, EXCLUDED.last_on)",
        [topic for topic, _ in places],
        [municipality for _, municipality in places],
        [days[place] for place in places],
    )


async def last_heard(conn: Connection, topic: str) -> dict[str, date]:
    """By municipality, the last day on which anything of the topic became known."""
    return {
        row["municipality"]: row["last_on"] for row in await conn.fetch("SELECT municipality, last_on FROM heard WHERE topic = $1", topic)
    }

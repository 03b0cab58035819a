"""What an operator asks of a service: what waits, what went wrong, and since when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from services.chassis.service import Connection


@dataclass(frozen=True, slots=True)
class Counts:
    """One look at the tables. Ages in seconds, 0 where nothing waits."""

    due: int
    late: float
    outbox: int
    outbox_age: float
    dead_letters: int
    doubtful: int
    broken: int


async def counts(conn: Connection, moment: datetime, kinds: Collection[str] = ()) -> Counts:
    """Look at all of it at once. Who waits for a changed reference or new code (woken for a moment long past) is due, not late.

    Doubtful subjects are counted among `kinds`.
    """
    row = await conn.fetchrow(
        "SELECT (SELECT count(*) FROM subject WHERE wake_at <= $1) + (SELECT count(*) FROM to_wake),"
        " coalesce((SELECT extract(epoch FROM $1 - min(wake_at)) FROM subject"
        " WHERE wake_at <= $1 AND wake_at > to_timestamp(0)), 0)::float8,"
        " (SELECT count(*) FROM outbox),"
        " coalesce((SELECT extract(epoch FROM clock_timestamp() - put_at) FROM outbox ORDER BY seq LIMIT 1), 0)::float8,"
        " (SELECT count(*) FROM dead_letter WHERE settled IS NULL),"
        " (SELECT count(*) FROM (SELECT subject AS id FROM dead_letter WHERE settled IS NULL AND subject IS NOT NULL"
        " UNION SELECT fact FROM dead_letter WHERE settled IS NULL AND fact IS NOT NULL) l"
        " JOIN subject s ON s.kind = ANY($2::text[]) AND s.id = l.id),"
        " (SELECT count(*) FROM subject WHERE broken IS NOT NULL)",
        moment,
        list(kinds),
    )
    assert row is not None
    return Counts(*row.values())


async def answers(conn: Connection) -> bool:
    """Whether the database answers."""
    found: bool = await conn.fetchval("SELECT true")
    return found

"""How far each stream of a payroll service was read."""

from services.chassis.service import Connection
from services.intake.polling.question import Mark, Stream

MARK = "select begun, read_until, asking_until, digest from poll_mark where municipality = $1 and source = $2 and stream = $3"
KEEP = """
insert into poll_mark (municipality, source, stream, begun, read_until, asking_until, digest, feed) values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (municipality, source, stream) do update
set read_until = excluded.read_until, asking_until = excluded.asking_until, digest = excluded.digest, feed = excluded.feed
"""


async def mark(conn: Connection, municipality: str, source: str, stream: Stream) -> Mark | None:
    """How far a stream was read; none where it was never asked for."""
    row = await conn.fetchrow(MARK, municipality, source, stream)
    return Mark(**dict(row)) if row else None


async def keep_mark(conn: Connection, municipality: str, source: str, stream: Stream, mark: Mark, feed: str) -> None:
    """How far it is read now, or what is being asked; its answers belong to `feed`."""
    await conn.execute(KEEP, municipality, source, stream, mark.begun, mark.read_until, mark.asking_until, mark.digest, feed)

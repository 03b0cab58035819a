"""What stays of a subject that is erased: a gravestone."""

from services.chassis.service import Connection
from services.chassis.subject import Subject


async def erase(conn: Connection, subject: Subject) -> None:
    """Its history and what was said of it go; the row stays and drops whatever comes later. Nothing is withdrawn from others.

    Without a version nothing wakes it, newer code or other rules neither.
    """
    await conn.execute(
        "INSERT INTO subject (kind, id, municipality, erased) VALUES ($1, $2, $3, true)"
        " ON CONFLICT (kind, id) DO UPDATE SET erased = true, version = 0, chunk = 0, tail = '', booked = NULL, reads = '{}',"
        " wake_at = NULL, broken = NULL, tries = 0",
        subject.kind,
        subject.id,
        subject.municipality,
    )
    await conn.execute("DELETE FROM history WHERE kind = $1 AND id = $2", subject.kind, subject.id)
    await conn.execute("DELETE FROM statement WHERE kind = $1 AND id = $2", subject.kind, subject.id)

"""What a rebuild asks: everybody in order with all that is held of them, and corrected bookings written back."""

from collections.abc import Mapping
from uuid import UUID

from services.chassis.service import Connection
from services.chassis.subject import Subject

FIRST = UUID(int=0)


async def everybody(conn: Connection, kind: str, after: UUID | None, limit: int) -> list[Subject]:
    """The next subjects of a kind that were ever heard of, in the order of their ids."""
    rows = await conn.fetch(
        "SELECT id, municipality FROM subject WHERE kind = $1 AND id > $2 AND version > 0 ORDER BY id LIMIT $3", kind, after or FIRST, limit
    )
    return [Subject(kind, row["id"], row["municipality"]) for row in rows]


async def rebooked(conn: Connection, kind: str, booked: Mapping[UUID, bytes]) -> None:
    """What these have booked is this. What a worker keeps of them in memory is let go."""
    await conn.execute(
        "UPDATE subject s SET booked = u.booked, version = s.version + 1 FROM unnest($2::uuid[], $3::bytea[]) u(id, booked)"
        " WHERE s.kind = $1 AND s.id = u.id",
        kind,
        list(booked),
        list(booked.values()),
    )

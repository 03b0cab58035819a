"""The only file that asks what time it is: the database's clock, plus the offset of a local stack.

The SQL function takes a shared lock for the transaction; who moves the clock takes it exclusively in every
database, so that no transaction ever sees two clocks.
"""

from datetime import datetime, timedelta

from services.chassis.service import Connection

CLOCK_LOCK = 730_707
MOMENT = "SELECT forbliv_moment()"
HOLD = f"SELECT pg_advisory_xact_lock({CLOCK_LOCK})"
AHEAD = "SELECT ahead FROM clock"
MOVE = "UPDATE clock SET ahead = $1"


async def moment(conn: Connection) -> datetime:
    """The moment (UTC) of this transaction; inside one, the clock stands still for everybody who would move it."""
    found: datetime = await conn.fetchval(MOMENT)
    return found


async def hold(conn: Connection) -> None:
    """Wait until no transaction of this database is under way, and keep new ones out until this one ends."""
    await conn.execute(HOLD)


async def ahead(conn: Connection) -> timedelta:
    """How far the clock of this database is moved."""
    found: timedelta = await conn.fetchval(AHEAD)
    return found


async def move(conn: Connection, by: timedelta) -> None:
    """Set how far the clock is moved; the caller holds it."""
    await conn.execute(MOVE, by)

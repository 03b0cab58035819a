"""Whose sessions hold up the others."""

from services.chassis.service import Connection


async def become_the_only_one(conn: Connection, lock: int) -> bool:
    """Whether this session has this advisory lock now; it keeps it until it ends (`database.session`).

    Who is frozen would keep it for ever: from here on the server ends the session when it says nothing, as in a transaction.
    """
    silent: str | None = await conn.fetchval(
        "SELECT CASE WHEN pg_try_advisory_lock($1)"
        " THEN set_config('idle_session_timeout', current_setting('idle_in_transaction_session_timeout'), false) END",
        lock,
    )
    return silent is not None


async def end_silent(conn: Connection, seconds: float) -> int:
    """End our own sessions that hold a transaction or the relay and whose client has said nothing for so long; how many there were.

    A process that is frozen keeps its locks. The server's own limits see that between two statements, not within one: a client
    that asked to prepare a statement and never ran it counts as active for ever. Time is the server's own, which nobody moves.
    """
    found: int = await conn.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        " AND state IN ('active', 'idle in transaction') AND wait_event = 'ClientRead'"
        " AND state_change < clock_timestamp() - make_interval(secs => $1)",
        seconds,
    )
    return found

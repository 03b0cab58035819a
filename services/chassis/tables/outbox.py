"""What waits to be published, and who alone may publish it."""

from collections.abc import Sequence
from typing import NamedTuple

from services.chassis.envelope import Outgoing
from services.chassis.service import Connection

RELAY_LOCK = 730_710


class Unsent(NamedTuple):
    """A row of the outbox; `headers` as JSON."""

    seq: int
    topic: str
    key: str
    headers: str
    body: str


async def put(conn: Connection, records: Sequence[Outgoing]) -> None:
    """Records to be published once this transaction is durable."""
    if not records:
        return
    rows = [(r.topic, r.key, r.headers_json(), r.body) for r in records]
    await conn.copy_records_to_table("outbox", records=rows, columns=("topic", "key", "headers", "body"))


async def unsent(conn: Connection, limit: int) -> list[Unsent]:
    """The longest waiting records, in the order in which they were said."""
    rows = await conn.fetch("SELECT seq, topic, key, headers, body FROM outbox ORDER BY seq LIMIT $1", limit)
    return [Unsent._make(row) for row in rows]


async def sent(conn: Connection, numbers: Sequence[int]) -> None:
    """The broker has confirmed these; deleting them leaves no cursor that a late commit could hide behind."""
    await conn.execute("DELETE FROM outbox USING unnest($1::bigint[]) u(seq) WHERE outbox.seq = u.seq", numbers)


async def take_relay(conn: Connection) -> bool:
    """Whether this session is now the only relay of the service; it stays so until it leaves or its connection ends.

    A relay that is frozen would be the relay for ever: from here on the server ends its session when it says nothing, as in a transaction.
    """
    await conn.execute("SELECT set_config('idle_session_timeout', current_setting('idle_in_transaction_session_timeout'), false)")
    taken: bool = await conn.fetchval("SELECT pg_try_advisory_lock($1)", RELAY_LOCK)
    return taken


async def leave_relay(conn: Connection) -> None:
    """Let another relay."""
    await conn.execute("SELECT pg_advisory_unlock($1)", RELAY_LOCK)

"""What waits to be published, and who alone may publish it."""

from collections.abc import Sequence
from typing import NamedTuple

from services.chassis.envelope import Outgoing
from services.chassis.service import Connection
from services.chassis.tables.sessions import become_the_only_one

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
    """Whether this session is now the only relay of the service; it stays so until the session ends (`database.session`)."""
    return await become_the_only_one(conn, RELAY_LOCK)

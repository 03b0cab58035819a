"""What an operator asks of a service."""

from collections.abc import Collection
from datetime import datetime

from services.chassis.service import Connection
from services.chassis.tables.counts import Counts
from services.chassis.tables.wakes import ALWAYS
from tests.simulator.memory.tables.here import here


async def counts(conn: Connection, moment: datetime, kinds: Collection[str] = ()) -> Counts:
    async with here(conn).statement() as server:
        subjects = [kept for _, kept in server.scan("subject")]
        due = [kept.wake_at for kept in subjects if kept.wake_at is not None and kept.wake_at <= moment]
        waits = [put_at for _, (_, put_at) in server.scan("outbox")]
        open_letters = [row for _, row in server.scan("dead_letter") if not row.is_settled]
        marked = {number for row in open_letters for number in (row.why.subject, row.why.fact) if number is not None}
        return Counts(
            due=len(due) + len(list(server.scan("to_wake"))),
            late=max(((moment - at).total_seconds() for at in due if at > ALWAYS), default=0.0),
            outbox=len(waits),
            outbox_age=(server.database.clock.read() - min(waits)).total_seconds() if waits else 0.0,
            dead_letters=len(open_letters),
            doubtful=sum(kind in kinds and number in marked for (kind, number), _ in server.scan("subject")),
            broken=sum(kept.broken is not None for kept in subjects),
        )

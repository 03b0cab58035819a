"""What an operator asks of a service."""

from datetime import datetime

from services.chassis.service import Connection
from services.chassis.tables.counts import Counts
from services.chassis.tables.wakes import ALWAYS
from tests.simulator.memory.tables.here import here


async def counts(conn: Connection, moment: datetime) -> Counts:
    async with here(conn).statement() as server:
        subjects = [kept for _, kept in server.scan("subject")]
        due = [kept.wake_at for kept in subjects if kept.wake_at is not None and kept.wake_at <= moment]
        waits = [put_at for _, (_, put_at) in server.scan("outbox")]
        return Counts(
            due=len(due) + len(list(server.scan("to_wake"))),
            late=max(((moment - at).total_seconds() for at in due if at > ALWAYS), default=0.0),
            outbox=len(waits),
            outbox_age=(server.database.clock.read() - min(waits)).total_seconds() if waits else 0.0,
            dead_letters=len(list(server.scan("dead_letter"))),
            doubtful=0,
            broken=sum(kept.broken is not None for kept in subjects),
        )

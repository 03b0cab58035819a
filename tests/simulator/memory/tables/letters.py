"""Records no code can read."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.chassis.envelope import Invalid, Record
from services.chassis.service import Connection
from tests.simulator.memory.tables.here import here


class Letter(NamedTuple):
    """A row of the table `dead_letter`: (topic, partition, offset) →."""

    record: Record
    reason: str
    fact: UUID | None
    revision: int | None
    died_at: datetime


async def bury(conn: Connection, dead: Sequence[tuple[Record, Invalid]], moment: datetime) -> None:
    async with here(conn).statement() as server:
        for r, why in dead:
            await server.insert("dead_letter", (r.topic, r.partition, r.offset), Letter(r, why.reason, why.fact, why.number, moment))

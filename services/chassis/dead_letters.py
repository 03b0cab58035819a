"""What a person does about records no code can read and subjects no derive gets through: put back, drop, derive again."""

from dataclasses import dataclass

from services.chassis.inlet import Inlet, is_about_data, why_not_taken
from services.chassis.metrics import Laps
from services.chassis.runtime import Runtime
from services.chassis.sorting import Sorter
from services.chassis.tables import letters
from services.chassis.tables.letters import Settled


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of a letter that was put back: read, or still not and why."""

    number: int
    reason: str | None

    @property
    def is_read(self) -> bool:
        """Whether it is read now."""
        return self.reason is None


async def redrive(runtime: Runtime, number: int, by: str) -> Redriven | None:
    """Read a letter again with today's code, into this service and with the same id; none where it is no longer open.

    What it tells is reconciled and the letter settled in one transaction; where it still cannot be read, or is read and our tables or
    our code refuse it, that is counted. Only what passes by itself is raised: the database away, a lock that others hold.
    """
    try:
        return await _read(runtime, number, by)
    except Exception as problem:
        if not is_about_data(problem):
            raise
        why = why_not_taken(problem)
    async with runtime.transaction() as (conn, _):  # the first one is rolled back
        still_open = await letters.still_unread(conn, number, why)
    return Redriven(number, why) if still_open else None


async def _read(runtime: Runtime, number: int, by: str) -> Redriven | None:
    async with runtime.transaction() as (conn, moment):
        record = await letters.content(conn, number, hold=True)
        if record is None:
            return None
        found = Sorter(runtime).sort([record], moment)
        if found.dead:
            (_, why) = found.dead[0]
            await letters.still_unread(conn, number, why.reason)
            return Redriven(number, why.reason)
        await letters.settle(conn, number, Settled.READ, moment.stamp, by)
        done = await Inlet(runtime).enter(conn, found, moment, Laps())
    done()
    return Redriven(number, None)


async def drop(runtime: Runtime, number: int, by: str, why: str) -> bool:
    """Give a letter up: a line of who, why and when stays, its content goes. Whether it was open."""
    async with runtime.transaction() as (conn, moment):
        return await letters.settle(conn, number, Settled.DROPPED, moment.stamp, by, why)

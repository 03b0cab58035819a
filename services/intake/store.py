"""The SQL statements about deliveries, what whole files showed, and units."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from services.chassis.database import session
from services.chassis.service import Connection
from services.intake.reading.mapping import Kind
from services.intake.reading.refused import DeliveryRefused
from services.intake.whole import Shown, Thing

OPEN = """
insert into delivery as known (id, municipality, feed, digest, received_at, first_load, seen, refused, made_at, call)
select $1, $2, $3, $4, $5,
       not exists (select from delivery where municipality = $2 and feed = $3 and id <> $1 and done and seen > refused), $6, $7, $8, $9
on conflict (id) do update
set seen = excluded.seen, again = known.again + $10::int, again_at = case when $10 = 1 then excluded.received_at else known.again_at end
returning first_load, done, refused,
          (select max(made_at) from delivery where municipality = $2 and feed = $3 and call = $9 and id <> $1 and done) as latest,
          not exists (select from delivery where municipality = $2 and id <> $1 and done) as is_alone
"""
COUNT_ERASED = "update delivery set erased_before = $2 where id = $1"
CLOSE = "update delivery set done = true, refused = $2 where id = $1"
SHOWN = "select kind, thing, digest, person from shown where municipality = $1 and feed = $2"
KEEP_SHOWN = """
insert into shown (municipality, feed, kind, thing, digest, person)
select $1, $2, * from unnest($3::text[], $4::uuid[], $5::text[], $6::uuid[])
on conflict (municipality, feed, kind, thing) do update set digest = excluded.digest, person = excluded.person
"""
FORGET_SHOWN = """
delete from shown using unnest($3::text[], $4::uuid[]) as gone (kind, thing)
where shown.municipality = $1 and shown.feed = $2 and shown.kind = gone.kind and shown.thing = gone.thing
"""
KNOWN_UNITS = "select code from unit_code where municipality = $1"
KEEP_UNITS = "insert into unit_code (municipality, code) select $1, unnest($2::text[]) on conflict do nothing"
UNTRIED = "select code from unit_code where municipality = $1 and not tried"
TRIED = "update unit_code set tried = true where municipality = $1 and code = any($2::text[])"
LOCK = "select pg_try_advisory_lock(hashtext('intake'), hashtext($1))"


@dataclass(frozen=True, slots=True)
class Opened:
    """A delivery as it was when it was opened. `first_load`: none of its feed was taken before; `latest`: when the last one was made.

    `done`: it was taken to its end before, and so many of its rows were `refused` then. `is_alone`: no other of the municipality was.
    """

    first_load: bool
    done: bool
    refused: int
    latest: datetime | None
    is_alone: bool

    def is_later_than(self, made_at: datetime | None, *, whole: bool) -> bool:
        """Whether a later one of the feed was taken; of two whole files of one moment only one can be right."""
        if made_at is None or self.latest is None:
            return False
        return made_at <= self.latest if whole else made_at < self.latest


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery as it is noted: counts, no content."""

    id: UUID
    municipality: str
    feed: str
    digest: str
    received_at: datetime
    first_load: bool
    done: bool
    seen: int
    refused: int
    made_at: datetime | None = None
    call: str = ""


@asynccontextmanager
async def alone(pool: asyncpg.Pool, name: str, feed: str) -> AsyncIterator[None]:
    """While nobody else does what goes by this name. Raises `DeliveryRefused("import-running")` where somebody does it now."""
    async with session(pool) as conn:
        if not await conn.fetchval(LOCK, name):
            raise DeliveryRefused("import-running", feed=feed)
        yield


async def open_delivery(conn: Connection, delivery: DeliveryRow, *, again: bool = True) -> Opened:
    """Note a delivery; the same one is the one there is, and `again`: it came again now."""
    d = delivery
    row = await conn.fetchrow(OPEN, d.id, d.municipality, d.feed, d.digest, d.received_at, d.seen, d.refused, d.made_at, d.call, int(again))
    assert row is not None
    return Opened(**dict(row))


async def close_delivery(conn: Connection, delivery: UUID, refused: int) -> None:
    """All rows of the delivery are in their histories, but for so many."""
    await conn.execute(CLOSE, delivery, refused)


async def count_erased(conn: Connection, delivery: UUID, rows: int) -> None:
    """So many rows of the delivery were about persons who were erased."""
    await conn.execute(COUNT_ERASED, delivery, rows)


async def shown(conn: Connection, municipality: str, feed: str) -> dict[Thing, Shown]:
    """What the last whole file of a feed showed."""
    found = await conn.fetch(SHOWN, municipality, feed)
    return {(Kind(row["kind"]), row["thing"]): Shown(row["digest"], row["person"]) for row in found}


async def keep_shown(conn: Connection, municipality: str, feed: str, rows: Mapping[Thing, Shown]) -> None:
    """What a whole file shows now."""
    columns = (
        [kind for kind, _ in rows],
        [thing for _, thing in rows],
        [s.digest for s in rows.values()],
        [s.person for s in rows.values()],
    )
    await conn.execute(KEEP_SHOWN, municipality, feed, *columns)


async def forget_shown(conn: Connection, municipality: str, feed: str, gone: Collection[Thing]) -> None:
    """What a whole file shows no more."""
    await conn.execute(FORGET_SHOWN, municipality, feed, [kind for kind, _ in gone], [thing for _, thing in gone])


async def known_units(conn: Connection, municipality: str) -> set[str]:
    """The codes of the units that were told of."""
    return {row["code"] for row in await conn.fetch(KNOWN_UNITS, municipality)}


async def keep_units(conn: Connection, municipality: str, codes: Iterable[str]) -> None:
    """Units that were told of."""
    if told := sorted(set(codes)):
        await conn.execute(KEEP_UNITS, municipality, told)


async def untried_units(conn: Connection, municipality: str) -> set[str]:
    """The units that were told of since the rows that wanted for units were last tried."""
    return {row["code"] for row in await conn.fetch(UNTRIED, municipality)}


async def tried(conn: Connection, municipality: str, codes: Collection[str]) -> None:
    """The rows that wanted for these units were tried."""
    await conn.execute(TRIED, municipality, list(codes))

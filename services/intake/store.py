"""The SQL statements about deliveries, what whole files showed, and units."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.chassis.service import Connection
from services.intake.reading.mapping import Kind
from services.intake.reading.result import Wrong
from services.intake.whole import Shown, Thing

OPEN = """
insert into delivery (id, municipality, feed, digest, received_at, first_load, seen, refused, made_at)
select $1, $2, $3, $4, $5,
       not exists (select from delivery where municipality = $2 and feed = $3 and id <> $1 and done and seen > refused), $6, $7, $8
on conflict (id) do update set seen = excluded.seen, refused = excluded.refused
returning first_load, done,
          (select max(made_at) from delivery where municipality = $2 and feed = $3 and id <> $1 and done) as latest
"""
COUNT_ERASED = "update delivery set erased_before = $2 where id = $1"
CLOSE = "update delivery set done = true where id = $1"
FORGET_REFUSED = "delete from refused_row where delivery = $1"
KEEP_REFUSED = """
insert into refused_row (delivery, file_ref, line, reason, field, cells)
select $1, file_ref, line, reason, field, array(select jsonb_array_elements_text(cells))
from unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::jsonb[]) as t (file_ref, line, reason, field, cells)
on conflict do nothing
"""
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
COLUMNS = "id, municipality, feed, digest, received_at, first_load, done, seen, refused"
DELIVERIES = f"select {COLUMNS} from delivery where municipality = $1 order by received_at desc, id limit $2"  # noqa: S608 - the columns stand here
DELIVERY = f"select {COLUMNS} from delivery where municipality = $1 and id = $2"  # noqa: S608 - the columns stand here
REFUSED = "select file_ref, line, reason, field from refused_row where delivery = $1 order by file_ref, line limit $2"
LOCK = "select pg_try_advisory_lock(hashtext('intake'), hashtext($1))"
UNLOCK = "select pg_advisory_unlock(hashtext('intake'), hashtext($1))"


@dataclass(frozen=True, slots=True)
class Opened:
    """A delivery as it was when it was opened. `first_load`: none of its feed was taken before; `latest`: when the last one was made."""

    first_load: bool
    done: bool
    latest: datetime | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery for the operator: counts, no content."""

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


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Where a refused row stood and why it was refused; its cells stay in the table."""

    file_ref: str
    line: int
    reason: str
    field: str


async def take_feed(conn: Connection, feed: str) -> bool:
    """Whether this connection may import the feed now; held until `leave_feed` or its end."""
    return bool(await conn.fetchval(LOCK, feed))


async def leave_feed(conn: Connection, feed: str) -> None:
    """Let another import of the feed begin."""
    await conn.execute(UNLOCK, feed)


async def open_delivery(conn: Connection, delivery: DeliveryRow) -> Opened:
    """Note a delivery; the same one again is the one there is."""
    d = delivery
    row = await conn.fetchrow(OPEN, d.id, d.municipality, d.feed, d.digest, d.received_at, d.seen, d.refused, d.made_at)
    assert row is not None
    return Opened(row["first_load"], row["done"], row["latest"])


async def count_erased(conn: Connection, delivery: UUID, rows: int) -> None:
    """So many rows of the delivery were about persons who were erased."""
    await conn.execute(COUNT_ERASED, delivery, rows)


async def close_delivery(conn: Connection, delivery: UUID) -> None:
    """All rows of the delivery are in their histories."""
    await conn.execute(CLOSE, delivery)


async def keep_refused(conn: Connection, delivery: UUID, wrong: Sequence[Wrong]) -> None:
    """The refused rows of a delivery, in place of those it had."""
    await conn.execute(FORGET_REFUSED, delivery)
    columns = (
        [w.file_ref for w in wrong],
        [w.line for w in wrong],
        [w.reason for w in wrong],
        [w.field for w in wrong],
        [json.dumps([cell.replace("\x00", "") for cell in w.cells]) for w in wrong],
    )
    await conn.execute(KEEP_REFUSED, delivery, *columns)


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
    await conn.execute(KEEP_UNITS, municipality, sorted(set(codes)))


async def deliveries(conn: Connection, municipality: str, limit: int = 50) -> list[DeliveryRow]:
    """The latest deliveries of a municipality."""
    return [DeliveryRow(**dict(row)) for row in await conn.fetch(DELIVERIES, municipality, limit)]


async def delivery(conn: Connection, municipality: str, number: UUID) -> DeliveryRow | None:
    """One delivery of a municipality."""
    row = await conn.fetchrow(DELIVERY, municipality, number)
    return DeliveryRow(**dict(row)) if row else None


async def refused_rows(conn: Connection, number: UUID, limit: int) -> list[RefusedRow]:
    """The refused rows of a delivery by file and line."""
    return [RefusedRow(**dict(row)) for row in await conn.fetch(REFUSED, number, limit)]

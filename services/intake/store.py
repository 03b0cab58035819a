"""Every SQL statement of intake. Only here a source's own key meets the opaque one."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from services.chassis.service import Connection
from services.intake.reading.mapping import Kind
from services.intake.reading.result import Source, Wrong
from services.intake.whole import Shown

OPEN = """
insert into delivery (id, municipality, feed, digest, received_at, first_load, seen, refused, made_at)
select $1, $2, $3, $4, $5,
       not exists (select from delivery where municipality = $2 and feed = $3 and id <> $1 and done and seen > refused), $6, $7, $8
on conflict (id) do update set seen = excluded.seen, refused = excluded.refused
returning first_load, done,
          (select max(made_at) from delivery where municipality = $2 and feed = $3 and id <> $1 and done) as latest
"""
CLOSE = "update delivery set done = true where id = $1"
FORGET_REFUSED = "delete from refused_row where delivery = $1"
KEEP_REFUSED = """
insert into refused_row (delivery, file_ref, line, reason, field, cells)
select $1, file_ref, line, reason, field, array(select jsonb_array_elements_text(cells))
from unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::jsonb[]) as t (file_ref, line, reason, field, cells)
on conflict do nothing
"""
SHOWN = "select kind, source, digest, person from shown where municipality = $1 and feed = $2"
KEEP_SHOWN = """
insert into shown (municipality, feed, kind, source, digest, person)
select $1, $2, * from unnest($3::text[], $4::text[], $5::text[], $6::uuid[])
on conflict (municipality, feed, kind, source) do update set digest = excluded.digest, person = excluded.person
"""
FORGET_SHOWN = """
delete from shown using unnest($3::text[], $4::text[]) as gone (kind, source)
where shown.municipality = $1 and shown.feed = $2 and shown.kind = gone.kind and shown.source = gone.source
"""
KNOWN_UNITS = "select code from unit_code where municipality = $1"
KEEP_UNITS = "insert into unit_code (municipality, code) select $1, unnest($2::text[]) on conflict do nothing"
MINT = {
    table: f"insert into {table} (municipality, source, key) select $1, * from unnest($2::text[], $3::uuid[]) on conflict do nothing"  # noqa: S608 - the two table names stand here
    for table in ("person_key", "employment_key")
}
KEYS = {
    table: f"select source, key from {table} where municipality = $1 and source = any($2::text[])"  # noqa: S608 - the two table names stand here
    for table in ("person_key", "employment_key")
}
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


async def shown(conn: Connection, municipality: str, feed: str) -> dict[Source, Shown]:
    """What the last whole file of a feed showed."""
    found = await conn.fetch(SHOWN, municipality, feed)
    return {(Kind(row["kind"]), row["source"]): Shown(row["digest"], row["person"]) for row in found}


async def keep_shown(conn: Connection, municipality: str, feed: str, rows: Mapping[Source, Shown]) -> None:
    """What a whole file shows now."""
    columns = ([kind for kind, _ in rows], [code for _, code in rows], [s.digest for s in rows.values()], [s.person for s in rows.values()])
    await conn.execute(KEEP_SHOWN, municipality, feed, *columns)


async def forget_shown(conn: Connection, municipality: str, feed: str, gone: Collection[Source]) -> None:
    """What a whole file shows no more."""
    await conn.execute(FORGET_SHOWN, municipality, feed, [kind for kind, _ in gone], [code for _, code in gone])


async def known_units(conn: Connection, municipality: str) -> set[str]:
    """The codes of the units that were told of."""
    return {row["code"] for row in await conn.fetch(KNOWN_UNITS, municipality)}


async def keep_units(conn: Connection, municipality: str, codes: Iterable[str]) -> None:
    """Units that were told of."""
    await conn.execute(KEEP_UNITS, municipality, sorted(set(codes)))


async def known_persons(conn: Connection, municipality: str, sources: Iterable[str]) -> set[str]:
    """Those of these source keys that somebody was told of under; none is minted."""
    return {row["source"] for row in await conn.fetch(KEYS["person_key"], municipality, sorted(set(sources)))}


async def person_keys(conn: Connection, municipality: str, sources: Iterable[str]) -> Mapping[str, UUID]:
    """The person keys of these source keys; random ones are minted for those that have none."""
    return await _keys(conn, "person_key", municipality, sources)


async def employment_keys(conn: Connection, municipality: str, sources: Iterable[str]) -> Mapping[str, UUID]:
    """The employment ids of these source keys; random ones are minted for those that have none."""
    return await _keys(conn, "employment_key", municipality, sources)


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


async def _keys(conn: Connection, table: str, municipality: str, sources: Iterable[str]) -> Mapping[str, UUID]:
    wanted = sorted(set(sources))
    await conn.execute(MINT[table], municipality, wanted, [uuid4() for _ in wanted])
    return {row["source"]: row["key"] for row in await conn.fetch(KEYS[table], municipality, wanted)}

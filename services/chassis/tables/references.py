"""What many subjects share, as it was told: the organisation and the names, and the version that every change raises."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from contracts.base import Event
from contracts.hr import PersonNamed
from services.chassis.packing import read_stored
from services.chassis.reference import ORGANISATION
from services.chassis.service import Connection
from services.chassis.subject import Revision, body_text

REFERENCE_LOCK = 730_709


async def share_reference(conn: Connection, municipality: str) -> int:
    """Keep the reference of a municipality as it is for this transaction; its version."""
    version: int = await conn.fetchval("SELECT forbliv_reference($1, $2)", REFERENCE_LOCK, municipality)
    return version


async def hold_reference(conn: Connection, municipality: str) -> None:
    """Wait until nobody derives with the reference of a municipality, to change it."""
    await conn.execute("SELECT pg_advisory_xact_lock($1, $2)", REFERENCE_LOCK, int(municipality))


async def add_reference(conn: Connection, revisions: Sequence[Revision[Event]]) -> list[UUID]:
    """Add revisions to the reference; the facts that were new here."""
    rows = await conn.fetch(
        "INSERT INTO reference (municipality, fact, epoch, revision, stands, known_at, type, body) SELECT * FROM unnest("
        "$1::text[], $2::uuid[], $3::int[], $4::int[], $5::bool[], $6::timestamptz[], $7::text[], $8::text[])"
        " ON CONFLICT DO NOTHING RETURNING fact",
        [r.body.municipality for r in revisions],
        [r.fact for r in revisions],
        [r.epoch for r in revisions],
        [r.revision for r in revisions],
        [r.stands for r in revisions],
        [r.known_at for r in revisions],
        [r.type for r in revisions],
        [body_text(r.body) for r in revisions],
    )
    return [row["fact"] for row in rows]


async def raise_version(conn: Connection, municipality: str, wakes: Iterable[str]) -> None:
    """Note that the reference changed, and which reads of it must be woken."""
    await conn.execute(
        "INSERT INTO reference_version AS v (municipality, version) VALUES ($1, 1)"
        " ON CONFLICT (municipality) DO UPDATE SET version = v.version + 1",
        municipality,
    )
    await conn.execute("INSERT INTO to_wake (municipality, name) SELECT $1, unnest($2::text[])", municipality, sorted(set(wakes)))


async def reference_rows(conn: Connection, municipality: str) -> list[Revision[Event]]:
    """All reference revisions of a municipality."""
    rows = await conn.fetch(
        "SELECT fact, epoch, revision, stands, known_at, type, body FROM reference WHERE municipality = $1", municipality
    )
    read = [(r, *read_stored(ORGANISATION, r["type"], r["body"])) for r in rows]
    return [Revision(r["fact"], r["epoch"], r["revision"], r["stands"], r["known_at"], body, wire) for r, wire, body in read]


async def waiting_wakes(conn: Connection) -> list[tuple[int, str, str]]:
    """Changes whose readers are not all woken: number, municipality, name."""
    rows = await conn.fetch("SELECT seq, municipality, name FROM to_wake ORDER BY seq LIMIT 200")
    return [(row["seq"], row["municipality"], row["name"]) for row in rows]


async def wakes_done(conn: Connection, numbers: Sequence[int]) -> None:
    """All readers of these changes are woken."""
    await conn.execute("DELETE FROM to_wake WHERE seq = ANY($1::bigint[])", numbers)


async def save_names(conn: Connection, named: Sequence[Revision[PersonNamed]]) -> int:
    """Keep the names with the highest revision, one revision a person; one that stands no longer has none. How many were new."""
    if not named:
        return 0
    done = await conn.execute(
        "INSERT INTO directory AS d (person, municipality, epoch, revision, name, mail)"
        " SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::text[], $6::text[])"
        " ON CONFLICT (person) DO UPDATE SET epoch = EXCLUDED.epoch, revision = EXCLUDED.revision, name = EXCLUDED.name,"
        " mail = EXCLUDED.mail WHERE (d.epoch, d.revision) < (EXCLUDED.epoch, EXCLUDED.revision)",
        [r.body.person_key for r in named],
        [r.body.municipality for r in named],
        [r.epoch for r in named],
        [r.revision for r in named],
        [r.body.display_name if r.stands else None for r in named],
        [r.body.work_mail if r.stands else None for r in named],
    )
    return int(done.split()[-1])


async def erase_names(conn: Connection, persons: Sequence[UUID]) -> None:
    """A tombstone erases the name."""
    await conn.execute("DELETE FROM directory WHERE person = ANY($1::uuid[])", persons)


async def names(conn: Connection, persons: Iterable[UUID]) -> Mapping[UUID, str]:
    """The names of persons, where they are known."""
    rows = await conn.fetch("SELECT person, name FROM directory WHERE person = ANY($1::uuid[]) AND name IS NOT NULL", list(persons))
    return {row["person"]: row["name"] for row in rows}


async def mail_addresses(conn: Connection, persons: Iterable[UUID]) -> Mapping[UUID, str]:
    """The work addresses of persons, where they are known."""
    rows = await conn.fetch("SELECT person, mail FROM directory WHERE person = ANY($1::uuid[]) AND mail IS NOT NULL", list(persons))
    return {row["person"]: row["mail"] for row in rows}

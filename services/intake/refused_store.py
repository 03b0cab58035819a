"""Every SQL statement about refused rows: sealed while they are open, emptied once they are settled, fetched by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.chassis.service import Connection

GONE = "delete from refused_row where delivery = $1 and settled_by is null"
KEEP = """
insert into refused_row (delivery, file_ref, line, reason, field, sealed)
select $1, * from unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::bytea[])
on conflict (delivery, file_ref, line) do update
set reason = excluded.reason, field = excluded.field,
    sealed = case when refused_row.settled_by is null then excluded.sealed end
"""
KEEP_FILES = """
insert into refused_file (delivery, file_ref, sealed) select $1, * from unnest($2::text[], $3::bytea[])
on conflict (delivery, file_ref) do update set sealed = excluded.sealed
"""
FILE = "select sealed from refused_file where delivery = $1 and file_ref = $2"
FILES = """
select file_ref, count(*) filter (where settled_by is null) as open,
       count(*) filter (where settled_by is null and sealed is not null) as kept
from refused_row where delivery = $1 group by file_ref order by file_ref
"""
REASONS = """
select reason, count(*) as rows, count(*) filter (where settled_by is null) as open
from refused_row where delivery = $1 group by reason order by open desc, rows desc, reason
"""
SHOWN = """
select file_ref, line, reason, field, settled_by from refused_row where delivery = $1
order by settled_by is not null, file_ref, line limit $2
"""
SEALED = """
select line, reason, field, sealed from refused_row
where delivery = $1 and file_ref = $2 and settled_by is null and sealed is not null order by line
"""
REFUSED_FOR = """
select distinct delivery, file_ref from refused_row join delivery on delivery.id = refused_row.delivery
where municipality = $1 and reason = $2 and settled_by is null and sealed is not null and way_in = 'csv'
  and ($3::uuid is null or delivery.id = $3)
order by delivery, file_ref
"""
SOME_SEALED = """
select line, reason, field, sealed from refused_row
where delivery = $1 and file_ref = $2 and reason = $3 and line > $4 and settled_by is null and sealed is not null order by line limit $5
"""
SETTLE = """
update refused_row set settled_by = by.id, sealed = null from delivery by
where by.id = $1 and refused_row.delivery = by.corrects and settled_by is null
  and (by.corrects_file is null or file_ref = by.corrects_file) and (by.corrects_lines is null or line = any(by.corrects_lines))
"""
NOTE_DOWNLOAD = "insert into download (delivery, file_ref, by_person, rows, at) values ($1, $2, $3, $4, $5)"
DOWNLOADS = "select file_ref, by_person, rows, at from download where delivery = $1 order by at desc, id desc limit $2"


class SealedRow(NamedTuple):
    """A refused row, its cells encrypted."""

    line: int
    reason: str
    field: str
    sealed: bytes | None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Where a refused row stood, why it was refused, and which delivery put it right; its cells stay in the table."""

    file_ref: str
    line: int
    reason: str
    field: str
    settled_by: UUID | None


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file with refused rows: how many are open, and of how many of these the content is kept."""

    file_ref: str
    open: int
    kept: int


@dataclass(frozen=True, slots=True)
class Download:
    """Who fetched the open rows of a file, how many, and when."""

    file_ref: str
    by_person: UUID
    rows: int
    at: datetime


async def begin(conn: Connection, delivery: UUID) -> None:
    """A delivery is read anew: rows that are refused no longer go with it; settled ones stay, for who settled them."""
    await conn.execute(GONE, delivery)


async def keep(conn: Connection, delivery: UUID, rows: Iterable[tuple[str, SealedRow]]) -> None:
    """Refused rows by file. One that was settled stays settled, and empty."""
    told = list(rows)
    columns = ([ref for ref, _ in told], *([row[part] for _, row in told] for part in range(4)))
    await conn.execute(KEEP, delivery, *columns)


async def keep_files(conn: Connection, delivery: UUID, files: Sequence[tuple[str, bytes]]) -> None:
    """Name and columns, encrypted, of files with refused rows."""
    await conn.execute(KEEP_FILES, delivery, [ref for ref, _ in files], [sealed for _, sealed in files])


async def file(conn: Connection, delivery: UUID, file_ref: str) -> bytes | None:
    """Name and columns of a file, encrypted."""
    found: bytes | None = await conn.fetchval(FILE, delivery, file_ref)
    return found


async def files(conn: Connection, delivery: UUID) -> list[RefusedFile]:
    """The files of a delivery that have refused rows."""
    return [RefusedFile(**dict(row)) for row in await conn.fetch(FILES, delivery)]


async def reasons(conn: Connection, delivery: UUID) -> list[tuple[str, int, int]]:
    """Why rows were refused: the reason, how many rows, and how many of them are open."""
    return [(row["reason"], row["rows"], row["open"]) for row in await conn.fetch(REASONS, delivery)]


async def shown(conn: Connection, delivery: UUID, limit: int) -> list[RefusedRow]:
    """The refused rows of a delivery, open ones first, by file and line."""
    return [RefusedRow(**dict(row)) for row in await conn.fetch(SHOWN, delivery, limit)]


async def sealed(conn: Connection, delivery: UUID, file_ref: str) -> list[SealedRow]:
    """The open rows of a file that have content."""
    return [SealedRow(**dict(row)) for row in await conn.fetch(SEALED, delivery, file_ref)]


async def files_refused_for(conn: Connection, municipality: str, reason: str, delivery: UUID | None) -> list[tuple[UUID, str]]:
    """The CSV files that have open rows with this reason, of one delivery or of all of a municipality."""
    return [(row["delivery"], row["file_ref"]) for row in await conn.fetch(REFUSED_FOR, municipality, reason, delivery)]


async def some_sealed(conn: Connection, delivery: UUID, file_ref: str, reason: str, after: int, most: int) -> list[SealedRow]:
    """Open rows of a file with this reason that have content, after a line."""
    return [SealedRow(**dict(row)) for row in await conn.fetch(SOME_SEALED, delivery, file_ref, reason, after, most)]


async def settle(conn: Connection, by: UUID) -> None:
    """The open rows that this delivery puts right are settled; their content goes."""
    await conn.execute(SETTLE, by)


async def note_download(conn: Connection, delivery: UUID, download: Download) -> None:
    """Somebody fetches rows."""
    await conn.execute(NOTE_DOWNLOAD, delivery, download.file_ref, download.by_person, download.rows, download.at)


async def downloads(conn: Connection, delivery: UUID, limit: int) -> list[Download]:
    """Who fetched rows of a delivery, the latest first."""
    return [Download(**dict(row)) for row in await conn.fetch(DOWNLOADS, delivery, limit)]

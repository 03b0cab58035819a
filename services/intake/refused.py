"""Refused rows as they are kept: encrypted, each for its own place, until they are put right."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from services.chassis.service import Connection
from services.intake import identity_store, refused_store
from services.intake.domain.records import RowRefused
from services.intake.reading.result import Wrong
from services.intake.refused_store import SealedRow
from services.intake.vault import Vault


class File(NamedTuple):
    """A file as it came: its name, and its columns (none for an answer in XML)."""

    name: str
    columns: Sequence[str]


class OpenRow(NamedTuple):
    """A refused row with its cells, for who may see them."""

    line: int
    reason: str
    field: str
    cells: Sequence[str]


def said(wrong: Wrong, municipality: str, feed: str, at: datetime) -> RowRefused:
    """What is said of a refused row: where it stood and why, never a value."""
    return RowRefused(
        municipality=municipality,
        feed=feed,
        registered_at=at,
        file_ref=wrong.file_ref,
        row=wrong.line,
        reason=wrong.reason,
        field=wrong.field,
    )


def place_of(delivery: UUID, file_ref: str, line: int | None = None) -> bytes:
    """What a row is sealed for: none can be shown as another."""
    return f"refused\x1f{delivery}\x1f{file_ref}\x1f{'' if line is None else line}".encode()


def _packed(cells: object) -> bytes:
    return json.dumps(cells, ensure_ascii=False).encode("utf-8", "surrogatepass")


async def keep(conn: Connection, vault: Vault, delivery: UUID, wrong: Sequence[Wrong]) -> None:
    """Keep refused rows of a delivery, under the newest key: it is not changed before the transaction ends. Raises `Unopened`."""
    newest = (await identity_store.prints(conn, vault)).keys[0]
    files = {w.file_ref: File(w.file, w.header) for w in wrong}
    rows = [(w.file_ref, _row(vault, newest, delivery, w)) for w in {(w.file_ref, w.line): w for w in wrong}.values()]
    sealed = [(ref, vault.seal(_packed([f.name, list(f.columns)]), place_of(delivery, ref), newest)) for ref, f in files.items()]
    await refused_store.keep(conn, delivery, rows)
    await refused_store.keep_files(conn, delivery, sealed)


def _row(vault: Vault, newest: str, delivery: UUID, wrong: Wrong) -> SealedRow:
    """A row as it is kept; of one whose content stays with its sender there is nothing to seal."""
    place = place_of(delivery, wrong.file_ref, wrong.line)
    sealed = vault.seal(_packed(list(wrong.cells)), place, newest) if wrong.cells else None
    return SealedRow(wrong.line, wrong.reason, wrong.field, sealed)


async def file_of(conn: Connection, vault: Vault, delivery: UUID, file_ref: str) -> File | None:
    """A file with refused rows; none where it is unknown. Raises `Unopened`."""
    sealed = await refused_store.file(conn, delivery, file_ref)
    return None if sealed is None else File(*json.loads(vault.open(sealed, place_of(delivery, file_ref))))


async def opened(conn: Connection, vault: Vault, delivery: UUID, file_ref: str) -> list[OpenRow]:
    """The open rows of a file. Raises `Unopened`."""
    return _opened(vault, delivery, file_ref, await refused_store.sealed(conn, delivery, file_ref))


async def some_opened(conn: Connection, vault: Vault, delivery: UUID, file_ref: str, reason: str, after: int, most: int) -> list[OpenRow]:
    """Open rows of a file with one reason, at most so many after a line. Raises `Unopened`."""
    return _opened(vault, delivery, file_ref, await refused_store.some_sealed(conn, delivery, file_ref, reason, after, most))


def _opened(vault: Vault, delivery: UUID, file_ref: str, rows: Iterable[SealedRow]) -> list[OpenRow]:
    places = ((row, place_of(delivery, file_ref, row.line)) for row in rows)
    return [OpenRow(row.line, row.reason, row.field, json.loads(vault.open(row.sealed or b"", place))) for row, place in places]

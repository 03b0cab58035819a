"""A delivery of CSV files of any size: read through once, then taken share by share, all rows of a person or unit together.

A file is never held. Where it is larger than a share it is read again for each: a share is the subjects whose key falls into it, and
their rows are held as they stand in the file. No copy of a row is ever written to disk.
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime

from services.intake.reading.draft import Draft
from services.intake.reading.made import Moments
from services.intake.reading.mapping import Kind, Mapping
from services.intake.reading.result import PERSONS, TELLS_OF_PERSONS, TICK, Accepted, Progress, ReadRow
from services.intake.reading.table import Table

SHARE_BYTES = 40 << 20
"""How many bytes of rows are held at once."""
_CELL = "\udcff"
"""Stands between two cells of a row that is held: no character of a text, and the byte FF once it is written, which is none of UTF-8."""
_OVERHEAD = 64
"""What holding a row takes beside its text."""
_WIDE = 512
"""Rows longer than this are held compressed: a file is read again for each share, so the wider its rows, the dearer its shares."""
SAMPLED = 64
"""One of so many rows is looked at to tell how much room a file takes."""


class Tables:
    """What is told of a delivery before any of it is taken: whose it is, its digest, its rows counted, whom and what it tells of."""

    whole = None
    call = ""

    def __init__(self, mapping: Mapping, tables: Sequence[Table], municipality: str) -> None:
        """Hold the files, in the order of their kinds; `survey` reads them."""
        self.municipality = municipality
        self.feed = mapping.feed
        self.tables = tables
        content = "\n".join(sorted(f"{table.file.kind} {table.digest}" for table in tables))
        self.digest = hashlib.sha256(content.encode()).hexdigest()
        self.rows = 0
        self.units: set[str] = set()
        self.persons: set[str] = set()
        self._tells = {Kind.UNITS, *(TELLS_OF_PERSONS if mapping.persons_told else ())}
        self.made_at: datetime | None = None
        self._moments = Moments(mapping, tables)

    def survey(self, progress: Progress = lambda _: None) -> "Tables":
        """Read all files to their end. Raises `DeliveryRefused`; then nothing of the delivery is taken."""
        told = 0
        for table in self.tables:
            for number, (line, cells) in enumerate(table.lines()):
                if number % SAMPLED == 0:
                    table.room += SAMPLED * (len(_packed(cells)) + _OVERHEAD)
                self.rows += 1
                self._moments.see(table, cells)
                if table.file.kind in self._tells and isinstance(row := table.read(line, cells), Accepted):
                    self._tell_of(row.draft)
                if self.rows - told == TICK:
                    progress(TICK)
                    told = self.rows
        progress(self.rows - told)
        self.made_at = self._moments.latest(self.feed)
        return self

    def _tell_of(self, draft: Draft) -> None:
        if draft.kind is Kind.UNITS:
            self.units.add(draft.unit)
        else:
            self.persons.add(draft.person)

    def batches(self, subjects: int, share_bytes: int | None = None) -> Iterator[list[ReadRow]]:
        """All rows, those about units first, so many persons or units at a time; of each of them all rows together.

        Only where the rows of one share are more than twice what a share may hold are they given in parts: one subject with too many.
        """
        for about_persons in (False, True):
            tables = [table for table in self.tables if (table.file.kind in PERSONS) is about_persons]
            for held in _windows(tables, share_bytes or SHARE_BYTES):
                yield from _read(tables, held, subjects)


def _windows(tables: Sequence[Table], share_bytes: int) -> Iterator[list[bytes]]:
    """The rows as they stand, share after share: each as (subject, table, line, cells) in bytes that sort by subject, table and line."""
    shares = -(-sum(table.room for table in tables) // share_bytes)
    for share in range(shares):
        held: list[bytes] = []
        room = 2 * share_bytes
        for number, table in enumerate(tables):
            for row in _held(table, number, share, shares):
                held.append(row)
                room -= len(row) + _OVERHEAD
                if room < 0:
                    yield held
                    held, room = [], 2 * share_bytes
        yield held


def _held(table: Table, number: int, share: int, shares: int) -> Iterator[bytes]:
    subject_of = table.columns.subject_of
    for line, cells in table.lines():
        subject = zlib.crc32(subject_of(cells).encode())
        if subject % shares == share:
            yield b"%s%c%s%s" % (subject.to_bytes(4), number, line.to_bytes(6), _packed(cells))


def _read(tables: Sequence[Table], held: list[bytes], subjects: int) -> Iterator[list[ReadRow]]:
    """What the rows tell; `held` is emptied on the way."""
    held.sort(reverse=True)
    batch: list[ReadRow] = []
    last, seen = b"", 0
    while held:
        row = held.pop()
        if row[:4] != last:
            if seen == subjects:
                yield batch
                batch, seen = [], 0
            last = row[:4]
            seen += 1
        read = tables[row[4]].read(int.from_bytes(row[5:11]), _unpacked(row[11:]))
        if read is not None:
            batch.append(read)
    if batch:
        yield batch


def _packed(cells: Sequence[str]) -> bytes:
    text = _CELL.join(cells).encode("utf-8", "surrogateescape")
    return b"z" + zlib.compress(text, 1) if len(text) > _WIDE else b" " + text


def _unpacked(held: bytes) -> list[str]:
    text = zlib.decompress(held[1:]) if held[:1] == b"z" else held[1:]
    return text.decode("utf-8", "surrogateescape").split(_CELL)

"""A delivery: one file, or a folder with the files its mapping names; `.gz` too. Read whole before anything is said."""

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from services.intake.reading.draft import Draft, draft_of
from services.intake.reading.mapping import FileMapping, Kind, Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.row import Columns
from services.intake.reading.values import Unfit

Progress = Callable[[int], None]
"""Called now and then with how many more lines were read."""
_TICK = 1000


@dataclass(frozen=True, slots=True)
class Wrong:
    """A refused row. `cells` are kept where only intake reads them; they are never printed."""

    file: str
    file_ref: str
    line: int
    reason: str
    field: str
    column: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """One file as text, with the digest of its content (unpacked)."""

    file: FileMapping
    name: str
    text: str
    digest: str

    @property
    def file_ref(self) -> str:
        """What events call the file: its kind and the start of its digest; a file name may tell too much."""
        return f"{self.file.kind}-{self.digest[:12]}"


class Accepted(NamedTuple):
    """A row that can be taken, and where it stood."""

    draft: Draft
    table: Table
    cells: Sequence[str]

    def refused(self, unfit: Unfit) -> Wrong:
        """The row as refused after all, for what only the other files of the delivery tell."""
        return _wrong(self.table, self.draft.line, unfit, self.cells)


@dataclass(slots=True)
class Reading:
    """What was read of a delivery: the accepted rows and the refused ones."""

    municipality: str
    digest: str
    rows: int = 0
    accepted: list[Accepted] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def read(mapping: Mapping, path: Path, municipality: str | None = None, progress: Progress = lambda _: None) -> Reading:
    """Read a delivery. Raises `DeliveryRefused` (no-file, no-municipality, bad-file, bad-encoding, bad-header); then nothing is taken."""
    code = municipality or mapping.municipality
    if code is None:
        raise DeliveryRefused("no-municipality", file=path.name)
    tables = [_table(file, mapping, found) for file, found in _files(mapping, path)]
    content = "\n".join(sorted(f"{table.file.kind} {table.digest}" for table in tables))
    reading = Reading(code, hashlib.sha256(content.encode()).hexdigest())
    for table in tables:
        _read_table(table, mapping, reading, progress)
    return reading


def _files(mapping: Mapping, path: Path) -> list[tuple[FileMapping, Path]]:
    if path.is_dir():
        found = [(file, each) for file in mapping.files for each in sorted(path.iterdir()) if _is_named(file, each)]
    elif path.is_file():
        named = [file for file in mapping.files if _is_named(file, path)]
        found = [(file, path) for file in named[:1]]
    else:
        found = []
    if not found:
        raise DeliveryRefused("no-file", file=path.name)
    order = list(Kind)
    return sorted(found, key=lambda pair: (order.index(pair[0].kind), pair[1].name))


def _is_named(file: FileMapping, path: Path) -> bool:
    return path.is_file() and fnmatch(path.name.removesuffix(".gz"), file.name)


def _table(file: FileMapping, mapping: Mapping, path: Path) -> Table:
    try:
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
    except (OSError, EOFError, zlib.error) as wrong:
        raise DeliveryRefused("bad-file", file=path.name) from wrong
    try:
        text = content.decode(mapping.format.encoding).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError) as wrong:
        raise DeliveryRefused("bad-encoding", file=path.name) from wrong
    return Table(file, path.name, text, hashlib.sha256(content).hexdigest())


def _lines(table: Table, mapping: Mapping) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank with the line it begins on."""
    reader = csv.reader(io.StringIO(table.text, newline=""), delimiter=mapping.format.delimiter)
    begins = 1
    try:
        for cells in reader:
            if cells:
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as wrong:
        raise DeliveryRefused("bad-file", file=table.name, line=str(begins)) from wrong


def _read_table(table: Table, mapping: Mapping, reading: Reading, progress: Progress) -> None:
    lines = _lines(table, mapping)
    _, header = next(lines, (0, []))
    try:
        columns = Columns(table.file, mapping.format, header)
    except Unfit as wrong:
        raise DeliveryRefused(wrong.reason, file=table.name, field=table.file.columns[wrong.field]) from wrong
    draft = draft_of(table.file.kind)
    told = reading.rows
    for line, cells in lines:
        reading.rows += 1
        if reading.rows - told == _TICK:
            progress(_TICK)
            told = reading.rows
        try:
            row = columns.row(cells)
            row.must_be("municipality", reading.municipality)
            reading.accepted.append(Accepted(draft(row, table.file, line), table, cells))
        except Unfit as unfit:
            reading.wrong.append(_wrong(table, line, unfit, cells))
    progress(reading.rows - told)


def _wrong(table: Table, line: int, unfit: Unfit, cells: Sequence[str]) -> Wrong:
    column = table.file.columns.get(unfit.field, unfit.field)
    return Wrong(table.name, table.file_ref, line, unfit.reason, unfit.field, column, cells)

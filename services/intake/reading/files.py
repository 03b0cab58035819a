"""A delivery: one file, or a folder with the files its mapping names; `.gz` too. Read whole before anything is said."""

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from services.intake.reading.answers import read_answers
from services.intake.reading.directory import DIRECTORY
from services.intake.reading.draft import DRAFTS
from services.intake.reading.mapping import FileMapping, Kind, Mapping
from services.intake.reading.opus import read_opus
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import TICK, Accepted, Place, Progress, Reading
from services.intake.reading.row import Columns
from services.intake.reading.sd import SdAnswers
from services.intake.reading.values import Unfit


@dataclass(frozen=True, slots=True)
class Table:
    """One file as text, with the digest of its content (unpacked)."""

    file: FileMapping
    name: str
    text: str
    digest: str

    @property
    def place(self) -> Place:
        """What events call the file: its kind and the start of its digest."""
        return Place(self.name, f"{self.file.kind}-{self.digest[:12]}", self.file.columns)


def read(mapping: Mapping, path: Path, municipality: str | None = None, progress: Progress = lambda _: None) -> Reading:
    """Read a delivery in whatever format its mapping names. Raises `DeliveryRefused`; then nothing of it is taken."""
    code = municipality or mapping.municipality
    if code is None:
        raise DeliveryRefused("no-municipality", file=path.name)
    if mapping.sd is not None:
        return read_answers(mapping, SdAnswers(mapping.sd, mapping.format), path, code, progress)
    if mapping.opus is not None:
        return read_opus(mapping, mapping.opus, path, code, progress)
    return _read_tables(mapping, path, code, progress)


def _read_tables(mapping: Mapping, path: Path, code: str, progress: Progress) -> Reading:
    tables = [_table(file, mapping, found) for file, found in _files(mapping, path)]
    content = "\n".join(sorted(f"{table.file.kind} {table.digest}" for table in tables))
    reading = Reading(code, mapping.feed, hashlib.sha256(content.encode()).hexdigest())
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
    draft, place = (DRAFTS | DIRECTORY)[table.file.kind], table.place
    told = reading.rows
    for line, cells in lines:
        reading.rows += 1
        if reading.rows - told == TICK:
            progress(TICK)
            told = reading.rows
        try:
            row = columns.row(cells)
            row.must_be("municipality", reading.municipality)
            reading.accepted.append(Accepted(draft(row, table.file, line), place, columns.kept(cells)))
        except Unfit as unfit:
            reading.wrong.append(place.refused(line, unfit, columns.kept(cells, unfit)))
    progress(reading.rows - told)

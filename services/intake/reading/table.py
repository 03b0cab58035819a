"""One CSV file of a delivery: its rows as often as they are asked for, none of them held."""

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from services.intake.reading.content import digest_of, lines_of
from services.intake.reading.directory import DIRECTORY
from services.intake.reading.draft import DRAFTS
from services.intake.reading.event_row import PassedOver, event
from services.intake.reading.mapping import FileMapping, Kind, Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import Accepted, Place, ReadRow
from services.intake.reading.row import Columns
from services.intake.reading.values import Unfit


class Table:
    """A file as its mapping reads it. `digest`: of its content, unpacked. `room`: the bytes it takes when held."""

    def __init__(self, file: FileMapping, mapping: Mapping, path: Path, municipality: str) -> None:
        """Read the bytes and the header once. Raises `DeliveryRefused`: `bad-file`, `bad-encoding`, `bad-header`."""
        self.file = file
        self.path = path
        self._format = mapping.format
        self._municipality = municipality
        self._draft = event if file.kind is Kind.EVENTS else (DRAFTS | DIRECTORY)[file.kind]
        self.room = 0
        self._stamp = self._stamped()
        with self._unchanged():
            self.digest = digest_of(path)
            self.columns = self._found_columns()
        self.place = Place(path.name, f"{file.kind}-{self.digest[:12]}", file.columns, self.columns.names)

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Every row that is not blank, with the line it begins on.

        Raises `DeliveryRefused`, also after the first rows: `bad-file`, `bad-encoding`, `changed-file`.
        """
        with self._unchanged():
            lines = self._cells()
            next(lines, None)
            yield from lines

    def read(self, line: int, cells: Sequence[str]) -> ReadRow | None:
        """A row as what it tells, or as refused; none where it is of an event that is none of ours."""
        try:
            row = self.columns.row(cells)
            row.must_be("municipality", self._municipality)
            return Accepted(self._draft(row, self.file, line), self.place, self.columns.kept(cells))
        except Unfit as unfit:
            return self.place.refused(line, unfit, self.columns.kept(cells, unfit))
        except PassedOver:
            return None

    def _found_columns(self) -> Columns:
        _, header = next(self._cells(), (0, []))
        try:
            return Columns(self.file, self._format, header)
        except Unfit as wrong:
            raise DeliveryRefused(wrong.reason, file=self.path.name, field=self.file.columns[wrong.field]) from wrong

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(lines_of(self.path, self._format.encoding), **self._format.csv)
        begins = 1
        try:
            for cells in reader:
                if cells:
                    yield begins, cells
                begins = reader.line_num + 1
        except csv.Error as wrong:
            raise DeliveryRefused("bad-file", file=self.path.name, line=str(begins)) from wrong

    @contextmanager
    def _unchanged(self) -> Iterator[None]:
        """A file is read more than once, and must be the same each time."""
        yield
        if self._stamped() != self._stamp:
            raise DeliveryRefused("changed-file", file=self.path.name)

    def _stamped(self) -> tuple[int, int, int]:
        try:
            found = os.stat(self.path)  # noqa: PTH116 - as Path.stat
        except OSError as wrong:
            raise DeliveryRefused("bad-file", file=self.path.name) from wrong
        return (found.st_ino, found.st_size, found.st_mtime_ns)

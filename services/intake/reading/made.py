"""When the source made a delivery of CSV files, as its mapping says: by the name of the files, or by a column."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from services.chassis.calendar import COPENHAGEN
from services.intake.reading.mapping import Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.table import Table
from services.intake.reading.values import Values
from services.intake.reading.written import ISO


class Moments:
    """Looks at names and rows as they are read, and keeps the latest moment alone."""

    def __init__(self, mapping: Mapping, tables: Sequence[Table]) -> None:
        """Read the names. Raises `DeliveryRefused("no-export-time")` for one that tells no moment."""
        self._made = made = mapping.made
        self._values = Values(mapping.format)
        self._latest: datetime | None = None
        self._last = ""
        self._has_rows = False
        self._places: dict[Table, int] = {}
        if made is not None and made.column is not None:
            self._places = {t: t.columns.names.index(made.column) for t in tables if made.column in t.columns.names}
        if made is not None and made.file_name is not None:
            for table in tables:
                found = re.fullmatch(made.file_name, table.path.name.removesuffix(".gz"))
                self._hear(found[1] if found else "", table.path.name, must=True)

    def see(self, table: Table, cells: Sequence[str]) -> None:
        """A row; one that is too short, or tells no moment, is left to the row's own reading."""
        self._has_rows = True
        place = self._places.get(table)
        if place is not None and place < len(cells) and (text := cells[place].strip()) != self._last:
            self._last = text
            self._hear(text, table.path.name, must=False)

    def latest(self, file: str) -> datetime | None:
        """The latest moment; none where the mapping names no place, or there are no rows to tell it.

        Raises `DeliveryRefused("no-export-time")` where the rows should tell it and do not.
        """
        if self._made is not None and self._has_rows and self._latest is None:
            raise DeliveryRefused("no-export-time", file=file)
        return self._latest

    def _hear(self, text: str, file: str, *, must: bool) -> None:
        moment = self._moment(text)
        if moment is None and must:
            raise DeliveryRefused("no-export-time", file=file)
        if moment is not None and (self._latest is None or moment > self._latest):
            self._latest = moment

    def _moment(self, text: str) -> datetime | None:
        assert self._made is not None
        written = self._made.written
        if written is None and self._made.column is not None:
            told = self._values.instants[text]
            return told[0] if told else None
        try:
            found = datetime.strptime(text, written) if written and written != ISO else datetime.fromisoformat(text)  # noqa: DTZ007 - local
        except ValueError:
            return None
        return (found if found.tzinfo else found.replace(tzinfo=COPENHAGEN)).astimezone(UTC)

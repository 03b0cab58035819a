"""The deliveries as they lie in their folders, and on which day each row became known to us."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

LIVE_FROM = date(2025, 1, 1)


class Row(NamedTuple):
    """A row of the source; `known_on`: in the first load what was registered before live_from then, else the day of the import."""

    known_on: date
    registered_at: datetime
    cells: Mapping[str, str]

    def day(self, column: str) -> date | None:
        """A date cell; empty is none."""
        return date.fromisoformat(self.cells[column]) if self.cells[column] else None


@dataclass
class Deliveries:
    """All rows, each list in the order of registration."""

    units: list[Row] = field(default_factory=list)
    employments: list[Row] = field(default_factory=list)

    def known_by(self, day: date) -> "Deliveries":
        """The rows that had reached us by the end of a day."""
        return Deliveries([row for row in self.units if row.known_on <= day], [row for row in self.employments if row.known_on <= day])


def read(folder: Path, imported_on: Mapping[str, date], live_from: date = LIVE_FROM) -> Deliveries:
    """The deliveries below `folder`, by name with the day of their import (for example `{"history": …, "2025-01": …}`).

    The first one named is the first load of the feed: only there rows keep the day of their registration.
    """
    found = Deliveries()
    for number, (name, day) in enumerate(imported_on.items()):
        keeps_before = live_from if number == 0 else date.min
        found.units += _read(folder / name / "units.csv", day, keeps_before)
        found.employments += _read(folder / name / "employments.csv", day, keeps_before)
    found.units.sort(key=lambda row: row.registered_at)
    found.employments.sort(key=lambda row: row.registered_at)
    return found


def _read(path: Path, imported_on: date, live_from: date) -> Iterable[Row]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [_row(cells, imported_on, live_from) for cells in csv.DictReader(file, delimiter=";")]


def _row(cells: Mapping[str, str], imported_on: date, live_from: date) -> Row:
    registered_at = datetime.fromisoformat(cells["registered_at"])
    registered = registered_at.date()
    return Row(registered if registered < live_from else imported_on, registered_at, cells)

"""The deliveries as CSV: the history in one folder, then a folder for each month of the live year."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from deploy.local.municipality.job import COLUMNS
from deploy.local.municipality.steps import LAST_DAY, delivery, folders
from deploy.local.municipality.story import Municipality

UNIT_COLUMNS = ("unit", "name", "level", "parent", "valid_from", "change", "registered_at")
LEADER_COLUMNS = ("unit", "person", "employment", "level", "from", "to", "registered_at")

Row = Mapping[str, str]


def write(made: Municipality, folder: Path) -> None:
    """Write all deliveries below `folder`: units.csv, leaders.csv and employments.csv in each, rows as they were registered.

    What the source learns after the last day of the story is not delivered.
    """
    for name, columns, rows in (
        ("units.csv", UNIT_COLUMNS, _unit_rows(made)),
        ("leaders.csv", LEADER_COLUMNS, _leader_rows(made)),
        ("employments.csv", COLUMNS, [row for job in made.jobs for row in job.rows()]),
    ):
        delivered = _by_delivery(rows)
        for each in folders():
            write_rows(folder / each / name, columns, delivered.get(each, []))


def _by_delivery(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: datetime.fromisoformat(row["registered_at"])):
        registered = datetime.fromisoformat(row["registered_at"]).date()
        if registered <= LAST_DAY:
            found[delivery(registered)].append(row)
    return found


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """One file of a delivery."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _unit_rows(made: Municipality) -> list[Row]:
    return [
        {
            "unit": row.unit,
            "name": row.name,
            "level": row.level,
            "parent": row.parent,
            "valid_from": row.valid_from.isoformat(),
            "change": row.change,
            "registered_at": row.registered_at.isoformat(),
        }
        for row in made.tree.rows
    ]


def _leader_rows(made: Municipality) -> list[Row]:
    return [row.shown() for row in made.leaders]

"""Small deliveries of a payroll system, written by hand: units, leaders, a deputy, and rows that show a whole employment."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from pathlib import Path

from deploy.local.municipality.files import LEADER_COLUMNS, UNIT_COLUMNS, write_rows
from deploy.local.municipality.job import COLUMNS
from services.chassis.calendar import COPENHAGEN
from tests.kit.whole import HAND

UNIT = "H01"
LEADER = "H001"
OLD = date(2025, 6, 2)
DEPUTY_COLUMNS = ("unit", "person", "employment", "deputy_for", "from", "to", "subjects", "registered_at")

Row = Mapping[str, str]


def at(day: date) -> str:
    """The morning of a day, as a source writes an instant."""
    return datetime.combine(day, time(9), COPENHAGEN).isoformat()


def row(number: str, registered: date, **shown: str | date) -> Row:
    """One row: who is named by number works full time in the unit; what is shown besides is told."""
    told = {name: value if isinstance(value, str) else value.isoformat() for name, value in shown.items()}
    whole = dict.fromkeys(COLUMNS, "") | {
        "municipality": HAND, "person": number, "name": f"Person {number}", "employment": f"job-{number}", "unit": UNIT,
        "position": "2001", "form": "Månedsløn", "degree": "1.0000", "start": OLD.isoformat(), "registered_at": at(registered),
    }  # fmt: skip
    return whole | told


def unit_row(code: str, name: str, parent: str = "") -> Row:
    """A unit that was always there; the one without a parent is the municipality."""
    level = "institution" if parent else "municipality"
    told = {"unit": code, "name": name, "level": level, "parent": parent, "valid_from": "2010-01-01", "change": "created"}
    return told | {"registered_at": at(OLD)}


def leader_row(unit: str, person: str, last: date | None = None, registered: date = OLD) -> Row:
    """Who leads a unit since long ago, and to when where that is known."""
    return {
        "unit": unit, "person": person, "employment": f"job-{person}", "level": "department", "from": OLD.isoformat(),
        "to": last.isoformat() if last else "", "registered_at": at(registered),
    }  # fmt: skip


def write_delivery(folder: Path, rows: Iterable[Row] = (), units: Iterable[Row] = (), leaders: Iterable[Row] = ()) -> Path:
    """A delivery with what is given, and files without rows for the rest: its folder."""
    write_rows(folder / "units.csv", UNIT_COLUMNS, units)
    write_rows(folder / "employments.csv", COLUMNS, rows)
    write_rows(folder / "leaders.csv", LEADER_COLUMNS, leaders)
    return folder


def deliver_deputy(folder: Path, person: str, first: date, last: date, registered: date) -> Path:
    """A delivery with a deputy alone: who stands in for the leader, from when to when, in everything."""
    deputy = {
        "unit": UNIT, "person": person, "employment": f"job-{person}", "deputy_for": LEADER, "from": first.isoformat(),
        "to": last.isoformat(), "subjects": "", "registered_at": at(registered),
    }  # fmt: skip
    write_rows(folder / "deputies.csv", DEPUTY_COLUMNS, [deputy])
    return folder


def deliver_unit(folder: Path, rows: Iterable[Row]) -> Path:
    """The first delivery: the municipality, its unit, the unit's leader, and employments."""
    units = (unit_row("H00", "Håndkommunen"), unit_row(UNIT, "Hånden", "H00"))
    return write_delivery(folder, [row(LEADER, OLD, position="1003"), *rows], units, [leader_row(UNIT, LEADER)])

"""A payroll's file of staff, small and made as a test wants it, with the mapping that reads it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

MAPPING = """
feed = "staff"
municipality = "730"

[made]
file_name = 'staff-(\\d{8})\\.csv'
written = "%Y%m%d"

[units]
root_name = "Town"
valid_from = 2020-01-01

[[files]]
kind = "employments"
name = "staff-*.csv"

[files.columns]
person = "CPR"
employment = "Number"
unit = "Unit"
name = "Name"
degree = "Degree"
first_day = "From"
last_day = "To"
registered_at = "Seen"
reason = "Why"

[files.constants]
form = "monthly"
"""
HEADER = "CPR;Number;Unit;Name;Degree;From;To;Seen;Why"
SECRET_NAME = "Bo =Lund"


def cpr(number: int) -> str:
    """The person number of an invented employee: one that begins with 0."""
    return f"0199{number:06}"


def row(number: int, last: str = "", degree: str = "0.8649", seen: str = "2026-03-01", first: str = "2021-05-01", unit: str = "N1") -> str:
    """One employee."""
    return f"{cpr(number)};{number:05};{unit};{SECRET_NAME};{degree};{first};{last};{seen};{'own-request' if last else ''}"


def staff(numbers: Iterable[int], last: Mapping[int, str] | None = None, seen: str = "2026-03-01") -> list[str]:
    """Employees by number; `last`: the last day of those who leave."""
    leaving = last or {}
    return [row(number, leaving.get(number, ""), seen=seen) for number in numbers]


def written(folder: Path, rows: Iterable[str], day: str = "20260301") -> Path:
    """The file of a day."""
    path = folder / f"staff-{day}.csv"
    path.write_text("\r\n".join([HEADER, *rows, ""]), "utf-8")
    return path

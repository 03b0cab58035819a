"""A mapping with every kind of file, and a row of its file of jobs to be varied cell by cell."""

from pathlib import Path

from services.intake.reading.files import read
from services.intake.reading.mapping import Mapping
from services.intake.reading.result import Reading

MAPPING = """
feed = "test"
municipality = "730"
[format]
decimal = ","
dates = ["iso", "%d-%m-%Y"]
instants = ["iso", "%d-%m-%Y %H:%M"]
[[files]]
kind = "units"
name = "units*.csv"
[files.columns]
unit = "unit"
name = "name"
level = "level"
parent = "parent"
valid_from = "from"
change = "change"
registered_at = "seen"
[[files]]
kind = "employments"
name = "jobs*.csv"
[files.columns]
municipality = "where"
person = "person"
employment = "job"
unit = "unit"
position = "post"
form = "form"
degree = "degree"
first_day = "first"
last_day = "last"
reason = "why"
status = "status"
leave_from = "away"
leave_to = "back"
leave_kind = "leave"
name = "name"
registered_at = "seen"
[files.remove]
person = "-"
[files.words.form]
"*" = "hourly"
Fast = "monthly"
[files.words.status]
"" = "employed"
Gone = "left"
Never = "cancelled"
[files.words.reason]
Egen = "own-request"
Andet = "none"
[files.words.leave_kind]
Barsel = "parental"
[[files]]
kind = "leaders"
name = "leaders.csv"
[files.columns]
unit = "unit"
person = "person"
employment = "job"
level = "level"
first_day = "from"
last_day = "to"
registered_at = "seen"
[[files]]
kind = "deputies"
name = "deputies.csv"
[files.columns]
unit = "unit"
person = "person"
employment = "job"
deputy_for = "for"
first_day = "from"
last_day = "to"
subjects = "what"
registered_at = "seen"
"""
HEADER = "where;person;job;unit;post;form;degree;first;last;why;status;away;back;leave;name;seen\n"
GOOD = {
    "where": "730", "person": "12-3", "job": "007", "unit": "U1", "post": "2001", "form": "Fast", "degree": "0,8649", "first": "2021-03-01",
    "last": "", "why": "", "status": "", "away": "", "back": "", "leave": "", "name": "Anne Dam", "seen": "14-01-2021 10:30",
}  # fmt: skip


def row(**cells: str) -> str:
    """The good row with other cells."""
    return ";".join({**GOOD, **cells}.values()) + "\n"


def delivered(folder: Path, text: str | bytes, name: str = "jobs.csv") -> Reading:
    """What is read of a file with this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(Mapping.parse(MAPPING), path)


def only(reading: Reading) -> dict[str, object]:
    """The fields of the one row that was taken."""
    assert not reading.wrong
    ((draft, _, _),) = reading.accepted
    return draft.fields

"""A municipality of two small institutions, delivered as its payroll system would: somebody is new, two leave, one will come, two lead."""

from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path

from deploy.local.municipality.files import LEADER_COLUMNS, UNIT_COLUMNS, write_rows
from deploy.local.municipality.job import COLUMNS
from services.chassis.calendar import COPENHAGEN
from tests.kit.whole import TOWN

MUNICIPALITY = TOWN
TODAY = date(2025, 1, 24)
"""A Friday: the newcomer's first talk is open, the talk with who resigned too, and who is dismissed may be offered an exit talk."""
OLD = date(2020, 8, 3)
ROOT, HOME, SCHOOL = "S00", "S01", "S02"
ANNE, BO, NEWCOMER, LEAVER, DISMISSED, SUCCESSOR = "S001", "S002", "S010", "S011", "S012", "S013"
NAMES = {ANNE: "Anne Holm", BO: "Bo Krag", NEWCOMER: "Nanna Ny", LEAVER: "Lars Dam", DISMISSED: "Dina Elm", SUCCESSOR: "Signe Sol"}
COLLEAGUES = 8


def write_town(folder: Path) -> Path:
    """The one delivery: its folder."""
    write_rows(
        folder / "units.csv", UNIT_COLUMNS, [_unit(ROOT, "Lilleby", ""), _unit(HOME, "Fjordvang", ROOT), _unit(SCHOOL, "Skovskolen", ROOT)]
    )
    write_rows(folder / "leaders.csv", LEADER_COLUMNS, [_leader(HOME, ANNE), _leader(SCHOOL, BO)])
    write_rows(
        folder / "employments.csv",
        COLUMNS,
        [*_staff(HOME, ANNE), *_staff(SCHOOL, BO), _newcomer(), *_leaver(), *_dismissed(), _successor()],
    )
    return folder


def _unit(code: str, name: str, parent: str) -> Mapping[str, str]:
    level = "institution" if parent else "municipality"
    told = {"unit": code, "name": name, "level": level, "parent": parent, "valid_from": "2010-01-01", "change": "created"}
    return told | {"registered_at": _at(OLD)}


def _leader(unit: str, person: str) -> Mapping[str, str]:
    told = {"unit": unit, "person": person, "employment": f"job-{person}", "level": "department", "from": OLD.isoformat(), "to": ""}
    return told | {"registered_at": _at(OLD)}


def _staff(unit: str, leader: str) -> list[Mapping[str, str]]:
    return [_row(leader, unit, OLD, position="1003"), *(_row(f"{unit}-{n}", unit, OLD) for n in range(COLLEAGUES))]


def _newcomer() -> Mapping[str, str]:
    start = date(2025, 1, 6)
    return _row(NEWCOMER, HOME, date(2024, 12, 2), start=start.isoformat(), first_working_day=start.isoformat())


def _leaver() -> list[Mapping[str, str]]:
    received = date(2025, 1, 13)
    leaving = _row(LEAVER, HOME, received, last_day="2025-02-28", reason="Egen opsigelse", received_on=received.isoformat())
    return [_row(LEAVER, HOME, OLD), leaving]


def _dismissed() -> list[Mapping[str, str]]:
    return [_row(DISMISSED, HOME, OLD), _row(DISMISSED, HOME, date(2025, 1, 20), last_day="2025-04-30", reason="Afsked")]


def _successor() -> Mapping[str, str]:
    return _row(SUCCESSOR, HOME, date(2025, 1, 22), start="2025-02-03", first_working_day="2025-02-03")


def _row(number: str, unit: str, registered: date, **shown: str) -> Mapping[str, str]:
    """One row: who is named by number works full time in the unit; what is shown besides is told."""
    told = {"municipality": MUNICIPALITY, "person": number, "name": NAMES.get(number, f"Kollega {number}"), "employment": f"job-{number}"}
    post = {"unit": unit, "position": "2001", "form": "Månedsløn", "degree": "1.0000", "start": OLD.isoformat()}
    return dict.fromkeys(COLUMNS, "") | told | post | {"registered_at": _at(registered)} | shown


def _at(day: date) -> str:
    """The morning of a day, as a source writes an instant."""
    return datetime.combine(day, time(9), COPENHAGEN).isoformat()

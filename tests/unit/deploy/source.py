"""Rows of the invented source for a test: what does not matter has a value here."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from deploy.local.municipality.job import COLUMNS, first_working_day
from deploy.local.oracle import Deliveries, Row

LONG_AGO = date(2010, 1, 1)
_counter = iter(range(10**6))


def row(known: date, cells: dict[str, str]) -> Row:
    """A row that became known on a day; later ones of one day are registered later."""
    second = next(_counter) % 80_000
    moment = time(second // 3600, second // 60 % 60, second % 60)
    return Row(known, datetime.combine(known, moment, ZoneInfo("Europe/Copenhagen")), cells)


def unit(code: str, parent: str = "", since: date = LONG_AGO, known: date = LONG_AGO) -> Row:
    """A unit under a parent from a day on."""
    return row(known, {"unit": code, "parent": parent, "valid_from": since.isoformat()})


def job(person: str, start: str, last: str = "", known: str = "", **more: str) -> Row:
    """The state of an employment; known from its start unless told."""
    cells = dict.fromkeys(COLUMNS, "")
    cells |= {"person": person, "employment": f"job of {person}", "unit": "U", "form": "Månedsløn", "degree": "1.0000"}
    cells |= {"start": start, "last_day": last, "reason": "Egen opsigelse" if last else ""}
    cells |= {"first_working_day": first_working_day(date.fromisoformat(start)).isoformat(), **more}
    return row(date.fromisoformat(known or start), cells)


def told(*employments: Row, units: tuple[Row, ...] = (unit("U"),)) -> Deliveries:
    """Deliveries of these rows, in the order of registration."""
    return Deliveries(list(units), sorted(employments, key=lambda each: each.registered_at))

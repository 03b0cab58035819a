"""Rows of which each is one event: the source's word for it, its fields under the contract's own names, and what it corrects."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson

from services.intake.reading.draft import Draft
from services.intake.reading.mapping import NO_EVENT, FileMapping, Kind
from services.intake.reading.row import Row
from services.intake.reading.values import Unfit
from services.intake.told.event import LAST_DAYS, Refused, Speaker, hear
from services.intake.told.fields import SHAPES, Shape
from services.intake.told.message import Raw

DAY = timedelta(days=1)
NEVER = datetime(9000, 1, 1, tzinfo=UTC)
"""Whether a row was registered in the future is not asked, as of any other row."""
COLUMNS: Mapping[str, str] = {"id": "key", "supersedes": "corrects", "cancelled": "cancels", "type": "event", "time": "registered_at"}
"""What a row calls the attributes of an event."""
_SOURCE = Speaker("csv", "000")


class PassedOver(Exception):
    """The row is of an event that the mapping says is none of ours."""


def event(row: Row, _file: FileMapping, line: int) -> Draft:
    """A row as an event of the catalogue. Raises `PassedOver`."""
    wire = row.told("event")
    if wire == NO_EVENT:
        raise PassedOver
    if wire not in SHAPES:
        raise Unfit("unknown-code" if wire else "missing-value", "event")
    moment, precision = row.instant("registered_at")
    body = {name: read for name, shape in SHAPES[wire].items() if (read := _READ[shape](row, name)) is not None}
    body = {**body, "registered_at": moment.isoformat(), "registered_precision": precision.value}
    _fill(wire, body)
    told = hear(Raw(_attributes(row, wire, moment, body), body), _SOURCE, NEVER)
    if isinstance(told, Refused):
        fault = told.faults[0]
        raise Unfit(fault.reason.value, COLUMNS.get(fault.field, fault.field))
    person, employment = (row.text(name) for name in ("person_key", "employment_id"))
    return Draft(Kind.EVENTS, line, row.text("unit_id"), {"told": told}, person, employment)


def _attributes(row: Row, wire: str, moment: datetime, body: Mapping[str, Any]) -> dict[str, Any]:
    """The row as its source names it; one without a key is named by what it tells, so that the same row is the same event."""
    named = row.text("key") or hashlib.sha256(orjson.dumps([wire, body], option=orjson.OPT_SORT_KEYS)).hexdigest()
    found = {"specversion": "1.0", "source": _SOURCE.source, "type": wire, "id": named, "time": moment.isoformat()}
    corrects = row.text("corrects")
    return {**found, "cancelled": _yes_or_no(row, "cancels") or False, **({"supersedes": corrects} if corrects else {})}


def _fill(wire: str, body: dict[str, Any]) -> None:
    """What one field of a row tells of another: the last day of the first day after it, the new unit of the unit."""
    last = LAST_DAYS.get(wire)
    if last is not None:
        if last in body and "effective_date" not in body:
            body["effective_date"] = _moved(body[last], DAY)
        elif "effective_date" in body and last not in body:
            body[last] = _moved(body["effective_date"], -DAY)
    if "leave_from" in SHAPES[wire]:
        first = body.get("leave_from") or body.get("effective_date")
        body.update({"leave_from": first, "effective_date": body.get("effective_date", first)} if first else {})
    if "new_unit_id" in SHAPES[wire] and "unit_id" in body:
        body.setdefault("new_unit_id", body["unit_id"])


def _moved(day: str, by: timedelta) -> str:
    return (date.fromisoformat(day) + by).isoformat()


def _day(row: Row, name: str) -> str | None:
    day = row.day(name)
    return day.isoformat() if day else None


def _yes_or_no(row: Row, name: str) -> bool | None:
    told = row.told(name)
    if told not in {"", "true", "false"}:
        raise Unfit("bad-yes-or-no", name)
    return told == "true" if told else None


def _number(row: Row, name: str) -> int | str | None:
    text = row.text(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text or None


_READ: Mapping[Shape, Callable[[Row, str], Any]] = {
    Shape.DAY: _day,
    Shape.DEGREE: lambda row, name: row.degree(name) if row.text(name) else None,
    Shape.YES_OR_NO: _yes_or_no,
    Shape.KEY: lambda row, name: row.text(name) or None,
    Shape.CODE: lambda row, name: row.code(name),
    Shape.CODES: lambda row, name: list(row.codes(name)) or None,
    Shape.WORD: lambda row, name: row.told(name) or None,
    Shape.NUMBER: _number,
    Shape.TEXT: lambda row, name: row.text(name) or None,
}

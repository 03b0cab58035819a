"""A row that was accepted: the fields of its record, still under the source's own keys."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from contracts.words import EmploymentForm, LeaderLevel, LeaveKind, OccupationGroup, ReasonClass, UnitChange
from services.intake.reading.mapping import NO_REASON, FileMapping, Kind, Status, Told
from services.intake.reading.row import Row
from services.intake.reading.values import Unfit


class Draft(NamedTuple):
    """One accepted row. `line` is its line in the file; the keys are the source's and never leave intake."""

    kind: Kind
    line: int
    unit: str
    fields: dict[str, Any]
    person: str = ""
    employment: str = ""
    other: str = ""
    """The parent of a unit, whom a deputy stands in for, the committee of a role, or a post."""


def registered(row: Row) -> dict[str, Any]:
    """When the source registered the row."""
    moment, precision = row.instant("registered_at")
    return {"registered_at": moment, "registered_precision": precision}


def in_order(first: date | None, last: date | None, field: str) -> None:
    """Raises `end-before-start`, where both days are told."""
    if first is not None and last is not None and last < first:
        raise Unfit("end-before-start", field)


def _reason(row: Row) -> ReasonClass | None:
    if not row.text("reason") or row.told("reason") == NO_REASON:
        return None
    return row.word("reason", ReasonClass, ReasonClass.UNKNOWN)


def employment(row: Row, file: FileMapping, line: int) -> Draft:
    """A row about an employment."""
    person, number, unit = row.key("person"), row.key("employment"), row.key("unit")
    status = row.word("status", Status, Status.EMPLOYED)
    first_day = row.must_day("first_day")
    fields = registered(row)
    _end(fields, row, file, status)
    _leave(fields, row, file, status)
    fields["first_day"] = first_day
    fields["valid_from"] = row.day("valid_from")
    fields["position_code"] = row.code("position")
    fields["employment_form"] = row.word("form", EmploymentForm, EmploymentForm.UNKNOWN)
    fields["occupation_group"] = row.word("occupation_group", OccupationGroup, OccupationGroup.UNKNOWN)
    fields["degree"] = row.degree("degree")
    fields["first_working_day"] = row.day("first_working_day")
    fields["fixed_term_until"] = row.day("fixed_term_until")
    fields["cancelled"] = status is Status.CANCELLED
    fields["display_name"] = row.words("name", 120)
    fields["work_mail"] = row.words("mail", 254)
    in_order(first_day, fields["last_day"], "last_day")
    return Draft(Kind.EMPLOYMENTS, line, unit, fields, person, number)


def _end(fields: dict[str, Any], row: Row, file: FileMapping, status: Status) -> None:
    reason = _reason(row)
    fields["end_told"] = status is Status.LEFT or file.end_told_by is Told.EVERY_ROW
    if not fields["end_told"]:
        fields["last_day"] = None
        return
    last_day = fields["last_day"] = row.must_day("last_day") if status is Status.LEFT else row.day("last_day")
    fields["reason_class"] = reason if last_day else None
    fields["received_on"] = row.day("received_on")
    fields["withdrawn_on"] = row.day("withdrawn_on")


def _leave(fields: dict[str, Any], row: Row, file: FileMapping, status: Status) -> None:
    if file.leave_told_by is Told.LEAVE_ROWS and status is not Status.LEAVE:
        return
    fields["leave_from"], fields["leave_to"] = row.day("leave_from"), row.day("leave_to")
    in_order(fields["leave_from"], fields["leave_to"], "leave_to")
    fields["leave_kind"] = row.word("leave_kind", LeaveKind, LeaveKind.UNKNOWN)


def unit(row: Row, _file: FileMapping, line: int) -> Draft:
    """A row about a unit."""
    code = row.key("unit")
    name = row.words("name", 120)
    if name is None:
        raise Unfit("missing-value", "name")
    change = row.word("change", UnitChange, UnitChange.UNKNOWN)
    fields = {
        **registered(row),
        "valid_from": row.must_day("valid_from"),
        "name": name,
        "level": row.code("level") or "unit",
        "change": None if change is UnitChange.UNKNOWN else change,
    }
    return Draft(Kind.UNITS, line, code, fields, other=row.text("parent"))


def leader(row: Row, _file: FileMapping, line: int) -> Draft:
    """A row about a leadership."""
    code, person, number = row.key("unit"), row.key("person"), row.key("employment")
    fields = {
        **registered(row),
        "first_day": row.must_day("first_day"),
        "last_day": row.day("last_day"),
        "employment_form": row.word("form", EmploymentForm, EmploymentForm.MONTHLY),
        "leader_level": row.word("level", LeaderLevel, LeaderLevel.UNKNOWN),
        "reason_class": _reason(row) or ReasonClass.UNKNOWN,
        "cancelled": row.word("status", Status, Status.EMPLOYED) is Status.CANCELLED,
    }
    in_order(fields["first_day"], fields["last_day"], "last_day")
    return Draft(Kind.LEADERS, line, code, fields, person, number)


def deputy(row: Row, _file: FileMapping, line: int) -> Draft:
    """A row about a deputyship; `deputy_for` is the source's person number of the leader, `subjects` task kinds with a space between."""
    code, person, number, other = row.key("unit"), row.key("person"), row.key("employment"), row.key("deputy_for")
    fields = {
        **registered(row),
        "first_day": row.must_day("first_day"),
        "until": row.day("last_day"),
        "subjects": row.codes("subjects"),
        "cancelled": row.word("status", Status, Status.EMPLOYED) is Status.CANCELLED,
    }
    in_order(fields["first_day"], fields["until"], "last_day")
    return Draft(Kind.DEPUTIES, line, code, fields, person, number, other)


DRAFTS: dict[Kind, Callable[[Row, FileMapping, int], Draft]] = {
    Kind.UNITS: unit,
    Kind.EMPLOYMENTS: employment,
    Kind.LEADERS: leader,
    Kind.DEPUTIES: deputy,
}
"""Who reads the rows of a kind of table."""

"""Nightly files of KMD OPUS as rows: whole states of units and employments, with the moment the file was made (danish-hr 2)."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from contracts.words import EmploymentForm, LeaderLevel
from services.chassis.calendar import COPENHAGEN
from services.intake.reading.answers import Row, read_answers
from services.intake.reading.draft import Draft
from services.intake.reading.mapping import Kind, Mapping
from services.intake.reading.opus_mapping import ANY_OTHER, LeaveDate, OpusSource
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import Accepted, Place, Progress, Reading, Whole
from services.intake.reading.values import Unfit, Values
from services.intake.reading.written import Format
from services.intake.reading.xml import Element
from services.intake.reading.xml_row import ALWAYS, EMPTY, XmlRow

NAME = re.compile(r"ZLPE(\d{14})_delta\.xml(\.gz)?")
NUMBER = re.compile(r"\d{1,6}([.,]\d{1,8})?")
TWO = Decimal(2)


class OpusAnswers:
    """Reads one nightly file."""

    roots = re.compile("kmd")
    parts = frozenset({"orgUnit", "employee"})
    columns = {  # noqa: RUF012 - read only
        "person": "cpr",
        "employment": "employee@id",
        "unit": "orgUnit",
        "first_day": "entryDate",
        "last_day": "leaveDate",
        "registered_at": "lastChanged",
        "form": "workContract",
        "position": "positionId",
        "degree": "numerator",
        "period": "startDate",
        "name": "longName",
        "display_name": "lastName",
        "mail": "email",
        "parent": "parentOrgUnit",
    }

    def __init__(self, source: OpusSource, written: Format, made_at: datetime) -> None:
        """Hold what the municipality decided, and when the file was made."""
        self._source = source
        self._values = Values(written)
        self._begins: dict[str, date] = {}
        self._number = 0
        self.whole = Whole(made_at)

    def rows(self, root: Element, part: Element, place: Place) -> Iterator[Row]:
        """The row of one unit or employee; who has left is only noted, since the file tells no more of him."""
        kind = Kind.UNITS if part.name == "orgUnit" else Kind.EMPLOYMENTS
        code = part.attributes.get("id", "").strip()
        if kind is Kind.EMPLOYMENTS and code and part.attributes.get("action") == "leave":
            self.whole.left[code] = part.line
            return
        self._number += 1
        self.whole.present.add((kind, code))
        read = self._unit if kind is Kind.UNITS else self._employee
        try:
            yield Accepted(read(XmlRow(part, self._values), root, part), place, ())
        except Unfit as unfit:
            yield place.refused(self._number, unfit, list(part.cells()))

    def rest(self, place: Place) -> Iterator[Row]:  # noqa: ARG002 - every part has told its row
        """Nothing: a file has no more to tell than its parts."""
        return iter(())

    def _at(self, row: XmlRow, root: Element) -> dict[str, Any]:
        moment, precision = row.registered(root, "lastChanged")
        return {"registered_at": moment, "registered_precision": precision, "answered_at": self.whole.made_at}

    def _unit(self, row: XmlRow, root: Element, part: Element) -> Draft:
        code = row.attribute_key("unit", "id")
        days = row.period("startDate", "endDate")
        begins = days["first"]
        assert begins is not None
        self._begins[code] = begins
        told = part.get("orgType")
        fields = {
            **self._at(row, root),
            "valid_from": max(begins, row.attribute_day("lastChanged")),
            "begins": begins,
            "until": days["last"],
            "name": row.text("name", part.get("longName") or part.get("shortName"), 120),
            "level": self._source.level.get(told) or XmlRow.code("level", told or "unit"),
        }
        return Draft(Kind.UNITS, part.line, code, fields, other=part.get("parentOrgUnit"))

    def _employee(self, row: XmlRow, root: Element, part: Element) -> Draft:
        number, person, unit = row.attribute_key("employment", "id"), row.key("person", "cpr"), row.key("unit", "orgUnit")
        first_day = row.day("first_day", "entryDate")
        if first_day is None:
            raise Unfit("missing-entry-date", "first_day")
        last_day = self._last_day(row)
        if last_day is not None and last_day < first_day:
            raise Unfit("end-before-start", "last_day")
        name = " ".join(text for text in (part.get("firstName"), part.get("lastName")) if text)
        position = part.get("positionId")
        fields = {
            **self._at(row, root),
            "first_day": first_day,
            "valid_from": max(row.attribute_day("lastChanged"), self._begins.get(unit, ALWAYS)),
            "position_code": XmlRow.code("position", position) if position else None,
            "employment_form": self._form(row.key("form", "workContract")),
            "occupation_group": self._source.group_of(position),
            "degree": _degree(part),
            "last_day": last_day,
            "leads": self._leads(part, position),
            "display_name": row.text("display_name", name, 120) if name else None,
        }
        if self._source.work_mail and (mail := part.get("email")):  # else no field: rows of files without it are known by the same digest
            fields["work_mail"] = row.text("mail", mail, 254)
        return Draft(Kind.EMPLOYMENTS, part.line, unit, fields, person, number)

    def _last_day(self, row: XmlRow) -> date | None:
        told = row.day("last_day", "leaveDate")
        return told - timedelta(days=1) if told and self._source.leave_date is LeaveDate.FIRST_DAY_OUT else told

    def _form(self, contract: str) -> EmploymentForm:
        found = self._source.work_contract.get(contract, self._source.work_contract.get(ANY_OTHER))
        if found is None:
            raise Unfit("unknown-code", "form")
        return found

    def _leads(self, part: Element, position: str) -> LeaderLevel | None:
        return self._source.leaders.get(position, self._source.leader_level) if part.get("isManager").lower() == "true" else None


def _degree(part: Element) -> str:
    """Hours of hours, as an employment degree with four places."""
    hours, full = part.get("numerator"), part.get("denominator")
    if hours in EMPTY or full in EMPTY:
        raise Unfit("missing-value", "degree")
    if not (NUMBER.fullmatch(hours) and NUMBER.fullmatch(full)):
        raise Unfit("bad-number", "degree")
    whole = Decimal(full.replace(",", "."))
    degree = Decimal(hours.replace(",", ".")) / whole if whole else TWO + 1
    if degree > TWO:
        raise Unfit("bad-number", "degree")
    return f"{degree:.4f}"


def read_opus(mapping: Mapping, source: OpusSource, path: Path, municipality: str, progress: Progress) -> Reading:
    """Read one nightly file; its name tells when it was made. Raises `DeliveryRefused`, `no-export-time` for another name."""
    named = NAME.fullmatch(path.name)
    try:
        made_at = datetime.strptime(named[1], "%Y%m%d%H%M%S").replace(tzinfo=COPENHAGEN).astimezone(UTC) if named else None
    except ValueError:
        made_at = None
    if made_at is None:
        raise DeliveryRefused("no-export-time", file=path.name)
    answers = OpusAnswers(source, mapping.format, made_at)
    reading = read_answers(mapping, answers, path, municipality, progress)
    reading.whole = answers.whole
    reading.made_at = made_at
    return reading

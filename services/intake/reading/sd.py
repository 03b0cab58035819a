"""Answers of SD Løn, the calls of 2011 and of 2007, as rows: one per employment and day of registration, per unit, per person.

Element names and what they mean: samples/README and danish-hr 1; what differs between municipalities is in the table `[sd]`.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from contracts.base import Precision
from services.intake.reading.answers import Row
from services.intake.reading.draft import Draft
from services.intake.reading.mapping import Kind
from services.intake.reading.result import Accepted, Place
from services.intake.reading.sd_mapping import SdSource, SdStatus
from services.intake.reading.sd_units import SdUnits
from services.intake.reading.values import Unfit, Values
from services.intake.reading.written import Format
from services.intake.reading.xml import Element
from services.intake.reading.xml_row import XmlRow

NO_MAIL = "Empty@Empty"
Fact = dict[str, Any]
Registered = tuple[datetime, Precision]


class SdAnswers:
    """Reads the answers of one delivery."""

    roots = re.compile(r"Get(EmploymentChanged(AtDate)?|Employment|Person(ChangedAtDate)?|Organization|Department)(\d{8})?")
    parts = frozenset({"RequestStructure", "InstitutionIdentifier", "Person", "Organization", "Department"})
    columns = {  # noqa: RUF012 - read only
        "person": "PersonCivilRegistrationIdentifier",
        "employment": "EmploymentIdentifier",
        "first_day": "EmploymentDate",
        "status": "EmploymentStatusCode",
        "unit": "DepartmentIdentifier",
        "position": "JobPositionIdentifier",
        "degree": "OccupationRate",
        "period": "ActivationDate",
        "registered_at": "changedAtDate",
        "name": "PersonSurnameName",
        "mail": "EmailAddressIdentifier",
    }

    def __init__(self, source: SdSource, written: Format) -> None:
        """Hold what the municipality decided."""
        self._source = source
        self._values = Values(written)
        self._told_institution = ""
        self._number = 0
        self._units = SdUnits(source, self._values)
        self.made_at: datetime | None = None
        """When the latest answer was made."""
        self.calls: set[str] = set()

    def rows(self, root: Element, part: Element, place: Place) -> Iterator[Row]:
        """The rows of one part of an answer."""
        self._note(root)
        match part.name:
            case "RequestStructure":
                self._told_institution = part.get("InstitutionIdentifier")
            case "InstitutionIdentifier":
                self._told_institution = part.text.strip()
            case "Person":
                for drafts in self._person(root, part):
                    yield from self._taken(drafts, part, place)
            case "Organization":
                self._units.place(root, part, self._institution)
            case _:
                yield from self._taken(self._units.named(root, part, self._institution), part, place)

    def _note(self, root: Element) -> None:
        """Which call was answered, and when; an answer of 2007 and one of 2011 are to the same call."""
        self.calls.add(root.name.rstrip("0123456789"))
        answered = XmlRow(root, self._values).answered(root)
        self.made_at = max(filter(None, (self.made_at, answered)), default=None)

    def rest(self, place: Place) -> Iterator[Row]:
        """The tree, which only the whole answer tells: every unit with its parents over time."""
        for element, drafts in self._units.placed():
            yield from self._taken(drafts, element, place)
        self._told_institution, self._number = "", 0

    @property
    def _institution(self) -> str:
        return self._told_institution or self._source.institution or ""

    def _taken(self, drafts: Iterator[Draft], part: Element, place: Place) -> Iterator[Row]:
        """The rows of one thing, or its refusal: never half of it. Things are numbered, since an answer may stand on one line."""
        self._number += 1
        try:
            found = list(drafts)
        except Unfit as unfit:
            yield place.refused(self._number, unfit, list(part.cells()))
            return
        yield from (Accepted(draft, place, ()) for draft in found)

    def _person(self, root: Element, part: Element) -> Iterator[Iterator[Draft]]:
        if part.get("PersonSurnameName") or part.get("PersonGivenName"):
            yield self._named(root, part)
        for employment in part.all("Employment"):
            yield self._employment(root, part, employment)

    def _named(self, root: Element, part: Element) -> Iterator[Draft]:
        """Name and work mail; the address of the person's own is nobody's affair here."""
        row = XmlRow(part, self._values)
        at_work = [info.all("EmailAddressIdentifier") for job in part.all("Employment") for info in job.all("ContactInformation")]
        mails = [mail.text.strip() for found in at_work for mail in found if mail.text.strip() not in {"", NO_MAIL}]
        name = " ".join(text for text in (part.get("PersonGivenName"), part.get("PersonSurnameName")) if text)
        fields = {
            **_at(row.registered(root), row.answered(root)),
            "display_name": row.text("name", name, 120),
            "work_mail": row.text("mail", mails[0], 254) if mails else None,
        }
        yield Draft(Kind.PERSONS, part.line, "", fields, row.key("person", "PersonCivilRegistrationIdentifier"))

    def _employment(self, root: Element, part: Element, element: Element) -> Iterator[Draft]:
        """A row per day of registration, all facts of that day together."""
        row = XmlRow(element, self._values)
        person = XmlRow(part, self._values).key("person", "PersonCivilRegistrationIdentifier")
        number = row.key("employment", "EmploymentIdentifier")
        facts: dict[Registered, dict[str, list[Fact]]] = {}
        for child in element.children:
            if found := self._fact(XmlRow(child, self._values)):
                of_that_day = facts.setdefault(XmlRow(child, self._values).registered(root), {})
                of_that_day.setdefault(found[0], []).append(found[1])
        if not facts:
            return
        if self._source.untold_degree and (first := row.day("first_day", "EmploymentDate")):
            facts[min(facts)].setdefault("degrees", []).append({"first": first, "degree": self._source.untold_degree})
        for registered, told in sorted(facts.items()):
            fields = {
                **_at(registered, row.answered(root)),
                "employment_form": self._source.form_of(number),
                "first_day": row.day("first_day", "EmploymentDate"),
                **{name: tuple(sorted(found, key=_by_first)) for name, found in told.items()},
            }
            yield Draft(Kind.FACTS, element.line, "", fields, person, f"{self._institution} {number}".strip())

    def _fact(self, row: XmlRow) -> tuple[str, Fact] | None:
        """The fact an element tells of, with its days; none where it tells of something that is of no use here."""
        match row.name:
            case "EmploymentStatus":
                return "statuses", {**row.period(), **self._status(row.key("status", "EmploymentStatusCode"))}
            case "EmploymentDepartment" | "Department":
                return "units", {**row.period(), "unit": self._source.unit_of(self._institution, row.key("unit", "DepartmentIdentifier"))}
            case "Profession":
                return "positions", {**row.period(), **self._position(row.key("position", "JobPositionIdentifier"))}
            case "WorkingTime":
                return "degrees", {**row.period(), "degree": row.degree("degree", "OccupationRate")}
        return None

    def _status(self, code: str) -> Fact:
        status = self._source.status.get(code)
        if status is None:
            raise Unfit("unknown-status-code", "status")
        return {"state": status.value, "reason": self._source.end_reason[code] if status is SdStatus.ENDED else None}

    def _position(self, code: str) -> Fact:
        source = self._source
        return {
            "code": XmlRow.code("position", code),
            "group": source.group_of(code),
            "form": source.position_form.get(code),
            "leads": source.leaders.get(code),
        }


def _at(registered: Registered, answered: datetime | None) -> Fact:
    return {"registered_at": registered[0], "registered_precision": registered[1], "answered_at": answered}


def _by_first(fact: Fact) -> date:
    first: date = fact["first"]
    return first

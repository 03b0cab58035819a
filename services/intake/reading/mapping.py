"""The mapping file: which column is which field, how dates and numbers are written, which word means what.

Documented for people in `deploy/local/mappings/README.md`.
"""

import hashlib
import json
import re
import tomllib
from datetime import date
from enum import Enum, StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from contracts.base import Code, Municipality, Name, SourceSystem
from contracts.words import EmploymentForm, LeaderLevel, LeaveKind, OccupationGroup, ReasonClass, UnitChange
from services.intake.reading.opus_mapping import OpusSource
from services.intake.reading.part import Part, sentences_of
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.role import Role, YesOrNo, asks_for_union
from services.intake.reading.sd_mapping import SdSource
from services.intake.reading.written import Format
from services.intake.told.fields import SHAPES, TOLD_FIELDS, YES_OR_NO


class Status(StrEnum):
    """What a row says its employment (or leadership) is."""

    EMPLOYED = "employed"
    LEFT = "left"
    LEAVE = "leave"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """What the rows of a file are about; read in this order."""

    UNITS = "units"
    LISTED = "listed"
    EMPLOYMENTS = "employments"
    LEADERS = "leaders"
    DEPUTIES = "deputies"
    ROLES = "roles"
    POSTS = "posts"
    EVENTS = "events"
    UNIT_FACTS = "unit-facts"
    UNIT_GONE = "unit-gone"
    FACTS = "facts"
    EMPLOYMENT_GONE = "employment-gone"
    PERSONS = "persons"


TABLES = frozenset({Kind.UNITS, Kind.LISTED, Kind.EMPLOYMENTS, Kind.LEADERS, Kind.DEPUTIES, Kind.ROLES, Kind.EVENTS})
"""What the rows of a table can be about; the others come from sources with a format of their own."""


class Told(StrEnum):
    """Which rows are believed about an end, or about a leave."""

    EVERY_ROW = "every-row"
    LEFT_ROWS = "left-rows"
    LEAVE_ROWS = "leave-rows"


NO_REASON = "none"
"""A reason word that tells of no end, for example an hours change."""
NO_EVENT = "none"
"""An event word whose rows are passed over."""

_MUST: dict[Kind, frozenset[str]] = {
    Kind.UNITS: frozenset({"unit", "name", "valid_from", "registered_at"}),
    Kind.EMPLOYMENTS: frozenset({"person", "employment", "unit", "form", "degree", "first_day", "registered_at"}),
    Kind.LEADERS: frozenset({"unit", "person", "employment", "level", "first_day", "registered_at"}),
    Kind.DEPUTIES: frozenset({"unit", "person", "employment", "deputy_for", "first_day", "registered_at"}),
    Kind.LISTED: frozenset({"person", "name", "registered_at"}),
    Kind.ROLES: frozenset({"unit", "role", "first_day", "registered_at"}),
    Kind.EVENTS: frozenset({"event", "registered_at"}),
}
_MAY: dict[Kind, frozenset[str]] = {
    Kind.UNITS: frozenset({"municipality", "level", "parent", "change"}),
    Kind.EMPLOYMENTS: frozenset(
        {
            *("municipality", "name", "mail", "position", "occupation_group", "status", "valid_from", "first_working_day"),
            *("fixed_term_until", "last_day", "reason", "received_on", "withdrawn_on", "leave_from", "leave_to", "leave_kind"),
        }
    ),
    Kind.LEADERS: frozenset({"municipality", "form", "status", "last_day", "reason"}),
    Kind.DEPUTIES: frozenset({"municipality", "status", "last_day", "subjects"}),
    Kind.LISTED: frozenset({"municipality", "mail", "valid_from", "last_day", "status"}),
    Kind.ROLES: frozenset(
        {
            *("municipality", "person", "employment", "last_day", "status", "level", "deputy_for", "subjects"),
            *("committee", "post", "internal"),
        }
    ),
    Kind.EVENTS: frozenset({"municipality", "key", "corrects", "cancels", *TOLD_FIELDS}),
}


_LISTS: dict[str, type[Enum]] = {
    "status": Status,
    "form": EmploymentForm,
    "occupation_group": OccupationGroup,
    "reason": ReasonClass,
    "leave_kind": LeaveKind,
    "change": UnitChange,
    "role": Role,
    "internal": YesOrNo,
}


def closed_list(kind: Kind, field: str) -> frozenset[str] | None:
    """The words of the catalogue that a field's words come from; none where it has no list."""
    if kind is Kind.EVENTS:
        return {"event": frozenset({*SHAPES, NO_EVENT}), "cancels": YES_OR_NO}.get(field) or TOLD_FIELDS.get(field)
    members = LeaderLevel if field == "level" and kind is not Kind.UNITS else _LISTS.get(field)
    if members is None:
        return None
    return frozenset(member.value for member in members) | ({NO_REASON} if field == "reason" else frozenset())


class FileMapping(Part):
    """One kind of file of a delivery. A field is a column or a constant; a word list maps the file's words, `*` any other."""

    kind: Kind
    name: str = "*"
    columns: dict[str, str]
    constants: dict[str, str] = Field(default_factory=dict)
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    remove: dict[str, str] = Field(default_factory=dict)
    end_told_by: Told = Told.EVERY_ROW
    leave_told_by: Told = Told.EVERY_ROW

    @model_validator(mode="after")
    def _no_forbidden_data(self) -> Self:
        if union := asks_for_union([*self.columns, *self.columns.values(), *self.constants]):
            raise ValueError(f"which union somebody is in is never read: {', '.join(union)}")
        return self

    @model_validator(mode="after")
    def _known_fields(self) -> Self:
        if self.kind not in TABLES:
            raise ValueError(f"no table tells of {self.kind}")
        given = {*self.columns, *self.constants}
        allowed = _MUST[self.kind] | _MAY[self.kind]
        if wrong := (given | {*self.words, *self.remove}) - allowed:
            raise ValueError(f"unknown fields for {self.kind}: {', '.join(sorted(wrong))}")
        if missing := _MUST[self.kind] - given:
            raise ValueError(f"neither column nor constant for {self.kind}: {', '.join(sorted(missing))}")
        if twice := self.columns.keys() & self.constants.keys():
            raise ValueError(f"both column and constant: {', '.join(sorted(twice))}")
        return self

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        for field in {*self.words, *self.constants}:
            known = closed_list(self.kind, field)
            if known is None:
                continue
            used = {*self.words.get(field, {}).values(), *([self.constants[field]] if field in self.constants else [])}
            if wrong := used - known:
                raise ValueError(f"words of {field} outside the catalogue: {', '.join(sorted(wrong))}")
        return self


class MadeUnits(Part):
    """Units for a source that has none of its own: one per value of the unit column, below one root."""

    root_code: str = "root"
    root_name: Name
    root_level: Code = "municipality"
    name: Name = "{code}"
    level: Code = "unit"
    valid_from: date


class Made(Part):
    """When the source made a delivery of CSV files, in its own words: a group of their name, or a column of which the latest counts.

    `written`: `iso`, or a strptime pattern; without it the name tells it as `iso`, a column as the format writes moments and days.
    Local time of the source where no offset is given.
    """

    file_name: str | None = None
    column: str | None = None
    written: str | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.file_name is None) is (self.column is None):
            raise ValueError("name either file_name or column")
        try:
            groups = 1 if self.file_name is None else re.compile(self.file_name).groups
        except re.error as wrong:
            raise ValueError(f"file_name is no pattern: {wrong}") from wrong
        if groups != 1:
            raise ValueError("file_name needs one group, around the moment")
        return self


class Mapping(Part):
    """A whole mapping file. `feed` names the source; `municipality` is needed unless the command gives it."""

    feed: Code
    municipality: Municipality | None = None
    source_system: SourceSystem = SourceSystem.CSV
    format: Format = Format()
    files: tuple[FileMapping, ...] = ()
    sd: SdSource | None = None
    opus: OpusSource | None = None
    units: MadeUnits | None = None
    known_units: tuple[str, ...] = ()
    made: Made | None = None

    @model_validator(mode="after")
    def _one_format(self) -> Self:
        if self.made is not None and not self.files:
            raise ValueError("a payroll system tells by itself when its answers were made")
        if [bool(self.files), self.sd is not None, self.opus is not None].count(True) != 1:
            raise ValueError("name the files of a CSV delivery, or the table of one payroll system")
        return self

    @property
    def way_in(self) -> str:
        """What the deliveries are written in: `csv`, `sd` or `opus`."""
        return "sd" if self.sd else "opus" if self.opus else "csv"

    @property
    def digest(self) -> str:
        """The content of the mapping: a delivery read with another mapping is read anew."""
        return hashlib.sha256(self.body.encode()).hexdigest()

    @property
    def body(self) -> str:
        """The content as one text, the same in every process."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False)

    @classmethod
    def of_body(cls, body: str) -> "Mapping":
        """The mapping that has this content. Raises `DeliveryRefused("bad-mapping")`."""
        try:
            return cls.model_validate_json(body)
        except ValidationError as wrong:
            raise DeliveryRefused("bad-mapping", why=str(wrong)) from wrong

    @property
    def units_told(self) -> bool:
        """Whether units are told apart from employments, so that a code nobody told of is refused (never for a payroll system: 1.15)."""
        return (
            self.way_in == "csv" and self.units is None and (bool(self.known_units) or any(file.kind is Kind.UNITS for file in self.files))
        )

    @property
    def persons_told(self) -> bool:
        """Whether persons are told apart from their roles, so that a role of somebody nobody told of is refused."""
        return any(file.kind is Kind.LISTED for file in self.files)

    @classmethod
    def parse(cls, text: str) -> "Mapping":
        """A mapping from the text of its file. Raises `DeliveryRefused("bad-mapping")` that says what is wrong."""
        try:
            return cls.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as wrong:
            raise DeliveryRefused("bad-mapping", why=str(wrong)) from wrong
        except ValidationError as wrong:
            raise DeliveryRefused("bad-mapping", why=sentences_of(wrong)) from wrong

    @classmethod
    def load(cls, path: Path) -> "Mapping":
        """A mapping from its file. Raises `DeliveryRefused("bad-mapping")`."""
        try:
            return cls.parse(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as wrong:
            raise DeliveryRefused("bad-mapping", why=str(wrong)) from wrong

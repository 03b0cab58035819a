"""One row of a file as its mapping reads it: fields by name, typed; what does not fit raises `Unfit`."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from functools import partial
from operator import itemgetter
from typing import Any, TypeVar

from contracts.base import Precision
from services.intake.reading.mapping import FileMapping, Kind
from services.intake.reading.values import Kept, Unfit, Values
from services.intake.reading.written import Format

W = TypeVar("W", bound=Enum)
_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_FLOAT = re.compile(r"(\d+)\.0+")
_KEY_LIMIT = 80
_ABOUT = {Kind.LISTED: ("person",), Kind.EMPLOYMENTS: ("person",), Kind.EVENTS: ("person_key", "employment_id", "unit_id")}
"""Whom the rows are about, where it is not a unit: the first of these fields that has a column."""


class Columns:
    """Where the fields of one file stand, from its header. Raises `Unfit("bad-header")` with the first column that is not there."""

    def __init__(self, file: FileMapping, written: Format, header: Sequence[str]) -> None:
        """Find every mapped column once."""
        names = [name.strip() for name in header]
        for field, column in file.columns.items():
            if names.count(column) != 1:
                raise Unfit("bad-header", field)
        self.file = file
        self.names = tuple(names)
        self.count = len(names)
        self.values = Values(written)
        self._places = {field: names.index(column) for field, column in file.columns.items()}
        self._cells = itemgetter(*self._places.values(), 0)
        """Of all mapped columns, and of one more: a tuple however many there are."""
        self.codes = Kept(_code)
        self._words: dict[str, Kept[Any]] = {}
        self._removed = {field: removed for field, removed in file.remove.items() if removed and field in self._places}
        self._whole = written.whole_numbers
        about = next((field for field in _ABOUT.get(file.kind, ("unit",)) if field in self._places), "")
        self._about = (self._places[about], self._removed.get(about, "")) if about else None
        self._about_number = about in written.whole_numbers

    def subject_of(self, cells: Sequence[str]) -> str:
        """The key of the person or unit that a row is about, also of a row that will be refused; empty where it has none."""
        if self._about is None or self._about[0] >= len(cells):
            return ""
        place, removed = self._about
        text = cells[place].strip()
        text = text.replace(removed, "") if removed else text
        return number[1] if self._about_number and (number := _FLOAT.fullmatch(text)) else text

    def row(self, cells: Sequence[str]) -> "Row":
        """The fields of one row. Raises `Unfit("wrong-column-count")`."""
        if len(cells) != self.count:
            raise Unfit("wrong-column-count", "row")
        texts = {**self.file.constants, **dict(zip(self._places, map(str.strip, self._cells(cells)), strict=False))}
        for field, removed in self._removed.items():
            texts[field] = texts[field].replace(removed, "")
        for field in self._whole:
            if field in texts and (number := _FLOAT.fullmatch(texts[field])):
                texts[field] = number[1]
        return Row(self, texts)

    def word(self, field: str, members: type[W], missing: W) -> "Kept[W]":
        """The words of a field by their texts: the members of a closed list. A field is always read from one list."""
        kept = self._words.get(field)
        if kept is None:
            kept = self._words[field] = Kept(partial(self._word, field, members, missing))
        return kept

    def _word(self, field: str, members: type[W], missing: W, text: str) -> W:
        told = self.told(field, text)
        if not told:
            return missing
        member = members._value2member_map_.get(told)
        if not isinstance(member, members):
            raise Unfit("unknown-code", field)
        return member

    def told(self, field: str, text: str) -> str:
        """The catalogue's word for a text of the file. Raises `Unfit` for one outside the mapping's list, if it has one."""
        words = self.file.words.get(field)
        if words is None or field in self.file.constants:
            return text
        found = words.get(text, words.get("*") if text else "")
        if found is None:
            raise Unfit("forbidden-content" if field == "reason" else "unknown-status-code" if field == "status" else "unknown-code", field)
        return found

    def kept(self, cells: Sequence[str], unfit: Unfit | None = None) -> Sequence[str]:
        """What may be kept of a row in case it is refused: of a row of roles the columns that are read alone, since others may hold a
        union, and no cell that is no role. Where the cells are not those of the header, nobody knows which is which.
        """
        if self.file.kind is not Kind.ROLES:
            return cells
        if len(cells) != self.count:
            return ()
        read = {place for field, place in self._places.items() if unfit is None or (unfit.field, field) != ("role", "role")}
        return [cell if place in read else "" for place, cell in enumerate(cells)]


def _code(text: str) -> str | None:
    """A code as it is kept, empty for an empty text; none where it is no code."""
    code = text.lower()
    return code if not code or _CODE.fullmatch(code) else None


class Row:
    """The texts of one row; every reading method names the field it reads."""

    __slots__ = ("_columns", "_texts", "_values")

    def __init__(self, columns: Columns, texts: dict[str, str]) -> None:
        """Hold the texts by field."""
        self._texts = texts
        self._columns = columns
        self._values = columns.values

    def text(self, field: str) -> str:
        """The text of a field, empty where there is none."""
        return self._texts.get(field, "")

    def key(self, field: str) -> str:
        """A key of the source. Raises `missing-key` where it is empty."""
        text = self._texts.get(field, "")
        if not text:
            raise Unfit("missing-key", field)
        if len(text) > _KEY_LIMIT or not text.isprintable():
            raise Unfit("bad-key", field)
        return text

    def words(self, field: str, limit: int) -> str | None:
        """A text of at most `limit` characters, none where it is empty."""
        text = self._texts.get(field, "")
        if len(text) > limit or not text.isprintable():
            raise Unfit("bad-text", field)
        return text or None

    def must_be(self, field: str, code: str) -> None:
        """A field that, where it is told, is the same in the whole delivery."""
        if (text := self._texts.get(field)) and text != code:
            raise Unfit(f"other-{field}", field)

    def day(self, field: str) -> date | None:
        """A day, none where it is empty or a day that means none."""
        text = self._texts.get(field)
        if not text:
            return None
        is_day, day = self._values.told_days[text]
        if not is_day:
            raise Unfit("bad-date", field)
        return day

    def must_day(self, field: str) -> date:
        """A day that must be there: an empty one is missing, one that means none is no day."""
        day = self.day(field)
        if day is None:
            raise Unfit("sentinel-date" if self.text(field) else "missing-value", field)
        return day

    def instant(self, field: str) -> tuple[datetime, Precision]:
        """When it was registered, and how precisely."""
        text = self.text(field)
        found = self._values.instants[text] if text else None
        if found is None:
            raise Unfit("bad-date" if text else "missing-value", field)
        return found

    def degree(self, field: str) -> str:
        """An employment degree."""
        text = self.text(field)
        found = self._values.degrees[text] if text else None
        if found is None:
            raise Unfit("bad-number" if text else "missing-value", field)
        return found

    def code(self, field: str) -> str | None:
        """A code of a configured list, lower case."""
        found = self._columns.codes[self.text(field)]
        if found is None:
            raise Unfit("bad-code", field)
        return found or None

    def codes(self, field: str) -> tuple[str, ...]:
        """Codes with a space between."""
        found = tuple(self.text(field).lower().split())
        if not all(map(_CODE.fullmatch, found)):
            raise Unfit("bad-code", field)
        return found

    def told(self, field: str) -> str:
        """The catalogue's word for what the file says; the file's own where it needs no list. Empty: nothing said."""
        return self._columns.told(field, self.text(field))

    def word(self, field: str, members: type[W], missing: W) -> W:
        """A word of a closed list; `missing` where nothing is said. A word outside the list is refused, never guessed."""
        return self._columns.word(field, members, missing)[self._texts.get(field, "")]

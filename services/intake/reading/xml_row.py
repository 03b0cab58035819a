"""One element of an answer, its texts as typed values; what does not fit raises `Unfit` with the field, never with the value."""

import re
from datetime import date, datetime

from contracts.base import Precision
from services.intake.reading.values import Unfit, Values
from services.intake.reading.xml import Element

_CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_KEY_LIMIT = 80
ALWAYS = date(1900, 1, 1)
"""What a source writes for "since always"."""
EMPTY = frozenset({"", "0000-00-00"})


class XmlRow:
    """Reads the children of one element."""

    __slots__ = ("_element", "_values", "name")

    def __init__(self, element: Element, values: Values) -> None:
        """Hold the element."""
        self.name = element.name
        self._element = element
        self._values = values

    def key(self, field: str, name: str) -> str:
        """A key of the source. Raises `missing-key` where it is empty."""
        return _key(field, self._element.get(name))

    def attribute_key(self, field: str, name: str) -> str:
        """The same from an attribute."""
        return _key(field, self._element.attributes.get(name, "").strip())

    @staticmethod
    def text(field: str, text: str, limit: int) -> str:
        """A text of at most `limit` characters."""
        if not text or len(text) > limit or not text.isprintable():
            raise Unfit("bad-text" if text else "missing-value", field)
        return text

    @staticmethod
    def code(field: str, text: str) -> str:
        """A code of a configured list, lower case."""
        if not _CODE.fullmatch(text.lower()):
            raise Unfit("bad-code", field)
        return text.lower()

    def day(self, field: str, name: str) -> date | None:
        """A day, none where it is empty or a day that means none."""
        day = self._written(field, name)
        return None if day is None or self._values.is_none(day) else day

    def period(self, first: str = "ActivationDate", last: str = "DeactivationDate") -> dict[str, date | None]:
        """From the first day to the last one, both included. Raises `end-before-start`, `sentinel-date` for one that never begins."""
        begins = self._written("period", first)
        ends = self.day("period", last)
        if begins is None:
            raise Unfit("missing-value", "period")
        if begins != ALWAYS and self._values.is_none(begins):
            raise Unfit("sentinel-date", "period")
        if ends is not None and ends < begins:
            raise Unfit("end-before-start", "period")
        return {"first": begins, "last": ends}

    def degree(self, field: str, name: str) -> str:
        """An employment degree."""
        text = self._element.get(name)
        found = self._values.degrees[text] if text else None
        if found is None:
            raise Unfit("bad-number" if text else "missing-value", field)
        return found

    def registered(self, root: Element, attribute: str = "changedAtDate") -> tuple[datetime, Precision]:
        """When the source registered it: what the element says, else when the answer was made."""
        text = self._element.attributes.get(attribute) or root.attributes.get("creationDateTime", "")
        found = self._values.instants[text] if text else None
        if found is None:
            raise Unfit("bad-date" if text else "missing-value", "registered_at")
        return found

    def attribute_day(self, name: str) -> date:
        """The day an attribute names. Raises `bad-date`."""
        day = self._values.days[self._element.attributes.get(name, "")]
        if day is None:
            raise Unfit("bad-date", "registered_at")
        return day

    def answered(self, root: Element) -> datetime | None:
        """When the answer was made, where it says so."""
        found = self._values.instants[root.attributes.get("creationDateTime", "")]
        return found[0] if found else None

    def _written(self, field: str, name: str) -> date | None:
        text = self._element.get(name)
        if text in EMPTY:
            return None
        day = self._values.days[text]
        if day is None:
            raise Unfit("bad-date", field)
        return day


def _key(field: str, text: str) -> str:
    if not text:
        raise Unfit("missing-key", field)
    if len(text) > _KEY_LIMIT or not text.isprintable():
        raise Unfit("bad-key", field)
    return text

"""The fields of the events a source may tell, and how each is written where cells hold nothing but text."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Any, get_args
from uuid import UUID

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from contracts.base import Event
from services.intake.told.bodies import FILLED, LEFT_OUT, NUMBERS, TYPES

YES_OR_NO = frozenset({"true", "false"})
NOT_TOLD = FILLED | LEFT_OUT | {"municipality", "registered_at", "registered_precision"}
"""Known by the way a row came, or read for every row."""


class Shape(StrEnum):
    """How the text of a cell is read."""

    DAY = "day"
    DEGREE = "degree"
    YES_OR_NO = "yes-or-no"
    KEY = "key"
    CODE = "code"
    CODES = "codes"
    WORD = "word"
    NUMBER = "number"
    TEXT = "text"


def _shapes(event: type[Event]) -> dict[str, Shape]:
    return {name: _shape(name, info) for name, info in event.model_fields.items() if name not in NOT_TOLD}


def _shape(name: str, info: FieldInfo) -> Shape:
    """The shape of a field, from its type in the contract."""
    kinds = {kind for kind in _kinds(info.annotation) if kind is not type(None)}
    if name in NUMBERS:
        return Shape.DEGREE
    if any(isinstance(kind, type) and issubclass(kind, Enum) for kind in kinds):
        return Shape.WORD
    by_type: dict[Any, Shape] = {
        date: Shape.DAY, datetime: Shape.TEXT, bool: Shape.YES_OR_NO, UUID: Shape.KEY, tuple: Shape.CODES, int: Shape.NUMBER,
    }  # fmt: skip
    found = next((by_type[kind] for kind in kinds if kind in by_type), Shape.TEXT)
    return Shape.CODE if found is Shape.TEXT and _is_code(info) else found


def _kinds(annotation: Any) -> Iterator[Any]:
    inner = get_args(annotation)
    origin = getattr(annotation, "__origin__", None)
    if origin is tuple:
        yield tuple
    elif inner:
        for each in inner:
            yield from _kinds(each)
    else:
        yield annotation


def _is_code(info: FieldInfo) -> bool:
    return "^[a-z0-9]" in repr(info)


def _fits_a_row(event: type[Event]) -> bool:
    """Counts hold rows of their own."""
    kinds = (kind for info in event.model_fields.values() for kind in get_args(info.annotation))
    return not any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in kinds)


SHAPES: Mapping[str, Mapping[str, Shape]] = MappingProxyType({wire: _shapes(event) for wire, event in TYPES.items() if _fits_a_row(event)})
"""By wire name of each event that a row may tell: the fields it may hold, and how each is written."""


def _words(name: str) -> frozenset[str] | None:
    """The words a field may hold in any event; none where it has no list."""
    infos = [TYPES[wire].model_fields[name] for wire, shapes in SHAPES.items() if name in shapes]
    if any(shapes.get(name) is Shape.YES_OR_NO for shapes in SHAPES.values()):
        return YES_OR_NO
    lists = [kind for info in infos for kind in _kinds(info.annotation) if isinstance(kind, type) and issubclass(kind, Enum)]
    return frozenset(member.value for kind in lists for member in kind) if lists else None


TOLD_FIELDS: Mapping[str, frozenset[str] | None] = {
    name: _words(name) for name in sorted({name for shapes in SHAPES.values() for name in shapes})
}
"""Every field that a row may tell of some event, with its words where it has a list."""

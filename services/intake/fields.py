"""The fields of an event for a reader, out of its JSON Schema: one row each at any depth. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
NULL = {"type": "null"}


@dataclass(frozen=True, slots=True)
class Row:
    """One field. `name`: `call.opens`, `rows[].n`; `kind`: JSON's type or its format; `words`: the whole list where it is closed."""

    name: str
    kind: str
    is_list: bool
    words: tuple[str, ...]
    limits: tuple[tuple[str, str], ...]
    may_be_null: bool
    is_required: bool
    default: str | None
    data_class: str
    meaning: str


def rows(schema: Schema) -> tuple[Row, ...]:
    """All fields of a schema of ours, parts of an object behind it."""
    return tuple(_rows(schema, schema, ""))


def _rows(whole: Schema, shape: Schema, before: str) -> Iterator[Row]:
    for name, field in shape.get("properties", {}).items():
        required = name in shape.get("required", ())
        row, inner = _row(whole, field, before + name, required=required)
        yield row
        yield from _rows(whole, inner, f"{row.name}[]." if row.is_list else f"{row.name}.")


def _row(whole: Schema, field: Schema, name: str, *, required: bool) -> tuple[Row, Schema]:
    forms = field.get("anyOf", [field])
    (said,) = (form for form in forms if form != NULL)
    listed = said.get("type") == "array"
    item = said["items"] if listed else said
    named = whole["$defs"][item["$ref"].rpartition("/")[2]] if "$ref" in item else item
    marks = [form["x-data-class"] for form in (field, said, item) if "x-data-class" in form]
    row = Row(
        name=name,
        kind=named.get("format", named["type"]),
        is_list=listed,
        words=tuple(named.get("enum", ())),
        limits=tuple((limit, str(part[limit])) for part in ({**said, **named},) for limit in LIMITS if limit in part),
        may_be_null=NULL in forms,
        is_required=required,
        default=_written(field["default"]) if "default" in field else None,
        data_class=marks[0] if marks else whole["x-data-class"],
        meaning=field.get("description") or named.get("description", ""),
    )
    return row, named


LIMITS = ("pattern", "minimum", "maximum", "minLength", "maxLength", "maxItems")


def _written(value: object) -> str:
    """A default as JSON writes it."""
    return {None: "null", True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool | None) else str(value)

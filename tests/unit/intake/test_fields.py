"""The fields of a schema as rows: types, lists, parts of objects, words, limits, who may read them."""

from dataclasses import asdict
from typing import Any

import pytest

from services.intake.fields import Row, rows

SCHEMA: dict[str, Any] = {
    "x-data-class": "pseudonymous",
    "required": ["who", "asked"],
    "properties": {
        "who": {"type": "string", "format": "uuid", "x-data-class": "none", "description": "Who it is."},
        "until": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}], "default": None},
        "form": {"$ref": "#/$defs/Form", "default": "monthly"},
        "sure": {"type": "boolean", "default": False},
        "counts": {"type": "array", "maxItems": 5, "items": {"$ref": "#/$defs/Count"}, "default": []},
        "asked": {"$ref": "#/$defs/Asked"},
    },
    "$defs": {
        "Form": {"type": "string", "enum": ["monthly", "unknown"], "description": "How somebody is employed."},
        "Count": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 0}}, "required": ["n"]},
        "Asked": {"type": "object", "properties": {"person": {"anyOf": [{"type": "string", "x-data-class": "pseudonymous"}]}}},
    },
}


@pytest.fixture(scope="module")
def found() -> dict[str, Row]:
    return {row.name: row for row in rows(SCHEMA)}


def test_the_parts_of_an_object_stand_behind_it(found: dict[str, Row]) -> None:
    assert list(found) == ["who", "until", "form", "sure", "counts", "counts[].n", "asked", "asked.person"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("who", {"kind": "uuid", "is_required": True, "data_class": "none", "meaning": "Who it is.", "default": None}),
        ("until", {"kind": "date", "may_be_null": True, "is_required": False, "default": "null", "data_class": "pseudonymous"}),
        ("form", {"words": ("monthly", "unknown"), "meaning": "How somebody is employed.", "default": "monthly", "may_be_null": False}),
        ("sure", {"kind": "boolean", "default": "false"}),
        ("counts", {"kind": "object", "is_list": True, "limits": (("maxItems", "5"),), "default": "[]"}),
        ("counts[].n", {"kind": "integer", "is_required": True, "limits": (("minimum", "0"),)}),
        ("asked", {"kind": "object", "is_required": True}),
        ("asked.person", {"is_required": False, "data_class": "pseudonymous"}),
    ],
)
def test_a_field_is_told_as_it_is(found: dict[str, Row], name: str, told: dict[str, Any]) -> None:
    row = asdict(found[name])

    assert {each: row[each] for each in told} == told

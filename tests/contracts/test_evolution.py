"""What may change in an event that others read, and what may not: one rule, one test; the catalogue; the command that writes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from contracts import EVENTS, schemas_cli
from contracts.base import Event, Value, Word
from contracts.evolution import Rule, Schema, catalogue_changes, changes
from contracts.schemas_cli import broken, committed, next_name, schema_of, write

WIRE = "toy.said.v1"
TEXT = {"type": "string", "minLength": 1, "maxLength": 120}
COUNT = {"type": "integer", "minimum": 0}
LIST = {"enum": ["red", "green", "unknown"], "type": "string"}
CLOSED = {"enum": ["open", "shut"], "type": "string"}


def maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}], "default": None}


def body(needed: Mapping[str, Schema] | None = None, **optional: Schema) -> dict[str, Any]:
    told = needed or {}
    return {"type": "object", "properties": {**told, **optional}, "required": list(told)}


def found(old: Schema, new: Schema) -> list[tuple[str, Rule]]:
    return [(each.field, each.rule) for each in changes(WIRE, old, new)]


def field(old: Schema, new: Schema) -> list[Rule]:
    """The rules that a change of one required field breaks."""
    broke = found(body({"it": old}), body({"it": new}))
    assert {name for name, _ in broke} <= {"it"}
    return [rule for _, rule in broke]


def test_the_same_again_breaks_nothing() -> None:
    for schema in committed().values():
        assert changes(WIRE, schema, schema) == []


def test_an_optional_field_more_is_no_break() -> None:
    assert found(body({"name": TEXT}), body({"name": TEXT}, count=maybe(COUNT), colour=LIST | {"default": "unknown"})) == []


def test_a_word_more_is_no_break_where_readers_have_an_unknown() -> None:
    assert field(LIST, LIST | {"enum": ["red", "green", "blue", "unknown"]}) == []
    assert field(CLOSED, CLOSED | {"enum": ["open", "shut", "ajar"]}) == [Rule.WIDENED]


def test_words_for_people_may_change() -> None:
    assert (
        field(TEXT | {"title": "It", "description": "One."}, TEXT | {"title": "That", "description": "Two.", "x-data-class": "none"}) == []
    )


def test_a_field_that_goes_is_removed_or_renamed() -> None:
    both = {"name": TEXT, "count": COUNT}

    assert found(body(both), body({"name": TEXT})) == [("count", Rule.REMOVED)]
    assert found(body(both), body({"name": TEXT, "number": COUNT})) == [("count", Rule.RENAMED)]
    assert found(body({"name": TEXT}, count=maybe(COUNT)), body({"name": TEXT})) == [("count", Rule.REMOVED)]


def test_nothing_becomes_required_and_nothing_required_becomes_optional() -> None:
    assert found(body({"name": TEXT}), body({"name": TEXT, "count": COUNT})) == [("count", Rule.NEWLY_REQUIRED)]
    assert found(body(name=TEXT), body({"name": TEXT})) == [("name", Rule.NEWLY_REQUIRED)]
    assert found(body({"name": TEXT}), body(name=TEXT)) == [("name", Rule.NO_LONGER_REQUIRED)]


def test_what_was_left_out_goes_on_meaning_the_same() -> None:
    assert found(body(it=COUNT | {"default": 0}), body(it=COUNT | {"default": 1})) == [("it", Rule.CHANGED)]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (TEXT, COUNT, Rule.RETYPED),
        ({"type": "integer"}, {"type": "number"}, Rule.RETYPED),
        (TEXT, TEXT | {"maxLength": 80}, Rule.NARROWED),
        (TEXT, TEXT | {"maxLength": 200}, Rule.WIDENED),
        (TEXT, TEXT | {"minLength": 2}, Rule.NARROWED),
        (TEXT, TEXT | {"minLength": 0}, Rule.WIDENED),
        (COUNT, COUNT | {"maximum": 9}, Rule.NARROWED),
        (COUNT | {"maximum": 9}, COUNT, Rule.WIDENED),
        (COUNT, {"type": "integer"}, Rule.WIDENED),
        ({"type": "integer"}, {"type": "integer", "exclusiveMinimum": 0}, Rule.NARROWED),
        ({"type": "string"}, {"type": "string", "pattern": "^a$"}, Rule.NARROWED),
        ({"type": "string", "pattern": "^a$"}, {"type": "string"}, Rule.WIDENED),
        ({"type": "string", "pattern": "^a$"}, {"type": "string", "pattern": "^b$"}, Rule.CHANGED),
        ({"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}, Rule.CHANGED),
        (LIST, LIST | {"enum": ["red", "unknown"]}, Rule.NARROWED),
        (LIST, {"type": "string"}, Rule.WIDENED),
        ({"type": "string"}, LIST, Rule.NARROWED),
        ({"const": "a", "type": "string"}, {"const": "b", "type": "string"}, Rule.NARROWED),
        ({"type": "string"}, {"type": "string", "contentEncoding": "base64"}, Rule.CHANGED),
        ({"type": "object"}, {"type": "object", "additionalProperties": False}, Rule.NARROWED),
        (maybe(TEXT), TEXT, Rule.NARROWED),
        (TEXT, maybe(TEXT), Rule.WIDENED),
    ],
)  # fmt: skip
def test_a_field_stays_what_it_is(old: Schema, new: Schema, rule: Rule) -> None:
    assert rule in [rule for name, rule in found(body({"it": old}), body({"it": new})) if name.startswith("it")]


def test_a_word_of_the_schema_that_the_guard_does_not_know_may_stay_as_it_is() -> None:
    encoded = {"type": "string", "contentEncoding": "base64"}

    assert field(encoded, TEXT | encoded) == [Rule.NARROWED, Rule.NARROWED]


def test_a_const_is_a_list_of_one_word() -> None:
    assert field({"const": "unknown"}, {"enum": ["unknown", "more"]}) == []


def test_a_field_within_a_field_is_named_by_its_path() -> None:
    inner, narrowed = body({"state": TEXT}), body({"state": TEXT | {"maxLength": 3}})

    assert found(body({"call": inner}), body({"call": narrowed})) == [("call.state", Rule.NARROWED)]
    assert found(body(call=maybe(inner)), body(call=maybe(narrowed))) == [("call.state", Rule.NARROWED)]
    rows = [{"type": "array", "items": each} for each in (inner, narrowed)]
    assert found(body({"rows": rows[0]}), body({"rows": rows[1]})) == [("rows[].state", Rule.NARROWED)]
    others = [{"type": "object", "additionalProperties": each} for each in (inner, narrowed)]
    assert found(body({"by": others[0]}), body({"by": others[1]})) == [("by.*.state", Rule.NARROWED)]


def test_a_list_keeps_the_form_of_its_items_and_its_places() -> None:
    pair = {"type": "array", "prefixItems": [TEXT, COUNT]}

    assert found(body({"it": {"type": "array", "items": TEXT}}), body({"it": {"type": "array"}})) == [("it[]", Rule.RETYPED)]
    assert found(body({"it": pair}), body({"it": pair | {"prefixItems": [TEXT]}})) == [("it[]", Rule.RETYPED)]
    assert found(body({"it": pair}), body({"it": pair | {"prefixItems": [COUNT, COUNT]}})) == [("it[0]", Rule.RETYPED)]


def test_definitions_are_followed_and_their_names_are_nobodys_business() -> None:
    def said(name: str, definition: Schema) -> Schema:
        return body({"it": {"$ref": f"#/$defs/{name}"}}) | {"$defs": {name: definition}}

    assert found(said("Colour", LIST), said("Hue", LIST)) == []
    assert found(said("Colour", LIST), said("Colour", LIST | {"enum": ["red", "unknown"]})) == [("it", Rule.NARROWED)]
    assert found(body({"it": LIST}), said("Colour", LIST)) == []


def test_a_form_that_holds_itself_is_compared_once() -> None:
    def tree(name: Schema) -> Schema:
        node = body({"name": name}, below={"type": "array", "items": {"$ref": "#/$defs/Node"}, "default": []})
        return {"$defs": {"Node": node}, "$ref": "#/$defs/Node"}

    assert found(tree(TEXT), tree(TEXT)) == []
    assert found(tree(TEXT), tree(COUNT)) == [("name", Rule.RETYPED)]


def test_of_several_forms_none_goes_and_none_comes() -> None:
    two, three = {"anyOf": [TEXT, COUNT]}, {"anyOf": [COUNT, TEXT, {"type": "boolean"}]}

    assert field(two, {"oneOf": [COUNT, TEXT]}) == []
    assert field(two, three) == [Rule.WIDENED]
    assert field(three, two) == [Rule.RETYPED]


def test_an_event_stays_on_its_topic_and_in_its_class() -> None:
    told = body() | {"x-topic": "toy.v1", "x-data-class": "none"}

    assert found(told, told | {"x-topic": "toy.restricted.v1"}) == [("(the event)", Rule.CHANGED)]
    assert found(told, told | {"x-data-class": "local-only"}) == [("(the event)", Rule.CHANGED)]


def test_a_wire_name_never_goes_unless_a_newer_version_reads_it() -> None:
    gone = catalogue_changes({WIRE: body()}, {}, ())

    assert [str(each) for each in gone] == ["toy.said.v1: (the event): removed: nothing reads it any more"]
    assert catalogue_changes({WIRE: body()}, {"toy.said.v2": body()}, (WIRE,)) == []


def test_a_finding_names_the_event_the_field_and_the_rule() -> None:
    (told,) = changes(WIRE, body({"name": TEXT}), body({"name": TEXT | {"maxLength": 80}}))

    assert str(told) == "toy.said.v1: name: narrowed: maxLength 120 before, 80 now"


def test_no_event_of_today_breaks_what_was_committed() -> None:
    assert list(map(str, broken(committed(), EVENTS))) == []


class Colour(Word):
    """A list."""

    RED = "red"
    UNKNOWN = "unknown"


class Line(Value):
    """A part."""

    colour: Colour


class Said(Event):
    """What was said."""

    wire: ClassVar[str] = WIRE
    topic: ClassVar[str] = "toy.v1"

    lines: tuple[Line, ...]


def kept(folder: Path, event: type[Event] = Said) -> str:
    return (folder / f"{event.wire}.json").read_text("utf-8")


def test_a_schema_is_written_once_and_grows_by_what_breaks_nothing(tmp_path: Path) -> None:
    class SaidMore(Said):
        count: int = 0

    assert write(tmp_path, [Said]) == []
    assert json.loads(kept(tmp_path)) == schema_of(Said)
    assert write(tmp_path, [SaidMore]) == []
    assert json.loads(kept(tmp_path)) == schema_of(SaidMore)


def test_a_promise_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class SaidLess(Event):
        wire: ClassVar[str] = WIRE
        topic: ClassVar[str] = "toy.v1"

    write(tmp_path, [Said])
    before = kept(tmp_path)
    monkeypatch.setattr(schemas_cli, "FOLDER", tmp_path)
    monkeypatch.setattr(schemas_cli, "EVENTS", (SaidLess,))

    with pytest.raises(SystemExit, match=r"toy\.said\.v1: lines: removed(.|\n)*make toy\.said\.v2"):
        schemas_cli.main()
    assert kept(tmp_path) == before


def test_the_command_writes_what_breaks_nothing_and_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schemas_cli, "FOLDER", tmp_path)
    monkeypatch.setattr(schemas_cli, "EVENTS", (Said,))

    schemas_cli.main()

    assert json.loads(kept(tmp_path)) == schema_of(Said)


def test_the_next_version_has_the_next_name() -> None:
    assert [next_name("hr.hired.v1"), next_name("hr.hired.v9")] == ["hr.hired.v2", "hr.hired.v10"]

"""Write the JSON Schema of every wire name: `python -m contracts.schemas_cli`. A test compares the files with what this gives.

A schema that was committed is a promise: nothing is written while one of them would be broken.
"""

import json
import sys
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from contracts import EVENTS, Event
from contracts.base import schema_id
from contracts.evolution import Finding, Schema, catalogue_changes

FOLDER = Path(__file__).parent / "schemas"
MEANINGS = Path(__file__).parent / "meanings.toml"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(event: type[Event]) -> Schema:
    """The schema of a body, fields in the order of the class. A field without `x-data-class` is of the event's."""
    head = {"$schema": DIALECT, "$id": schema_id(event.wire)}
    told = {"x-topic": event.topic, "x-data-class": event.data_class.value}
    schema = event.model_json_schema()
    for shape, part in {event.__name__: schema, **schema.get("$defs", {})}.items():
        for name, field in part.get("properties", {}).items():
            field.update(_meaning(shape, name, field))
    return {**head, **told, **schema}


@cache
def meanings() -> Mapping[str, Any]:
    """What each field means: a text by its name, and by shape the texts of names that mean something else there."""
    return tomllib.loads(MEANINGS.read_text("utf-8"))


def _meaning(shape: str, name: str, field: Schema) -> dict[str, str]:
    """The description of a field; none where its list of words says itself what it is."""
    lists = [form["$ref"].rpartition("/")[2] for form in (field, *field.get("anyOf", ())) if "$ref" in form]
    told = [meanings().get(place, {}).get(name) for place in (shape, *lists)] + [meanings().get(name)]
    return next(({"description": found} for found in told if found), {})


def schema_text(schema: Schema) -> str:
    """A schema as its file has it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def committed(folder: Path = FOLDER) -> dict[str, Schema]:
    """Every schema that is kept, by wire name; those of types that are no more among them."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}


def broken(kept: Mapping[str, Schema], events: Iterable[type[Event]]) -> list[Finding]:
    """Every promise of the schemas that are kept, which these classes do not hold."""
    classes = tuple(events)
    today = {event.wire: schema_of(event) for event in classes}
    return catalogue_changes(kept, today, frozenset(wire for event in classes for wire in event.older))


def write(folder: Path, events: Iterable[type[Event]]) -> list[Finding]:
    """Write all, or nothing where a promise would be broken, and say which; the files of types that are no more stay."""
    classes = tuple(events)
    found = broken(committed(folder), classes)
    for event in () if found else classes:
        (folder / f"{event.wire}.json").write_text(schema_text(schema_of(event)), encoding="utf-8")
    return found


def next_name(wire: str) -> str:
    """The wire name of the next version: `hr.hired.v1` → `hr.hired.v2`."""
    stem, _, number = wire.rpartition(".v")
    return f"{stem}.v{int(number) + 1}"


def main() -> None:
    """Write all, or tell what would be broken and what to do."""
    found = write(FOLDER, EVENTS)
    if found:
        names = sorted({(each.wire, next_name(each.wire)) for each in found})
        advice = [f"{wire}: leave it as it is and make {newer}, with an upcaster in its class (`Event.older`)." for wire, newer in names]
        sys.exit("\n".join(("Nothing was written, since others read these events as they are:", *map(str, found), *advice)))


if __name__ == "__main__":
    main()

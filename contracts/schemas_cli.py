"""Write the JSON Schema of every wire name: `python -m contracts.schemas_cli`. A test compares the files with what this gives.

A schema that was committed is a promise: nothing is written while one of them would be broken.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from contracts import EVENTS, Event
from contracts.base import schema_id
from contracts.evolution import Finding, Schema, catalogue_changes

FOLDER = Path(__file__).parent / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(event: type[Event]) -> Schema:
    """The schema of a body, fields in the order of the class. A field without `x-data-class` is of the event's."""
    head = {"$schema": DIALECT, "$id": schema_id(event.wire)}
    told = {"x-topic": event.topic, "x-data-class": event.data_class.value}
    return {**head, **told, **event.model_json_schema()}


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

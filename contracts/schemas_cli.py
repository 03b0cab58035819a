"""Write the JSON Schema of every wire name: `python -m contracts.schemas_cli`. A test compares the files with what this gives."""

import json
from pathlib import Path

from contracts import EVENTS, Event
from contracts.base import schema_id

FOLDER = Path(__file__).parent / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(event: type[Event]) -> str:
    """The schema of a body as text, fields in the order of the class."""
    head = {"$schema": DIALECT, "$id": schema_id(event.wire)}
    told = {"x-topic": event.topic, "x-data-class": event.data_class}
    return json.dumps({**head, **told, **event.model_json_schema()}, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write all; the files of types that are no more stay, as they describe what was once said."""
    FOLDER.mkdir(exist_ok=True)
    for event in EVENTS:
        (FOLDER / f"{event.wire}.json").write_text(schema_of(event), encoding="utf-8")


if __name__ == "__main__":
    main()

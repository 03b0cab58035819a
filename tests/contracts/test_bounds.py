"""Nothing in an event is without bounds: texts have a form or a length, lists of words an unknown, lists an end."""

from collections.abc import Iterator
from typing import Any

from contracts import Event
from contracts.schemas_cli import committed
from tests.contracts.examples import every_event

FORMS = {"enum", "const", "format", "pattern", "maxLength"}
CLOSED_FOR_EVER = {"CallState", "Closed", "Precision"}
"""Lists of which every reader must know every word: another word is another version of the event."""
FROM_THE_FIRST_DAYS = {"themes", "subjects", "parameters", "split"}
"""Lists that were said before lists had to end; a body of 1 MB ends them."""


def nodes(schema: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part of a schema, with the name of the field or definition it belongs to."""
    if isinstance(schema, dict):
        yield name, schema
        for key, inner in schema.items():
            if key in {"properties", "$defs"}:
                for each, told in inner.items():
                    yield from nodes(told, each)
            elif key in {"items", "anyOf"}:
                yield from nodes(inner, name)
    elif isinstance(schema, list):
        for inner in schema:
            yield from nodes(inner, name)


@every_event
def test_every_text_has_a_form_or_a_length(event: type[Event]) -> None:
    assert [name for name, node in nodes(committed_once(event)) if node.get("type") == "string" and not FORMS & node.keys()] == []


@every_event
def test_every_list_of_words_has_an_unknown(event: type[Event]) -> None:
    assert {name for name, node in nodes(committed_once(event)) if "unknown" not in node.get("enum", ["unknown"])} <= CLOSED_FOR_EVER


@every_event
def test_every_list_ends(event: type[Event]) -> None:
    assert {
        name for name, node in nodes(committed_once(event)) if node.get("type") == "array" and "maxItems" not in node
    } <= FROM_THE_FIRST_DAYS


SCHEMAS = committed()


def committed_once(event: type[Event]) -> Any:
    """The schema that is kept of this event."""
    return SCHEMAS[event.wire]

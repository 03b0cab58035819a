"""Every field says what it means, where its list of words does not say it itself, and nothing is explained that is not there."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from contracts import EVENTS, Event
from contracts.schemas_cli import FOLDER, meanings
from services.intake.fields import rows
from services.intake.language import danish
from tests.contracts.examples import every_event
from tests.contracts.test_data_classes import schema_once


@every_event
def test_every_field_has_a_meaning(event: type[Event]) -> None:
    assert [row.name for row in rows(schema_once(event)) if not row.meaning] == []


def test_no_meaning_is_left_over() -> None:
    used = {field["description"] for _, field in fields() if "description" in field}
    told = [text for text in meanings().values() if isinstance(text, str)]
    of_shapes = [text for table in meanings().values() if isinstance(table, Mapping) for text in table.values()]

    assert [text for text in (*told, *of_shapes) if text not in used] == []


@every_event
def test_every_field_has_a_meaning_in_danish(event: type[Event]) -> None:
    schema = schema_once(event)
    told = danish(schema)

    assert [row.name for row in rows(schema) if row.meaning not in told] == []


def test_a_danish_meaning_is_of_one_english_one_and_of_a_list_there_is() -> None:
    written = tomllib.loads((FOLDER.parent / "meanings.da.toml").read_text("utf-8"))
    lists, english = written.pop("lists"), meanings()
    pairs = [(english[name], text) for name, text in written.items() if isinstance(text, str)]
    pairs += [
        (english[shape][name], text) for shape, texts in written.items() if isinstance(texts, Mapping) for name, text in texts.items()
    ]

    assert len(dict(pairs)) == len(set(pairs)), "what is the same in English is the same in Danish"
    assert lists.keys() <= {name for event in EVENTS for name in schema_once(event).get("$defs", {})}
    assert not [text for text in (*dict(pairs).values(), *lists.values()) if not text.endswith(".")]


def test_a_name_that_means_two_things_has_two_meanings() -> None:
    shown = {(event, name): field.get("description") for event, part in parts() for name, field in part["properties"].items()}

    assert (
        shown["UnitChanged", "level"] != shown["ExitInterviewDone", "level"] == "Who holds the talk: the nearest leader, or a second party."
    )
    assert shown["UnitChanged", "name"] != shown["Parameter", "name"]
    assert shown["Hired", "occupation_group"] is None


def parts() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every shape with fields, under its name."""
    for event in EVENTS:
        schema = schema_once(event)
        shapes = {event.__name__: schema, **schema.get("$defs", {})}
        yield from ((name, part) for name, part in shapes.items() if "properties" in part)


def fields() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every field of every shape."""
    for _, part in parts():
        yield from part["properties"].items()

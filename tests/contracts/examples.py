"""The example of each event, and tests that run over all events or all examples."""

import json
from typing import Any, cast

import pytest

from contracts import EVENTS, Event
from tests.contracts.spoken import EXAMPLES

every_event = pytest.mark.parametrize("event", EVENTS, ids=[event.wire for event in EVENTS])
every_example = pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)


def example(event: type[Event]) -> dict[str, Any]:
    """The record that is kept as the example of this event."""
    return cast("dict[str, Any]", json.loads((EXAMPLES / f"{event.wire}.json").read_text("utf-8")))


def body(event: type[Event], **changed: object) -> str:
    """The body of the example as JSON, some fields changed."""
    return json.dumps(example(event)["body"] | changed)

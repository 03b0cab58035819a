"""What was said once is read for ever: every schema and example of the whole history, not only the last one of each."""

import json
from typing import Any

from contracts import EVENTS
from contracts.evolution import Rule, catalogue_changes, changes
from contracts.schemas_cli import committed, schema_of
from services.chassis.packing import read_stored
from tests.contracts.history import ever
from tests.contracts.spoken import EXAMPLES

BEFORE_ANYBODY_READ_THEM = {
    ("reporting.indicator-value-published.v1", "unit_id"),
    ("reporting.indicator-value-restated.v1", "unit_id"),
}
"""Broken before there was a guard, and before anybody but ourselves read these events: never add to this."""


def of_today() -> dict[str, dict[str, Any]]:
    return {event.wire: dict(schema_of(event)) for event in EVENTS}


OLDER = frozenset(wire for event in EVENTS for wire in event.older)


def test_no_schema_that_was_ever_committed_is_broken_today() -> None:
    kept, today = ever("contracts/schemas"), of_today()
    found = [each for version in kept for each in catalogue_changes({version.name: version.content}, today, OLDER)]

    assert len(kept) > len(EVENTS)
    assert [str(each) for each in found if (each.wire, each.field) not in BEFORE_ANYBODY_READ_THEM] == []


def test_no_schema_and_no_example_that_was_ever_committed_is_gone() -> None:
    assert {version.name for version in ever("contracts/schemas")} <= committed().keys()
    assert {version.name for version in ever("contracts/examples")} <= {path.stem for path in EXAMPLES.glob("*.json")}


def test_every_example_that_was_ever_committed_is_read_today() -> None:
    for version in ever("contracts/examples"):
        said = version.content
        _, event = read_stored(EVENTS, said["headers"]["ce_type"], json.dumps(said["body"]))
        assert event.municipality == said["body"]["municipality"]


def test_a_schema_that_was_deleted_and_written_anew_is_still_a_promise() -> None:
    hired = of_today()["hr.hired.v1"]
    less = hired | {"properties": {name: field for name, field in hired["properties"].items() if name != "degree"}}
    kept = [version.content for version in ever("contracts/schemas") if version.name == "hr.hired.v1"]
    found = [each for old in kept for each in changes("hr.hired.v1", old, less)]

    assert [(each.field, each.rule) for each in found] == [("degree", Rule.REMOVED)] * len(kept)

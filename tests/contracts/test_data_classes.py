"""Who may read what: the class of every event and of every field, and the topics that keep classes apart."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from contracts import EVENTS, Event
from contracts.base import DataClass
from contracts.schemas_cli import schema_of
from deploy.local.topics import read_topics
from tests.contracts.examples import every_event

PERSONAL = {"cpr", "name", "names", "mail", "phone", "address", "addresses", "text", "note", "notes"}
PERSONAL |= {"diagnosis", "illness", "gender", "sex", "age", "birth", "birthday", "born", "union"}
ALLOWED = {
    ("PersonNamed", "display_name"),
    ("PersonNamed", "work_mail"),
    ("UnitChanged", "name"),
    ("UnitChanged", "addresses"),  # how many
    ("UnitComplexityRecorded", "addresses"),  # how many
    ("Parameter", "name"),  # of a figure's setting
}
COUNTED = {"SnapshotRow", "FlowRow", "CohortRow"}
"""Where age and gender are told: of how many, never of whom."""
OF_A_PERSON = ("_key", "employment_id", "about_person", "deputy_for")
DAYS_400 = str(400 * 24 * 60 * 60 * 1000)
CALL = "Call"


schema_once = cache(schema_of)


def fields(event: type[Event]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Shape, name and schema of every field at any depth."""
    schema = schema_once(event)
    for shape, told in {event.__name__: schema, **schema.get("$defs", {})}.items():
        for name, field in told.get("properties", {}).items():
            yield shape, name, field


def marks(field: Mapping[str, Any]) -> set[str]:
    """The class a field is marked with, itself or in one of its forms."""
    return {form["x-data-class"] for form in (field, *field.get("anyOf", ()), field.get("items", {})) if "x-data-class" in form}


@every_event
def test_no_event_has_room_for_what_is_nobodys_business(event: type[Event]) -> None:
    found = {(shape, name) for shape, name, _ in fields(event) if PERSONAL & set(name.split("_"))}

    assert {(shape, name) for shape, name in found if event.data_class is not DataClass.RAW_COUNTS or shape not in COUNTED} <= ALLOWED


@every_event
def test_what_tells_persons_apart_is_marked_as_that_and_nothing_else_is(event: type[Event]) -> None:
    marked = {(shape, name) for shape, name, field in fields(event) if marks(field) == {DataClass.PSEUDONYMOUS}}

    assert marked == {(shape, name) for shape, name, _ in fields(event) if name.endswith(OF_A_PERSON)}


@every_event
def test_what_is_about_nobody_holds_no_field_of_a_person(event: type[Event]) -> None:
    if event.data_class in {DataClass.NONE, DataClass.RAW_COUNTS}:
        assert {name for shape, name, field in fields(event) if shape != CALL and marks(field) - {DataClass.NONE}} == set()


@every_event
def test_the_municipality_and_the_unit_are_nobody(event: type[Event]) -> None:
    units = [field for shape, name, field in fields(event) if name == "municipality" or name.endswith("unit_id")]

    assert units
    assert all(marks(field) == {DataClass.NONE} for field in units)


@every_event
def test_a_topic_keeps_apart_what_has_other_readers(event: type[Event]) -> None:
    expected = {DataClass.LOCAL_ONLY: ".restricted.v1", DataClass.RAW_COUNTS: ".counts.v1", DataClass.DIRECTORY: ".directory.v1"}
    apart = tuple(expected.values())

    assert event.topic.startswith(event.wire.partition(".")[0])
    assert event.topic.endswith(expected.get(event.data_class, ".v1"))
    assert event.topic.endswith(apart) is (event.data_class in expected)


def test_every_topic_is_made_and_none_that_nobody_speaks_on() -> None:
    assert {topic.name for topic in read_topics()} == {event.topic for event in EVENTS}


def test_what_is_local_only_is_kept_for_400_days_and_all_else_for_ever() -> None:
    local = {event.topic for event in EVENTS if event.data_class is DataClass.LOCAL_ONLY}

    assert {topic.name: topic.settings["retention.ms"] for topic in read_topics()} == {
        topic.name: DAYS_400 if topic.name in local else "-1" for topic in read_topics()
    }


def test_only_the_directory_names_people() -> None:
    assert [event.__name__ for event in EVENTS if event.data_class is DataClass.DIRECTORY] == ["PersonNamed"]


@pytest.mark.parametrize("event", [event for event in EVENTS if event.wire.startswith("reporting.")], ids=lambda event: event.wire)
def test_what_reporting_says_is_about_nobody(event: type[Event]) -> None:
    assert event.data_class is DataClass.NONE


@every_event
def test_whoever_hears_an_event_does_not_hear_what_has_other_readers(event: type[Event]) -> None:
    assert {kind.topic for kind in EVENTS if issubclass(kind, event)} == {event.topic}

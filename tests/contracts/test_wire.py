"""What is on the wire is a promise: names, topics, keys, fields and what a reader must bear."""

import json
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError

from contracts import BY_WIRE, EVENTS, Event
from contracts.base import schema_id
from contracts.hr import Hired
from contracts.reporting import IndicatorValuePublished, Parameter
from contracts.schemas_cli import FOLDER, schema_of, schema_text
from contracts.words import OccupationGroup
from services.chassis.packing import read_stored
from tests.contracts.examples import body, every_event, every_example, example
from tests.contracts.needs import NEEDS, called_for
from tests.contracts.spoken import EXAMPLES, spoken
from tests.contracts.wire_names import COMPACTED, TOPICS


def test_every_wire_name_has_its_topic_and_none_was_renamed() -> None:
    assert {event.wire: event.topic for event in EVENTS} == TOPICS


@pytest.mark.parametrize("need", range(1, 74))
def test_every_need_has_the_events_it_calls_for(need: int) -> None:
    assert called_for(need, set(BY_WIRE))


@every_event
def test_every_event_is_called_for_by_a_need(event: type[Event]) -> None:
    assert any(event.wire in called_for(need, set(BY_WIRE)) for need in NEEDS)


def test_a_wire_name_means_one_type() -> None:
    assert len(BY_WIRE) == len(EVENTS) == len(set(EVENTS))


@every_event
def test_the_schema_in_review_is_the_schema_of_the_code(event: type[Event]) -> None:
    kept = (FOLDER / f"{event.wire}.json").read_text("utf-8")

    assert kept == schema_text(schema_of(event)), "a wire change: run `python -m contracts.schemas_cli` and review the difference"


@every_event
def test_every_type_has_an_example(event: type[Event]) -> None:
    assert (EXAMPLES / f"{event.wire}.json").exists()


@every_example
def test_todays_code_reads_what_was_said_once(path: Path) -> None:
    said = json.loads(path.read_text("utf-8"))
    wire, event = read_stored(EVENTS, said["headers"]["ce_type"], json.dumps(said["body"]))

    assert said["key"] == said["headers"]["ce_partitionkey"] == event.record_key()
    assert said["headers"]["ce_subject"] == event.ce_subject()
    assert said["headers"]["ce_municipality"] == event.municipality
    assert wire != said["headers"]["ce_type"] or json.loads(event.model_dump_json()).items() >= said["body"].items()


@every_event
def test_the_headers_of_an_example_are_what_goes_on_the_wire(event: type[Event]) -> None:
    said = example(event)
    record = spoken(said)

    assert (record.key, list(record.headers)) == (said["key"], list(said["headers"].items()))


@every_event
def test_the_dataschema_of_an_event_is_the_id_of_a_schema_that_is_there(event: type[Event]) -> None:
    schema = json.loads((FOLDER / f"{event.wire}.json").read_text("utf-8"))

    assert example(event)["headers"]["ce_dataschema"] == schema["$id"] == schema_id(event.wire)


@every_event
def test_an_event_without_a_cause_is_the_first_of_its_chain(event: type[Event]) -> None:
    headers = example(event)["headers"]

    assert "ce_causationid" in headers or headers["ce_correlationid"] == headers["ce_id"]


@every_example
def test_an_example_fits_its_schema(path: Path) -> None:
    said = json.loads(path.read_text("utf-8"))
    schema = json.loads((FOLDER / path.name).read_text("utf-8"))

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(said["body"], schema, cls=jsonschema.Draft202012Validator, format_checker=jsonschema.FormatChecker())


@every_event
def test_a_field_that_is_not_known_is_not_seen(event: type[Event]) -> None:
    assert event.model_validate_json(body(event, something_new="later")) == event.model_validate_json(body(event))


def test_a_word_that_is_not_known_is_unknown() -> None:
    heard = Hired.model_validate_json(body(Hired, occupation_group="beekeeper", employment_form="volunteer", hire_channel="radio"))

    assert (heard.occupation_group, heard.employment_form, heard.hire_channel) == (OccupationGroup.UNKNOWN, "unknown", "unknown")


@pytest.mark.parametrize("word", [3, None, {"nurse": 1}])
def test_what_is_no_word_is_refused(word: object) -> None:
    with pytest.raises(ValidationError):
        Hired.model_validate_json(body(Hired, occupation_group=word))


@pytest.mark.parametrize("moment", ["2025-01-14T09:12:00", "2025-01-14"])
def test_a_moment_without_an_offset_is_refused(moment: str) -> None:
    with pytest.raises(ValidationError, match="registered_at"):
        Hired.model_validate_json(body(Hired, registered_at=moment))


def test_an_event_without_a_speaker_has_no_subject() -> None:
    nobody = Event(municipality="999")

    with pytest.raises(NotImplementedError):
        nobody.ce_subject()
    with pytest.raises(NotImplementedError):
        nobody.record_key()


@every_event
def test_an_event_cannot_be_changed(event: type[Event]) -> None:
    said = event.model_validate_json(body(event))

    with pytest.raises(ValidationError):
        said.municipality = "730"  # type: ignore[misc]  # the frozen field is the point


def test_compacted_topics_hold_one_type_each() -> None:
    for topic in COMPACTED:
        assert [event.topic for event in EVENTS].count(topic) == 1


def test_the_key_of_a_value_does_not_depend_on_the_order_of_its_split() -> None:
    value = IndicatorValuePublished.model_validate_json(body(IndicatorValuePublished))
    group, form = Parameter(name="occupation-group", value="nurse"), Parameter(name="form", value="monthly")

    one, other = (value.model_copy(update={"split": split}) for split in ((group, form), (form, group)))

    assert one.record_key() == other.record_key() != value.record_key()


@pytest.mark.parametrize(("changed", "holds"), [("P2", True), ("P7", False), ("p2", False)])
def test_a_population_is_one_of_six(changed: str, holds: bool) -> None:
    if holds:
        assert IndicatorValuePublished.model_validate_json(body(IndicatorValuePublished, population=changed)).population == changed
    else:
        with pytest.raises(ValidationError):
            IndicatorValuePublished.model_validate_json(body(IndicatorValuePublished, population=changed))


@pytest.mark.parametrize("period", ["2025", "2025-01", "2025-Q4", "2025-01-01/2025-12-31"])
def test_a_period_is_a_year_a_month_a_quarter_or_two_days(period: str) -> None:
    assert IndicatorValuePublished.model_validate_json(body(IndicatorValuePublished, period=period)).period == period

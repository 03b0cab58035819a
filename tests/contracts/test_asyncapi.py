"""The public description says what the code does: every event, its topic, key and headers, who says it and who hears it."""

import ast
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from contracts import BY_WIRE, EVENTS, Event
from contracts.base import DataClass
from deploy.asyncapi.document import FILE, document, text
from deploy.asyncapi.headers import ALWAYS, SOMETIMES
from deploy.asyncapi.parties import declared, parties, party
from deploy.local.parser import findings, parser_directory
from deploy.local.processes import SERVICES
from deploy.local.topics import read_topics
from services.chassis.envelope import Ear, Heard, Skipped, parse
from services.chassis.packing import concrete
from services.chassis.runtime import readers_of
from services.chassis.traces import HEADER
from services.intake.told.bodies import BODIES
from tests.contracts.examples import every_event, example
from tests.contracts.spoken import spoken
from tests.house.test_rules_of_the_house import ROOT
from tests.kit.browser import found
from tests.kit.records import arrived

SPEAKS_FOR_OTHERS = {"intake": ("intake", "hr")}
"""The way in says what the HR system tells; all others speak their own language alone."""
SAID_AGAIN = {"intake": frozenset(BODIES)}
"""What is said again as it was told, so that no line of code need name it; `tests/unit/intake/test_said_again.py` shows that it is."""
every_service = pytest.mark.parametrize("name", SERVICES)

told = cache(document)


def refs(part: Any) -> Iterator[str]:
    """Every reference at any depth."""
    if isinstance(part, Mapping):
        yield from (str(part["$ref"]) for _ in range("$ref" in part))
        for inner in part.values():
            yield from refs(inner)
    if isinstance(part, list):
        for inner in part:
            yield from refs(inner)


def messages_of(service: str, action: str) -> list[str]:
    """The wire names of a service's operations of one kind."""
    mine = [o for o in told()["operations"].values() if (o["x-service"], o["action"]) == (service, action)]
    return [each["$ref"].rpartition("/")[2] for operation in mine for each in operation["messages"]]


def test_the_file_in_review_is_what_the_code_says() -> None:
    assert FILE.read_text("utf-8") == text(told()), "run `python -m deploy.asyncapi` and review the difference"


def test_the_file_is_read_as_it_was_meant() -> None:
    assert yaml.load(FILE.read_text("utf-8"), yaml.CSafeLoader) == json.loads(json.dumps(told()))


def test_every_event_is_in_it_and_nothing_else() -> None:
    assert told()["components"]["messages"].keys() == BY_WIRE.keys()
    assert {w: c for c, channel in told()["channels"].items() for w in channel["messages"]} == {e.wire: e.topic for e in EVENTS}


def test_a_channel_is_a_topic_as_it_is_made() -> None:
    channels = {name: channel["bindings"]["kafka"] for name, channel in told()["channels"].items()}

    for topic in read_topics():
        settings = channels[topic.name]["topicConfiguration"]
        assert (channels[topic.name]["topic"], channels[topic.name]["partitions"]) == (topic.name, topic.partitions)
        assert {name: str(v[0] if isinstance(v, list) else v) for name, v in settings.items()} == topic.settings
    assert len(channels) == len(read_topics())


@every_service
def test_a_service_says_what_its_code_can_say(name: str) -> None:
    own = tuple(f"{speaker}." for speaker in SPEAKS_FOR_OTHERS.get(name, (name,)))
    by_name = {event.__name__: event.wire for event in EVENTS if event.wire.startswith(own)}
    code = [path for path in (ROOT / "services" / name).rglob("*.py") if path.name != "app.py"]
    named = {by_name[word] for path in code for word in imported(path) & by_name.keys()}

    assert named | SAID_AGAIN.get(name, frozenset()) == concrete(declared(name).says).keys()


def test_all_that_the_door_takes_is_among_what_intake_is_told_to_say() -> None:
    assert BODIES.keys() - messages_of("intake", "send") == set()


def test_whatever_comes_into_the_outbox_was_compared_with_what_its_service_declares() -> None:
    """Two places write there, and both refuse what is not declared (`tests/integration/test_undeclared.py`, `test_said_values.py`)."""
    code = ((path, path.read_text("utf-8")) for path in (ROOT / "services").rglob("*.py"))
    puts = {path.relative_to(ROOT / "services").as_posix() for path, text in code if ".put_outbox(" in text}

    assert puts == {"chassis/reconcile.py", "reporting/say.py"}


def imported(path: Path) -> set[str]:
    """What a module takes from the contracts."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    return {alias.name for node in nodes if (node.module or "").startswith("contracts") for alias in node.names}


@every_service
def test_a_service_sends_what_it_declares_and_receives_what_it_hears(name: str) -> None:
    declaration = party(declared(name))

    assert sorted(messages_of(name, "send")) == sorted(declaration.says)
    assert sorted(messages_of(name, "receive")) == sorted(declaration.hears)


@every_service
def test_a_service_takes_from_its_topics_what_it_receives_type_by_type(name: str) -> None:
    """The one who reads is asked: each event as its speaker sends it, on a topic that is read or is not."""
    service, moment = declared(name), datetime(2100, 1, 1, tzinfo=UTC)
    ear, topics = Ear.of(service, {example(event)["body"]["municipality"] for event in EVENTS}), readers_of(service)
    found = {event.wire: parse(arrived(spoken(example(event))), ear, moment) for event in EVENTS if event.topic in topics}

    assert {type(outcome) for outcome in found.values()} <= {Heard, Skipped}
    assert {wire for wire, outcome in found.items() if isinstance(outcome, Heard)} == set(messages_of(name, "receive"))


def test_an_event_is_said_by_one_service_and_what_nobody_says_is_marked() -> None:
    speakers = [wire for each in parties() for wire in each.says]

    assert len(speakers) == len(set(speakers))
    for wire, message in told()["components"]["messages"].items():
        assert bool(message["x-speakers"]) is (wire in speakers) is ("x-spoken" not in message)
        assert bool(message["x-listeners"]) is any(wire in each.hears for each in parties()) is ("x-heard" not in message)


def test_what_is_kept_among_us_is_offered_to_nobody_else() -> None:
    for event in EVENTS:
        heard = told()["components"]["messages"][event.wire].get("x-heard", "")
        assert ("for others" in heard) <= (event.data_class not in {DataClass.LOCAL_ONLY, DataClass.RAW_COUNTS})
        assert ("for nobody else" in heard) <= (event.data_class in {DataClass.LOCAL_ONLY, DataClass.RAW_COUNTS})


def test_the_inbox_hears_every_call_of_those_it_listens_to_and_no_other() -> None:
    heard = set(messages_of("notification", "receive"))

    assert {"onboarding.intro-milestone-due.v1", "retention.silence-noticed.v1", "hr.person-named.v1"} <= heard
    assert {"retention.absence-talk-due.v1", "recruitment.applicant-step-due.v1", "onboarding.mentor-named.v1"} <= heard
    assert not heard & {"onboarding.intro-plan-made.v1", "reporting.follow-up-due.v1", "hr.absence-started.v1"}


def test_reporting_hears_no_name() -> None:
    assert "hr.person-named.v1" not in messages_of("reporting", "receive")


@every_event
def test_the_headers_of_an_event_are_what_goes_on_the_wire(event: type[Event]) -> None:
    record = spoken(example(event))
    shared, own = told()["components"]["messages"][event.wire]["headers"]["allOf"]

    assert shared == {"$ref": "#/components/schemas/headers"}
    jsonschema.validate(dict(record.headers), told()["components"]["schemas"]["headers"], format_checker=jsonschema.FormatChecker())
    jsonschema.validate(dict(record.headers), own)
    names = {name for name, _ in record.headers}
    assert ALWAYS.keys() <= names <= ALWAYS.keys() | SOMETIMES.keys()
    assert ("ce_call" in names) is ("call" in json.loads(record.body))


def test_no_header_is_told_that_is_never_sent() -> None:
    sent = {name for event in EVENTS for name, _ in spoken(example(event)).headers}

    assert sent | {HEADER} == ALWAYS.keys() | SOMETIMES.keys()


@every_event
def test_its_example_is_the_one_that_is_kept(event: type[Event]) -> None:
    (shown,) = told()["components"]["messages"][event.wire]["examples"]

    assert (shown["headers"], shown["payload"]) == (example(event)["headers"], example(event)["body"])


def test_it_refers_to_what_lies_beside_it_and_to_no_host() -> None:
    files = {ref for ref in refs(told()) if not ref.startswith("#/")}

    assert files == {f"./schemas/{wire}.json" for wire in BY_WIRE}
    assert all((FILE.parent / ref).is_file() for ref in files)
    assert "://" not in FILE.read_text("utf-8")


def test_the_official_parser_finds_nothing() -> None:
    found("the AsyncAPI parser", parser_directory())

    assert findings(FILE) == []


def test_the_official_parser_finds_what_is_wrong(tmp_path: Path) -> None:
    found("the AsyncAPI parser", parser_directory())
    wrong = tmp_path / "asyncapi.yaml"
    wrong.write_text("asyncapi: 3.0.0\ninfo: {title: Nameless}\nchannels: {}\n", "utf-8")

    assert [line.split(":")[0] for line in findings(wrong) if line.startswith("error")] == ["error info"]

"""Programs that know nothing of ours read what was said, both as `contracts/README.md` has them.

One is in Java, on Apache Kafka's own client; the other in Python, on the official SDK `cloudevents` and plain aiokafka.
"""

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from contracts import EVENTS
from contracts.hr import PersonNamed
from deploy.local.compiler import compile_java, joined
from deploy.local.jars import fetch_jars
from deploy.local.java import find_java
from deploy.local.paths import ROOT
from deploy.local.stack import Stack
from deploy.local.topics import Topic, apply_topics
from services.chassis.outbox import Relay
from services.chassis.producer import client, relay_producer
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.intake.app import SERVICE
from tests.contracts.examples import example
from tests.integration.test_payroll import take
from tests.kit.deliveries import samples

README = (ROOT / "contracts" / "README.md").read_text("utf-8")
JARS = re.compile(r"(kafka-clients|jackson-(annotations|core|databind)|slf4j-api|zstd-jni|lz4-java|snappy-java)-\d")
"""What Maven brings for the two libraries that the page names."""
NIGHTS = ("GetOrganization", "GetDepartment", "GetEmploymentChanged.baseline", "GetEmploymentChangedAtDate")
SECONDS = 120


class Line(NamedTuple):
    """A record as a reader tells it, of its place: topic and key."""

    attributes: dict[str, str]
    data: Any


Told = dict[tuple[str, str], list[Line]]
"""The records of each key in their order."""
Program = Callable[[str, Iterable[str]], "subprocess.CompletedProcess[str]"]


def code(language: str) -> str:
    """The one program of the page in this language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return str(found)


def run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False)


@pytest.fixture(scope="module")
def java(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The page's Java program, compiled with the libraries it names and nothing else."""
    home = tmp_path_factory.mktemp("java")
    (home / "ReadTopics.java").write_text(code("java"), "utf-8")
    jars = [path for path in fetch_jars() if JARS.match(path.name)]
    compile_java(home / "ReadTopics.java", jars, home)
    return lambda broker, topics: run(find_java(), "-cp", joined([home, *jars]), "ReadTopics", broker, *topics)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The page's Python program."""
    file = tmp_path_factory.mktemp("python") / "read_topics.py"
    file.write_text(code("python"), "utf-8")
    return lambda broker, topics: run(sys.executable, "-I", str(file), broker, *topics)


def kept(told: Iterable[tuple[str, str, Line]]) -> Told:
    """Records by topic and key."""
    found: Told = defaultdict(list)
    for topic, key, line in told:
        found[topic, key].append(line)
    return dict(found)


def printed(done: "subprocess.CompletedProcess[str]") -> Told:
    """What a program has printed."""
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return kept((line["topic"], line["key"], Line(line["attributes"], line["data"])) for line in lines)


def attributes(headers: Iterable[Sequence[str]]) -> dict[str, str]:
    """Headers as the attributes they stand for."""
    return {"datacontenttype" if name == "content-type" else name.removeprefix("ce_"): value for name, value in headers}


class Said(NamedTuple):
    """Topics of a test of its own, and every record on them."""

    kafka: str
    topics: frozenset[str]
    records: Told


@pytest.fixture
async def said(settings: Settings, servers: Stack) -> Said:
    """The answers of a payroll system delivered and published, then one real event of every type, then a name that is erased."""
    own = f"{uuid4()}."
    topics = frozenset(own + event.topic for event in EVENTS if event.topic)
    await apply_topics(servers.kafka, tuple(Topic(topic, 3) for topic in topics))
    records = [*await _published_story(settings, own), *await _published_examples(servers.kafka, own)]
    return Said(servers.kafka, topics, kept(records))


async def _published_story(settings: Settings, own: str) -> list[tuple[str, str, Line]]:
    async with open_runtime(SERVICE, settings) as runtime:
        for night in NIGHTS:
            await take(runtime, samples(f"{night}.xml", "sd"), "sd")
        rows = await runtime.pool.fetch("update outbox set topic = $1 || topic returning seq, topic, key, headers, body", own)
        relay, sender = Relay(runtime), relay_producer(settings.kafka, own)
        await sender.start()
        async with runtime.pool.acquire() as conn:
            while await relay.once(conn, sender):
                pass
        await sender.stop()
    in_order = sorted(rows, key=lambda row: int(row["seq"]))
    return [(row["topic"], row["key"], Line(attributes(json.loads(row["headers"])), json.loads(row["body"]))) for row in in_order]


async def _published_examples(kafka: str, own: str) -> list[tuple[str, str, Line]]:
    found: list[tuple[str, str, Line]] = []
    async with client(kafka, own) as producer:
        for event in [event for event in EVENTS if event.topic]:
            told = example(event)
            headers = [(name, value.encode()) for name, value in told["headers"].items()]
            value = json.dumps(told["body"], ensure_ascii=False).encode()
            await producer.send(own + event.topic, value, told["key"].encode(), headers=headers)
            found.append((own + event.topic, told["key"], Line(attributes(told["headers"].items()), told["body"])))
        named, erased = own + PersonNamed.topic, example(PersonNamed)["key"]
        await producer.send_and_wait(named, None, erased.encode())
    return [*found, (named, erased, Line({}, None))]


@pytest.mark.parametrize("language", ["java", "python"])
def test_a_program_of_the_page_reads_every_record_as_it_was_said(language: str, said: Said, request: pytest.FixtureRequest) -> None:
    program: Program = request.getfixturevalue(language)
    story = [line for lines in said.records.values() for line in lines]
    read = printed(program(said.kafka, said.topics))

    assert read.keys() == said.records.keys()
    for place, lines in said.records.items():
        assert read[place] == lines, place
    assert {line.attributes["type"] for line in story if line.data is not None} >= {event.wire for event in EVENTS if event.topic}
    assert sum(line.data is None for line in story) == 1, "the name that was erased"
    assert sum(line.attributes.get("type") == "hr.hired.v1" for line in story) > 12, "the hires of the story and the example"


async def test_a_program_of_the_page_does_not_take_what_is_no_event(servers: Stack, java: Program, python: Program) -> None:
    topic = f"{uuid4()}.no-event"
    await apply_topics(servers.kafka, (Topic(topic, 1),))
    headers = [(name, value.encode()) for name, value in example(PersonNamed)["headers"].items() if name != "ce_type"]
    async with client(servers.kafka, "no-event") as producer:
        await producer.send_and_wait(topic, b"{}", b"a", headers=headers)

    for program in (java, python):
        refused = program(servers.kafka, [topic])
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "type" in refused.stderr or "no CloudEvent at" in refused.stderr


def test_the_programs_of_the_page_are_the_libraries_alone() -> None:
    assert set(re.findall(r"^(?:import|from) (\w+)", code("python"), re.MULTILINE)) == {"aiokafka", "asyncio", "cloudevents", "json", "sys"}
    assert set(re.findall(r"^import (\w+\.\w+)", code("java"), re.MULTILINE)) == {
        "com.fasterxml",
        "java.io",
        "java.nio",
        "java.time",
        "java.util",
        "org.apache",
    }

"""The topics of the bus, read from `deploy/topics.yaml`, made so, and compared with what a broker has."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from deploy.local.paths import ROOT

TOPICS_FILE = ROOT / "deploy" / "topics.yaml"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as it ought to be; `settings` are Kafka's own names."""

    name: str
    partitions: int
    settings: Mapping[str, str] = field(default_factory=dict)


def read_topics(path: Path = TOPICS_FILE) -> tuple[Topic, ...]:
    """All topics of the file, each with the defaults it does not override."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(parse_topic(name, own or {}, content["defaults"]) for name, own in content["topics"].items())


def parse_topic(name: str, own: Mapping[str, Any], defaults: Mapping[str, Any]) -> Topic:
    """One topic from its entry and the defaults of the file."""
    settings = {**defaults.get("settings", {}), **own.get("settings", {})}
    partitions = int(own.get("partitions", defaults["partitions"]))
    return Topic(name, partitions, {key: str(value) for key, value in settings.items()})


def differences(wanted: Topic, partitions: int | None, settings: Mapping[str, str]) -> tuple[str, ...]:
    """What a broker has otherwise than wanted, one line each; partitions None: it has no such topic."""
    if partitions is None:
        return (f"{wanted.name}: missing",)
    found = [f"{wanted.name}: {partitions} partitions, wanted {wanted.partitions}"] * (partitions != wanted.partitions)
    found += [
        f"{wanted.name}: {key} is {settings.get(key)}, wanted {value}"
        for key, value in wanted.settings.items()
        if settings.get(key) != value
    ]
    return tuple(found)


async def apply_topics(bootstrap: str, topics: tuple[Topic, ...]) -> tuple[str, ...]:
    """Create what is missing and say its names; what exists is left as it is (`check_topics` tells differences)."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        present = set(await admin.list_topics())
        missing = [topic for topic in topics if topic.name not in present]
        if missing:
            answer = await admin.create_topics([_as_new(topic) for topic in missing])
            _raise_for(answer.topic_errors)
        return tuple(topic.name for topic in missing)
    finally:
        await admin.close()


async def check_topics(bootstrap: str, topics: tuple[Topic, ...]) -> tuple[str, ...]:
    """Every difference between the file and the broker, one line each; empty when they agree."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return await _compare(admin, topics)
    finally:
        await admin.close()


async def wait_for_broker(bootstrap: str) -> None:
    """Return when the broker answers an administrator; the caller bounds the time."""
    while True:
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=2_000)
        try:
            await admin.start()
            await admin.list_topics()
        except (KafkaError, OSError):
            await asyncio.sleep(0.2)
        else:
            return
        finally:
            await admin.close()


async def _compare(admin: AIOKafkaAdminClient, topics: tuple[Topic, ...]) -> tuple[str, ...]:
    present = set(await admin.list_topics())
    names = [topic.name for topic in topics if topic.name in present]
    described = {each["topic"]: len(each["partitions"]) for each in await admin.describe_topics(names)} if names else {}
    settings = await _settings(admin, names)
    return tuple(line for topic in topics for line in differences(topic, described.get(topic.name), settings.get(topic.name, {})))


async def _settings(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    answers = await admin.describe_configs(resources) if names else []
    return {resource[3]: {entry[0]: entry[1] for entry in resource[4]} for answer in answers for resource in answer.resources}


def _as_new(topic: Topic) -> NewTopic:
    return NewTopic(topic.name, topic.partitions, 1, topic_configs=dict(topic.settings))


def _raise_for(answers: list[tuple[str, int, str | None]]) -> None:
    """Another process may have created the same topic meanwhile: that is what was wanted."""
    for name, code, reason in answers:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise error(f"{name}: {reason}")

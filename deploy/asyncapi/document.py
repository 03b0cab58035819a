"""The document itself: channels, messages, operations (AsyncAPI 3.0.0)."""

import inspect
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

import contracts
from contracts import BY_WIRE, EVENTS, Event
from contracts.base import DataClass, schema_id
from deploy.asyncapi.headers import headers_schema
from deploy.asyncapi.parties import Party, parties
from deploy.local.paths import ROOT
from deploy.local.topics import Topic, read_topics

ROOM = Path(contracts.__file__).parent
FILE = ROOM / "asyncapi.yaml"
BINDING = "0.5.0"
SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"
HEAD = "# Written by `python -m deploy.asyncapi`: change the contracts, deploy/topics.yaml or the services' app.py, then write it anew.\n"
SPOKEN_BY_NOBODY = "Nobody says this yet: the words are settled, and the service that will say it is not written."
HEARD_BY_NOBODY = "None of our services reads this; it is for others."
NOBODY_ELSES = "None of our services reads this yet, and it is for nobody else."
KEPT_AMONG_US = frozenset({DataClass.LOCAL_ONLY, DataClass.RAW_COUNTS})
"""What is read by the listeners named alone (catalogue, section 5)."""
INTRODUCTION = """\
Events of employment and of what a municipality owes its people, as CloudEvents 1.0.2 in binary mode on Kafka: attributes are headers,
the value is the body alone, as JSON.

What is said is a revision of a fact: `ce_fact` names it, the highest (`ce_epoch`, `ce_revision`) holds, in whatever order they come,
and `ce_stands: false` takes it back. What comes twice has the same `ce_id`. Two topics have no order between them, and no event needs
another to have come first.

Within a version only optional fields and words of a list are added: pass over fields that you do not know, and read a word that you
do not know as `unknown`. A field that is at its default may be left out of a body. A break is a new wire name.

No event holds a CPR number; only the directory holds names of people. The key of a record stands in `ce_partitionkey`, too."""
CLASSES: Mapping[DataClass, str] = {
    DataClass.NONE: "No person is in it.",
    DataClass.PSEUDONYMOUS: "Opaque ids, dates and codes of persons.",
    DataClass.RAW_COUNTS: "Counts before small numbers are hidden: for reporting alone.",
    DataClass.LOCAL_ONLY: "Sensitive by what it is about: read by the listeners named here alone, kept for 400 days.",
    DataClass.DIRECTORY: "Names of people: a record without a value (a tombstone) erases the name under its key.",
}


def document() -> dict[str, Any]:
    """The whole, from the code as it is."""
    who, topics = parties(), read_topics()
    return {
        "asyncapi": "3.0.0",
        "id": "urn:forbliv",
        "info": {"title": "Forbliv", "version": _version(), "description": INTRODUCTION},
        "defaultContentType": "application/json",
        "servers": {"bus": _server()},
        "channels": {topic.name: _channel(topic) for topic in topics},
        "operations": dict(_operations(who, topics)),
        "components": {
            "schemas": {"headers": headers_schema()},
            "messages": {event.wire: _message(event, who) for event in EVENTS},
        },
        "x-data-classes": {each.value: told for each, told in CLASSES.items()},
    }


def text(told: Mapping[str, Any]) -> str:
    """The document as its file has it."""
    plain = json.loads(json.dumps(told))  # without it, what stands twice is written as an anchor and its alias
    return HEAD + yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=140)


class _Dumper(yaml.SafeDumper):
    """Long texts as blocks, and nothing by reference."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the name is the library's
        """Never an anchor."""
        return True


def _written(dumper: yaml.SafeDumper, told: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", told, style="|" if "\n" in told else None)


_Dumper.add_representer(str, _written)


def _version() -> str:
    project: str = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return project


def _server() -> dict[str, Any]:
    address = {"description": "A broker of the municipality, as `host:port`; whoever runs the installation tells it."}
    return {"host": "{bootstrap}", "protocol": "kafka", "description": "The bus of one installation.", "variables": {"bootstrap": address}}


def _channel(topic: Topic) -> dict[str, Any]:
    told = [event for event in EVENTS if event.topic == topic.name]
    data_class = next((event.data_class for event in told if event.data_class is not DataClass.NONE), DataClass.NONE)
    kept = {name: int(value) if value.lstrip("-").isdigit() else value for name, value in topic.settings.items()}
    settings = kept | {"cleanup.policy": [topic.settings["cleanup.policy"]]}
    return {
        "address": topic.name,
        "description": CLASSES[data_class],
        "servers": [_ref("servers", "bus")],
        "messages": {event.wire: _ref("components", "messages", event.wire) for event in told},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": settings,
                "bindingVersion": BINDING,
            }
        },
        "x-data-class": data_class.value,
    }


def _operations(who: Iterable[Party], topics: Sequence[Topic]) -> Iterable[tuple[str, dict[str, Any]]]:
    for party in who:
        for topic in topics:
            for action, verb, wires in (("send", "says on", party.says), ("receive", "hears from", party.hears)):
                here = [event.wire for event in EVENTS if event.topic == topic.name and event.wire in wires]
                if here:
                    yield f"{party.name}-{action}s-{topic.name}", _operation(party, action, f"{party.name} {verb} {topic.name}", here)


def _operation(party: Party, action: str, title: str, wires: Sequence[str]) -> dict[str, Any]:
    topic = BY_WIRE[wires[0]].topic
    group = {"groupId": {"type": "string", "const": party.group}, "bindingVersion": BINDING}
    return {
        "action": action,
        "title": title,
        "channel": _ref("channels", topic),
        "messages": [_ref("channels", topic, "messages", wire) for wire in wires],
        **({"bindings": {"kafka": group}} if action == "receive" else {}),
        "x-service": party.name,
    }


def _message(event: type[Event], who: Iterable[Party]) -> dict[str, Any]:
    says = [party.name for party in who if event.wire in party.says]
    hears = [party.name for party in who if event.wire in party.hears]
    return {
        "name": event.wire,
        "title": event.__name__,
        "summary": inspect.cleandoc(event.__doc__ or ""),
        "contentType": "application/json",
        "headers": {"allOf": [_ref("components", "schemas", "headers"), _own_headers(event)]},
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"./schemas/{event.wire}.json"}},
        "bindings": {"kafka": {"key": _key(event), "bindingVersion": BINDING}},
        "examples": [_example(event)],
        "x-data-class": event.data_class.value,
        "x-speakers": says,
        "x-listeners": hears,
        **({} if says else {"x-spoken": SPOKEN_BY_NOBODY}),
        **({} if hears else {"x-heard": NOBODY_ELSES if event.data_class in KEPT_AMONG_US else HEARD_BY_NOBODY}),
    }


def _own_headers(event: type[Event]) -> dict[str, Any]:
    own = {"ce_type": {"const": event.wire}, "ce_dataschema": {"const": schema_id(event.wire)}}
    return {"type": "object", "properties": own}


def _key(event: type[Event]) -> dict[str, Any]:
    """What all records of a kind are ordered by."""
    return {"type": "string", "description": inspect.getdoc(event.record_key) or ""}


def _example(event: type[Event]) -> dict[str, Any]:
    said = json.loads((ROOM / "examples" / f"{event.wire}.json").read_text("utf-8"))
    return {"name": event.wire, "headers": said["headers"], "payload": said["body"]}


def _ref(*path: str) -> dict[str, str]:
    return {"$ref": "#/" + "/".join(path)}

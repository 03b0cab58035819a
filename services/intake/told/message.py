"""A message of the HTTP binding in its three content modes (CloudEvents 1.0.2): headers and body in, attributes and data out."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson

STRUCTURED_TYPE = "application/cloudevents+json"
BATCHED_TYPE = "application/cloudevents-batch+json"
_FAMILY = "application/cloudevents"
_PREFIX = "ce-"
_JSON = re.compile(r"[a-z0-9.+-]+/(?:[a-z0-9.-]+\+)?json")
_ESCAPED = re.compile(r"\\(.)")


class Mode(StrEnum):
    """The content modes of the binding."""

    BINARY = "binary"
    STRUCTURED = "structured"
    BATCHED = "batched"


class Trouble(StrEnum):
    """Why a message is no message; `intake-message-<word>` in the catalogue says it in plain words."""

    MEDIA_TYPE = "media-type"
    NOT_JSON = "not-json"
    NOT_AN_OBJECT = "not-an-object"
    NOT_A_LIST = "not-a-list"
    NO_EVENTS = "no-events"
    TOO_MANY_EVENTS = "too-many-events"
    NO_CLOUDEVENT = "no-cloudevent"
    HEADER_TWICE = "header-twice"


class Unreadable(Exception):
    """The message holds no events that could be answered one by one."""

    def __init__(self, trouble: Trouble) -> None:
        """Keep what is wrong."""
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Raw:
    """One event as it stands in its message: its attributes, and its data (none where it has none, or none that is JSON)."""

    attributes: Mapping[str, Any]
    data: Any


@dataclass(frozen=True, slots=True)
class Message:
    """The events of one call, in order; what is no event at all is none. `content`: all that was told, as it came, never kept."""

    mode: Mode
    events: Sequence[Raw | None]
    content: bytes = field(repr=False)


def read(headers: Iterable[tuple[str, str]], body: bytes, most: int) -> Message:
    """A message of at most `most` events. Raises `Unreadable`. Headers with lower-case names, each as often as it came."""
    told = list(headers)
    content = next((value for name, value in told if name == "content-type"), "")
    kind = content.partition(";")[0].strip().lower()
    if kind == BATCHED_TYPE:
        return Message(Mode.BATCHED, _batch(_parsed(body), most), body)
    if kind == STRUCTURED_TYPE:
        event = _parsed(body)
        if not isinstance(event, dict):
            raise Unreadable(Trouble.NOT_AN_OBJECT)
        return Message(Mode.STRUCTURED, (_raw(event),), body)
    if kind.startswith(_FAMILY):
        raise Unreadable(Trouble.MEDIA_TYPE)
    return Message(Mode.BINARY, (_binary(told, kind, body),), content_of(told, body))


def content_of(headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    """All that a call tells, by which it is told from another: the attributes among its headers, and its body."""
    attributes = "".join(f"{name}: {value}\n" for name, value in sorted(headers) if name.startswith(_PREFIX))
    return attributes.encode() + body


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unreadable(Trouble.NOT_JSON) from None


def _batch(events: Any, most: int) -> Sequence[Raw | None]:
    if not isinstance(events, list):
        raise Unreadable(Trouble.NOT_A_LIST)
    if not events:
        raise Unreadable(Trouble.NO_EVENTS)
    if len(events) > most:
        raise Unreadable(Trouble.TOO_MANY_EVENTS)
    return [_raw(event) if isinstance(event, dict) else None for event in events]


def _raw(event: dict[str, Any]) -> Raw:
    """An event in the JSON format: an attribute that is null is not there; data stand as JSON, or packed as base64."""
    attributes = {name: value for name, value in event.items() if name not in {"data", "data_base64"} and value is not None}
    return Raw(attributes, event.get("data") if "data" in event else _unpacked(event.get("data_base64")))


def _unpacked(packed: Any) -> Any:
    if not isinstance(packed, str):
        return None
    try:
        return orjson.loads(base64.b64decode(packed, validate=True))
    except (binascii.Error, ValueError):
        return None


def _binary(headers: Sequence[tuple[str, str]], kind: str, body: bytes) -> Raw:
    named = [(name.removeprefix(_PREFIX), value) for name, value in headers if name.startswith(_PREFIX)]
    if not named:
        raise Unreadable(Trouble.NO_CLOUDEVENT)
    if not _JSON.fullmatch(kind):
        raise Unreadable(Trouble.MEDIA_TYPE)
    attributes = {name: _decoded(value) for name, value in named}
    if len(attributes) != len(named):
        raise Unreadable(Trouble.HEADER_TWICE)
    return Raw({**attributes, "datacontenttype": kind}, _parsed(body))


def _decoded(value: str) -> str:
    """A header's value as text (binding 3.1.3.2): quotes and their escapes are taken off, then `%xx` are bytes of UTF-8."""
    text = value.strip()
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        text = _ESCAPED.sub(r"\1", text[1:-1])
    return unquote_to_bytes(text).decode(errors="replace")


def is_json(content: str) -> bool:
    """Whether this media type is JSON."""
    return _JSON.fullmatch(content.partition(";")[0].strip().lower()) is not None

"""The three content modes as they are sent, and what is no message; never an exception but the one that says why."""

import base64
import json
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake.told.event import Refused, Speaker, Told, hear
from services.intake.told.message import BATCHED_TYPE, STRUCTURED_TYPE, Message, Mode, Trouble, Unreadable, read
from tests.kit.speakers import MUNICIPALITY, SOURCE
from tests.kit.told import HIRED, hire, told

NOW = datetime(2026, 11, 29, tzinfo=UTC)
SPEAKER = Speaker(SOURCE, MUNICIPALITY)
BINARY = [("ce-specversion", "1.0"), ("ce-id", "1"), ("ce-source", SOURCE), ("ce-type", HIRED), ("content-type", "application/json")]


def sent(content: object, kind: str = STRUCTURED_TYPE) -> Message:
    return read([("content-type", kind)], json.dumps(content).encode(), 10)


def trouble(headers: list[tuple[str, str]], body: bytes) -> Trouble:
    with pytest.raises(Unreadable) as why:
        read(headers, body, 2)
    return why.value.trouble


def test_the_three_modes_hold_the_same_event() -> None:
    binary = read(BINARY, json.dumps(hire()).encode(), 10)
    structured, batched = sent(told("1", hire())), sent([told("1", hire())], f"{BATCHED_TYPE}; charset=utf-8")
    heard = [hear(message.events[0], SPEAKER, NOW) for message in (binary, structured, batched)]

    assert [m.mode for m in (binary, structured, batched)] == list(Mode)
    assert [h.attributes.id for h in heard if isinstance(h, Told)] == ["1"] * 3
    assert len({h.body for h in heard if isinstance(h, Told)}) == 1


def test_a_header_is_quoted_and_percent_encoded_text() -> None:
    headers = [*BINARY, ("ce-fact", '"ansættelse \\"A\\" %C3%A6"'.replace("æ", "%C3%A6")), ("ce-revision", "2"), ("ce-cancelled", "True")]
    (raw,) = read(headers, json.dumps(hire()).encode(), 10).events
    heard = hear(raw, SPEAKER, NOW)

    assert isinstance(heard, Told)
    assert (heard.attributes.fact, heard.attributes.revision, heard.attributes.cancelled) == ('ansættelse "A" æ', 2, True)


def test_data_may_be_packed_as_base64() -> None:
    event = {**told("1", None), "data_base64": base64.b64encode(json.dumps(hire()).encode()).decode()}
    del event["data"]

    assert isinstance(hear(sent(event).events[0], SPEAKER, NOW), Told)
    for packed in ("no", 7, None):
        assert isinstance(hear(sent({**event, "data_base64": packed}).events[0], SPEAKER, NOW), Refused)


@pytest.mark.parametrize(
    ("headers", "body", "why"),
    [
        ([("content-type", "application/cloudevents+xml")], b"<event/>", Trouble.MEDIA_TYPE),
        ([("content-type", STRUCTURED_TYPE)], b"{", Trouble.NOT_JSON),
        ([("content-type", STRUCTURED_TYPE)], b'{"id": "\xff"}', Trouble.NOT_JSON),
        ([("content-type", STRUCTURED_TYPE)], b"[]", Trouble.NOT_AN_OBJECT),
        ([("content-type", BATCHED_TYPE)], b"{}", Trouble.NOT_A_LIST),
        ([("content-type", BATCHED_TYPE)], b"[]", Trouble.NO_EVENTS),
        ([("content-type", BATCHED_TYPE)], b"[1, 2, 3]", Trouble.TOO_MANY_EVENTS),
        ([("content-type", "application/json")], b"{}", Trouble.NO_CLOUDEVENT),
        ([], b"", Trouble.NO_CLOUDEVENT),
        ([*BINARY, ("ce-id", "2")], b"{}", Trouble.HEADER_TWICE),
        ([("ce-id", "1"), ("content-type", "text/plain")], b"{}", Trouble.MEDIA_TYPE),
        ([("content-type", BATCHED_TYPE)], b"[" * 100_000, Trouble.NOT_JSON),
    ],
)
def test_what_is_no_message_says_why(headers: list[tuple[str, str]], body: bytes, why: Trouble) -> None:
    assert trouble(headers, body) is why


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["specversion", "id", "source", "type", "time", "fact", "revision", "supersedes", "cancelled", "data", "data_base64"]
)
FIELDS = st.sampled_from([*hire(), "rehire", "municipality", "leader_of_unit_id", "fixed_term_until"])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(NAMES, JSON, max_size=4),
    st.dictionaries(FIELDS, JSON, max_size=3),
    st.sampled_from(["hr.hired.v1", "hr.resigned.v1", "hr.leave-registered.v1", "hr.calendar-changed.v1", "hr.deputy-appointed.v1"]),
)
def test_whatever_stands_in_an_event_it_is_told_or_refused(attributes: dict[str, object], fields: dict[str, object], kind: str) -> None:
    event = {**told("1", {**hire(), **fields}, kind), **attributes}
    try:
        content = orjson.dumps(event)
    except orjson.JSONEncodeError:
        return  # a number that JSON as we read it does not have
    (raw,) = read([("content-type", STRUCTURED_TYPE)], content, 10).events
    heard = hear(raw, SPEAKER, NOW)

    assert isinstance(heard, Told) or heard.faults


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(["content-type", "ce-id", "ce-type", "ce-time", "ce-cancelled"]), st.text(max_size=30))), st.binary()
)
def test_whatever_bytes_are_sent_they_are_a_message_or_say_why_not(headers: list[tuple[str, str]], body: bytes) -> None:
    try:
        message = read(headers, body, 3)
    except Unreadable:
        return
    assert all(isinstance(hear(raw, SPEAKER, NOW), Told | Refused) for raw in message.events)


def test_what_is_nested_too_deep_is_refused() -> None:
    deep: object = []
    for _ in range(600):
        deep = [deep]
    for event in (told("1", {**hire(), "degree": deep}), told("1", hire(), fact=deep)):
        assert isinstance(hear(sent(event).events[0], SPEAKER, NOW), Refused)

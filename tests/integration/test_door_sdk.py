"""The official CloudEvents SDK as client of the door, and what the door may take: how much, how many, how fast."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cloudevents.core.bindings.http import HTTPMessage, to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent

from services.chassis.settings import Settings
from services.chassis.web import mount
from services.intake.app import build_web
from tests.kit.browser import served
from tests.kit.speakers import OTHER_SOURCE, SOURCE, register, token
from tests.kit.told import HIRED, hire, told

TABLES_OF = "intake"
SECRET = "a secret of the tests, long enough"
BATCHED = "application/cloudevents-batch+json"


@pytest.fixture
def address(settings: Settings, tmp_path: Path) -> Iterator[str]:
    limits = {"call_bytes": 20_000, "call_events": 20, "events_at_once": 40, "events_per_second": 0.1}
    own = {"secret": SECRET, "speakers": register(tmp_path), **limits}
    with served(mount([build_web(settings.model_copy(update=own))])) as base:
        yield base


def event(name: str, **attributes: Any) -> CloudEvent:
    """An event made by the SDK, in a source's own words."""
    head = {"id": name, "source": SOURCE, "type": HIRED, "datacontenttype": "application/json", **attributes}
    return CloudEvent(head, hire())


def post(address: str, message: HTTPMessage, **headers: str) -> httpx.Response:
    told = {**message.headers, "authorization": f"Bearer {token()}", **headers}
    return httpx.post(f"{address}/api/events", content=message.body, headers=told)


def batch(*events: Any) -> HTTPMessage:
    return HTTPMessage({"content-type": BATCHED}, json.dumps(events).encode())


def test_what_the_sdk_sends_in_each_mode_is_one_event(address: str) -> None:
    structured = to_structured_event(event("1"))
    answers = [post(address, m) for m in (to_binary_event(event("1")), structured, batch(json.loads(structured.body)))]

    assert [answer.status_code for answer in answers] == [202] * 3
    assert [answers[0].json()["outcome"], answers[1].json()["outcome"]] == ["accepted", "duplicate"]
    assert answers[2].json()["duplicate"] == 1


@pytest.mark.parametrize("sent", [to_binary_event, to_structured_event])
def test_corrections_of_the_sdk_are_understood_in_each_mode(address: str, sent: Any) -> None:
    first = post(address, sent(event("å 1", fact="ansættelse 17", revision=1)))
    second = post(address, sent(event("å 2", fact="ansættelse 17", revision=2, cancelled=True)))
    same = post(address, sent(event("å 3", fact="ansættelse 17", revision=2)))

    assert [first.status_code, second.status_code, same.status_code] == [202, 202, 409]
    assert first.json()["id"] == "å 1"
    assert same.json()["errors"][0]["code"] == "revision-taken"


def test_a_token_speaks_for_its_own_source_alone(address: str) -> None:
    other = post(address, to_binary_event(event("1", source=OTHER_SOURCE)))
    elsewhere = post(address, to_binary_event(event("1", municipality="730")))
    theirs = post(address, to_binary_event(event("1")), authorization=f"Bearer {token('randers')}")

    assert [answer.status_code for answer in (other, elsewhere, theirs)] == [403] * 3


def test_what_is_too_long_too_many_or_too_fast_is_turned_away(address: str) -> None:
    long = post(address, HTTPMessage({"content-type": BATCHED}, b" " * 30_000))
    many = post(address, batch(*[told(str(n), hire()) for n in range(21)]))
    fast = [post(address, batch(*[told("1", hire())] * 15)) for _ in range(3)]

    assert (long.status_code, many.status_code) == (413, 413)
    assert "20" in many.json()["detail"]
    assert [answer.status_code for answer in fast] == [202, 202, 429]
    assert int(fast[-1].headers["retry-after"]) > 0
    assert post(address, to_binary_event(event("1")), authorization=f"Bearer {token('randers')}").status_code == 403, "others may go on"


def test_what_cannot_be_read_counts_too(address: str) -> None:
    assert [post(address, batch(*[told("1", hire())] * 15)).status_code for _ in range(2)] == [202, 202]
    nonsense = [post(address, HTTPMessage({"content-type": BATCHED}, b"nonsense")) for _ in range(11)]

    assert [answer.status_code for answer in nonsense] == [400] * 10 + [429]
    assert int(nonsense[-1].headers["retry-after"]) > 0


def test_another_method_or_type_is_told_what_is_read_here(address: str) -> None:
    asked = httpx.get(f"{address}/api/events")
    xml = post(address, HTTPMessage({"content-type": "application/cloudevents+xml"}, b"<event/>"))

    assert (asked.status_code, asked.headers["allow"]) == (405, "POST")
    assert (xml.status_code, xml.headers["content-type"]) == (415, "application/problem+json")

"""The served OpenAPI document is the door as it is: schemathesis reads it from a real port and sends what it allows, and what not."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from services.chassis.settings import Settings
from services.chassis.web import mount
from services.intake.app import build_web
from services.intake.told.bodies import BODIES
from tests.kit.browser import served
from tests.kit.speakers import SOURCE, register, token
from tests.kit.told import hire, told

TABLES_OF = "intake"
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance, unsupported_method]
SECRET = "a secret of the tests, long enough"


@pytest.fixture
def address(settings: Settings, tmp_path: Path) -> Iterator[str]:
    own = {"secret": SECRET, "speakers": register(tmp_path), "events_at_once": 100_000}
    with served(mount([build_web(settings.model_copy(update=own))])) as base:
        yield base


def test_every_answer_is_one_that_is_described(address: str) -> None:
    """All of the document but itself, which schemathesis passes over."""
    document = schemathesis.openapi.from_url(f"{address}/api/events/openapi.json")
    statuses = set()
    for found in document.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @given(case=operation.as_strategy())
        @effort(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        def conforms(case: schemathesis.Case[Any]) -> None:
            case.headers["authorization"] = f"Bearer {token()}"
            for event in case.body if isinstance(case.body, list) else [case.body]:
                if isinstance(event, dict) and "source" in event:
                    event["source"] = SOURCE  # else all that is learnt is that other sources are refused
            answer = case.call()
            statuses.add(answer.status_code)
            case.validate_response(answer, checks=CHECKS)

        conforms()

    assert statuses >= {202, 422}, "some were taken, some refused"


def test_the_document_describes_every_type_every_mode_and_what_is_really_answered(address: str) -> None:
    document = httpx.get(f"{address}/api/events/openapi.json").json()
    post = document["paths"]["/api/events"]["post"]
    event = {"$ref": "#/components/schemas/Event", "components": document["components"]}
    answers = [
        httpx.post(
            f"{address}/api/events",
            content=json.dumps(content),
            headers={"content-type": kind, "authorization": f"Bearer {token()}"},
        )
        for content, kind in (
            (told("1", hire()), "application/cloudevents+json"),
            (told("1", hire(degree="1")), "application/cloudevents+json"),
            ([told("1", hire()), told("2", {})], "application/cloudevents-batch+json"),
            ({}, "application/json"),
        )
    ]

    jsonschema.validate(told("1", hire()), event)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told("1", hire(degree="1,0")), event)
    assert set(document["components"]["schemas"]["Event"]["discriminator"]["mapping"]) == set(BODIES)
    assert set(post["requestBody"]["content"]) == {
        "application/cloudevents+json", "application/cloudevents-batch+json", "application/json",
    }  # fmt: skip
    assert [answer.status_code for answer in answers] == [202, 422, 207, 400]
    for answer in answers:
        described = post["responses"][str(answer.status_code)]["content"][answer.headers["content-type"]]["schema"]
        jsonschema.validate(answer.json(), {**described, "components": document["components"]})


def test_without_a_good_token_nothing_is_taken(address: str) -> None:
    for header in ({}, {"authorization": "Bearer nonsense"}, {"authorization": f"Bearer {token(exp=1)}"}):
        answer = httpx.post(f"{address}/api/events", content="[]", headers={"content-type": "application/cloudevents-batch+json", **header})
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.headers["content-type"] == "application/problem+json"

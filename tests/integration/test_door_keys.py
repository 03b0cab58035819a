"""The door with keys that an identity provider publishes over HTTP: they rotate, and it fails; nobody is let in by that."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from services.chassis.settings import Settings
from services.chassis.web import keys, mount
from services.intake.app import build_web
from tests.kit.browser import served
from tests.kit.provider import DISCOVERY, FAILURES, Provider
from tests.kit.speakers import register, token
from tests.kit.told import hire, told

TABLES_OF = "intake"


class Door(NamedTuple):
    """Where it is, and the provider of its tokens."""

    address: str
    provider: Provider

    def answer(self, bearer: str, number: str = "1") -> httpx.Response:
        """What one event with this token is answered."""
        headers = {"authorization": f"Bearer {bearer}", "content-type": "application/cloudevents+json"}
        return httpx.post(f"{self.address}/api/events", json=told(number, hire()), headers=headers)


@pytest.fixture
def door(settings: Settings, tmp_path: Path) -> Iterator[Door]:
    """It is open, and has asked for no key yet."""
    provider = Provider()
    with served(provider.app) as login:
        file = register(tmp_path)
        file.write_text(file.read_text("utf-8").replace('keys = "keys.json"', f'keys_url = "{login}{DISCOVERY}"'), "utf-8")
        own = settings.model_copy(update={"secret": "a secret of the tests, long enough", "speakers": file})
        with served(mount([build_web(own)])) as base:
            yield Door(base, provider)


def signed(provider: Provider, kid: str) -> str:
    return token(key=provider.key(kid), kid=kid)


def test_a_key_that_the_provider_rotates_in_opens_and_one_of_others_does_not(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    old = signed(door.provider, "first")
    assert door.answer(old).status_code == 202
    assert door.answer(token(kid="first")).status_code == 401, "the id of a key is no proof"

    door.provider.rotate("second")
    new = signed(door.provider, "second")
    assert door.answer(new).status_code == 401, "asked again a minute later at the earliest"
    assert door.provider.asked == 1
    monkeypatch.setattr(keys, "PAUSE_SECONDS", 0.0)
    assert door.answer(new).status_code == 202
    assert door.answer(old).status_code == 401
    assert door.answer(token(key=door.provider.key("second"), kid="second", aud="others")).status_code == 401


@pytest.mark.parametrize("failure", ["broken", "only shared secrets"])
def test_while_the_provider_fails_the_answer_is_later_and_nobody_is_let_in(door: Door, failure: str) -> None:
    door.provider.fails = FAILURES[failure]
    answers = [door.answer(bearer) for bearer in (signed(door.provider, "first"), token(), token(kid="first"))]

    for answer in answers:
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert int(answer.headers["retry-after"]) > 0
        assert answer.json()["code"] == "intake-later"
    assert door.provider.asked == 1
    assert door.answer("nonsense").status_code == 401

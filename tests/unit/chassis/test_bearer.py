"""A token is good where its issuer signed it, for us, and for now; and who goes too fast waits."""

import base64
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.requests import Request

from services.chassis.web.bearer import Tokens
from services.chassis.web.keys import KeptKeys
from services.chassis.web.pace import Pace
from tests.kit.speakers import AUDIENCE, ISSUER, KEY, claims, public_keys, token

SHARED = "a secret that both sides would have to know"
SHARED_BASE64 = base64.urlsafe_b64encode(SHARED.encode()).decode().rstrip("=")
TOKENS = Tokens(ISSUER, AUDIENCE, KeptKeys(public_keys()))


def request(authorization: str) -> Request:
    return Request({"type": "http", "headers": [(b"authorization", authorization.encode())]})


def test_a_good_token_tells_whose_it_is() -> None:
    found = TOKENS.bearer(request(f"Bearer {token()}"))

    assert found is not None
    assert found.subject == "fjordby"


@pytest.mark.parametrize(
    "more",
    [
        {"aud": "another-service"},
        {"iss": "https://login.elsewhere"},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"nbf": 32_503_680_000},
        {"kid": "another key"},
        {"key": ec.generate_private_key(ec.SECP256R1())},
        {"key": "", "algorithm": "none"},
        {"key": SHARED, "algorithm": "HS256"},
    ],
    ids=["aud", "iss", "exp past", "no exp", "no iat", "no sub", "nbf to come", "kid", "another key", "no algorithm", "a shared secret"],
)
def test_a_token_that_is_forged_for_others_or_of_another_time_is_none(more: dict[str, Any]) -> None:
    assert TOKENS.bearer(request(f"Bearer {token(**more)}")) is None


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer nonsense", f"Basic {token()}", "Bearer " + "a" * 10_000],
    ids=["nothing", "no token", "nonsense", "another scheme", "too long"],
)
def test_what_is_no_token_is_none(authorization: str) -> None:
    assert TOKENS.bearer(request(authorization)) is None


@pytest.mark.parametrize(
    "keys", ["", "[]", '{"keys": []}', json.dumps({"keys": [{"kty": "oct", "k": SHARED_BASE64, "kid": KEY, "alg": "HS256"}]})]
)
def test_keys_that_prove_nothing_are_refused_at_the_start(keys: str) -> None:
    with pytest.raises(ValueError, match="keys"):
        KeptKeys(keys)


def test_a_key_of_the_issuer_that_is_for_a_shared_secret_opens_nothing() -> None:
    both = json.loads(public_keys())
    both["keys"].append({"kty": "oct", "k": SHARED_BASE64, "kid": "shared", "alg": "HS256"})
    forged = jwt.encode(claims(), SHARED, "HS256", headers={"kid": "shared"})

    assert Tokens(ISSUER, AUDIENCE, KeptKeys(json.dumps(both))).bearer(request(f"Bearer {forged}")) is None


def test_who_goes_too_fast_is_told_how_long_to_wait_and_others_are_not() -> None:
    clock = iter([0.0, 0.0, 0.0, 1.0, 1.0])
    pace = Pace(2, 10, lambda: next(clock))

    assert pace.wait("a", 10) == 0
    assert pace.wait("a", 1) == 0.5
    assert pace.wait("b", 10) == 0
    assert pace.wait("a", 2) == 0
    assert pace.wait("a", 50) == 5, "more than fits at once waits for a full bucket"

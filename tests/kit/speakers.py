"""Sources that may speak over HTTP, and their tokens: an issuer of the tests with a key of its own."""

import json
import time
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

ISSUER, AUDIENCE, KEY = "https://login.test/kommune", "forbliv-intake", "the key of the tests"
SOURCE, MUNICIPALITY, FEED = "/fjordby/hr", "999", "fjordby-hr"
OTHER_SOURCE = "/randers/hr"
PRIVATE = ec.generate_private_key(ec.SECP256R1())


def public_keys() -> str:
    """The issuer's public keys."""
    key = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(PRIVATE.public_key()))
    return json.dumps({"keys": [{**key, "kid": KEY, "alg": "ES256", "use": "sig"}]})


def register(folder: Path, *, first_load: bool = False, tokens_from: str = "1970-01-01T00:00:00Z") -> Path:
    """The operator's file of two sources in two municipalities, and the keys beside it."""
    (folder / "keys.json").write_text(public_keys(), "utf-8")
    file = folder / "speakers.toml"
    file.write_text(
        f"""
issuer = "{ISSUER}"
audience = "{AUDIENCE}"
keys = "keys.json"
[[speakers]]
subject = "fjordby"
source = "{SOURCE}"
municipality = "{MUNICIPALITY}"
feed = "{FEED}"
first_load = {str(first_load).lower()}
tokens_from = {tokens_from}
[[speakers]]
subject = "randers"
source = "{OTHER_SOURCE}"
municipality = "730"
feed = "randers-hr"
""",
        "utf-8",
    )
    return file


def claims(subject: str = "fjordby", **more: Any) -> dict[str, Any]:
    """What a good token says."""
    now = time.time_ns() // 1_000_000_000
    return {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "nbf": now, "exp": now + 600, **more}


def token(subject: str = "fjordby", *, key: Any = PRIVATE, algorithm: str = "ES256", kid: str = KEY, **more: Any) -> str:
    """A token of this issuer."""
    told = {name: value for name, value in claims(subject, **more).items() if value is not None}
    return jwt.encode(told, key, algorithm, headers={"kid": kid})

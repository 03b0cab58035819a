"""Who may speak to a local stack over HTTP: one invented source per municipality, and a key of the stack's own that signs their tokens."""

import json
import time
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from deploy.local.failures import StackFailed
from deploy.local.identity import write_private
from services.chassis.rules import load

ISSUER, AUDIENCE = "forbliv-local", "forbliv-intake"
_ALGORITHM = jwt.algorithms.ECAlgorithm
_KEY = "local"
_SPEAKER = """
[[speakers]]
subject = "local-{code}"
source = "{source}"
municipality = "{code}"
feed = "local-{code}"
"""


def source_of(municipality: str) -> str:
    """The source that speaks for a municipality in a local stack."""
    return f"/local/{municipality}"


def place_speakers(directory: Path, rules: Path) -> Path:
    """The register for every municipality that has rules, in the stack's directory; its key is drawn once."""
    home = directory / "speakers"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _private(home).exists():
        write_private(_private(home), json.dumps(_ALGORITHM.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True)))
    public = {name: value for name, value in _key(home).items() if name != "d"}
    (home / "keys.json").write_text(json.dumps({"keys": [{**public, "kid": _KEY, "alg": "ES256", "use": "sig"}]}), "utf-8")
    head = f'issuer = "{ISSUER}"\naudience = "{AUDIENCE}"\nkeys = "keys.json"\n'
    file = home / "speakers.toml"
    file.write_text(head + "".join(_SPEAKER.format(code=code, source=source_of(code)) for code in sorted(load(rules))), "utf-8")
    return file


def local_token(directory: Path, municipality: str, days: int) -> str:
    """A token of the source of a municipality, good for so many days. Raises `StackFailed` where the stack was never started."""
    home = directory / "speakers"
    if not _private(home).exists():
        message = f"no stack was started in {directory}: start one with forbliv up --dir {directory}"
        raise StackFailed(message)
    now = time.time_ns() // 1_000_000_000
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": f"local-{municipality}", "iat": now, "exp": now + days * 86_400}
    return jwt.encode(claims, jwt.PyJWK(_key(home), "ES256"), "ES256", headers={"kid": _KEY})


def _private(home: Path) -> Path:
    return home / "private.json"


def _key(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_private(home).read_text("utf-8"))
    return found

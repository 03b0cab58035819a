"""An identity provider of the tests: it publishes keys over HTTP, rotates them, and can fail in every way a server fails."""

import json
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.kit.speakers import ISSUER

DISCOVERY, KEYS = "/.well-known/openid-configuration", "/certs"


class Provider:
    """Its keys by id, what it answers instead when it fails, and how often it was asked for keys."""

    def __init__(self) -> None:
        self.private: dict[str, ec.EllipticCurvePrivateKey] = {}
        self.fails: Response | None = None
        self.issuer = ISSUER
        self.asked = 0
        self.app = Starlette(routes=[Route(DISCOVERY, self._discovery), Route(KEYS, self._keys)])
        self.rotate("first")

    def rotate(self, kid: str) -> None:
        """From now on there is this key, and no other."""
        self.private = {kid: ec.generate_private_key(ec.SECP256R1())}

    def key(self, kid: str) -> ec.EllipticCurvePrivateKey:
        """The private key of this id."""
        return self.private[kid]

    def key_set(self) -> str:
        """What it publishes."""
        return json.dumps({"keys": [_public(kid, key) for kid, key in self.private.items()]})

    async def _discovery(self, request: Request) -> Response:
        return JSONResponse({"issuer": self.issuer, "jwks_uri": str(request.url.replace(path=KEYS))})

    async def _keys(self, _request: Request) -> Response:
        self.asked += 1
        return self.fails or Response(self.key_set(), media_type="application/jwk-set+json")


def _public(kid: str, key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    found: dict[str, Any] = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**found, "kid": kid, "alg": "ES256", "use": "sig"}


FAILURES = {
    "broken": Response("nothing", 500),
    "not found": Response("nothing", 404),
    "a page": Response("<html></html>", media_type="text/html"),
    "elsewhere": RedirectResponse("/elsewhere"),
    "no keys": JSONResponse({"keys": []}),
    "only shared secrets": JSONResponse({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "first", "alg": "HS256"}]}),
    "too long": Response(" " * (1 << 19)),
    "no text": Response(b"\xff\xfe"),
    "too deep": Response("[" * 100_000),
}

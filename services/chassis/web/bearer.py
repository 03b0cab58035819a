"""Bearer tokens of machines: signed by the identity provider, verified here with its public keys, for one audience."""

from dataclasses import dataclass
from datetime import UTC, datetime

import jwt
from starlette.requests import HTTPConnection

ALGORITHMS = frozenset({"EdDSA", "ES256", "RS256"})
"""Signatures with a private key that is not here; never `none`, never a shared secret."""
_REQUIRED = ["exp", "iat", "iss", "aud", "sub"]
_LEEWAY_SECONDS = 30
_MOST_CHARACTERS = 8_192


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose token it is (`sub`), and when it was issued."""

    subject: str
    issued_at: datetime


class Tokens:
    """The tokens of one issuer for one audience."""

    def __init__(self, issuer: str, audience: str, keys: str) -> None:
        """`keys`: the issuer's public keys, a JWK Set as JSON. Raises `ValueError` where none of them can be used."""
        self._issuer = issuer
        self._audience = audience
        try:
            found = jwt.PyJWKSet.from_json(keys).keys
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as wrong:
            raise ValueError("the keys are no JWK Set") from wrong
        self._keys = {key.key_id: key for key in found if key.algorithm_name in ALGORITHMS}
        if not self._keys:
            raise ValueError(f"the keys hold none for {', '.join(sorted(ALGORITHMS))}")

    def bearer(self, request: HTTPConnection) -> Bearer | None:
        """Who asks; none where the token is missing, forged, of another issuer or audience, too old or too new."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or len(token) > _MOST_CHARACTERS:
            return None
        try:
            key = self._keys[jwt.get_unverified_header(token).get("kid")]
            claims = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                leeway=_LEEWAY_SECONDS,
                options={"require": _REQUIRED},
            )
        except (jwt.PyJWTError, KeyError):
            return None
        return Bearer(claims["sub"], datetime.fromtimestamp(claims["iat"], UTC))

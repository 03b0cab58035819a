"""Bearer tokens of machines: signed by the identity provider, verified here with its public keys, for one audience."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import jwt
from starlette.requests import HTTPConnection

from services.chassis.web.keys import KeySource

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

    def __init__(self, issuer: str, audience: str, keys: KeySource) -> None:
        """`keys`: where the issuer's public keys come from."""
        self._issuer = issuer
        self._audience = audience
        self._keys = keys

    async def prepare(self, request: HTTPConnection) -> None:
        """See to it that the key of this token is known, if there is one. Raises `Later` where the issuer must tell and does not."""
        if token := _token(request):
            with suppress(jwt.PyJWTError):
                await self._keys.look_for(_kid(token))

    def bearer(self, request: HTTPConnection) -> Bearer | None:
        """Who asks; none where the token is missing, forged, of another issuer or audience, too old or too new."""
        token = _token(request)
        if token is None:
            return None
        try:
            key = self._keys.find(_kid(token))
            if key is None:
                return None
            claims = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                leeway=_LEEWAY_SECONDS,
                options={"require": _REQUIRED},
            )
        except jwt.PyJWTError:
            return None
        return Bearer(claims["sub"], datetime.fromtimestamp(claims["iat"], UTC))


def _token(request: HTTPConnection) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and len(token) <= _MOST_CHARACTERS else None


def _kid(token: str) -> str | None:
    kid: str | None = jwt.get_unverified_header(token).get("kid")
    return kid

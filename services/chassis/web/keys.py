"""Public keys of an identity provider, by key id: from a file that stays, or from its address, kept for a while."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

import httpx
import jwt

from services.chassis.failures import Later
from services.chassis.logs import Word, warn

ALGORITHMS = frozenset({"EdDSA", "ES256", "RS256"})
"""Signatures with a private key that is not here; never `none`, never a shared secret."""
FRESH_SECONDS = 600.0
"""After so long they are fetched again, so that a key the provider has withdrawn opens nothing for long."""
GOOD_SECONDS = 3_600.0
"""So long they serve while the provider does not answer; then nobody is let in."""
PAUSE_SECONDS = 60.0
"""Between two fetches, however many tokens name a key that is not known."""
ANSWER_SECONDS = 5.0
MOST_BYTES = 1 << 18
Keys = Mapping[str | None, jwt.PyJWK]
Fetch = Callable[[str, str], Awaitable[Keys]]


def read_keys(text: str) -> Keys:
    """The usable keys of a JWK Set as JSON. Raises `ValueError` where there is none."""
    try:
        found = jwt.PyJWKSet.from_json(text).keys
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as wrong:
        raise ValueError("the keys are no JWK Set") from wrong
    keys = {key.key_id: key for key in found if key.algorithm_name in ALGORITHMS}
    if not keys:
        raise ValueError(f"the keys hold none for {', '.join(sorted(ALGORITHMS))}")
    return keys


class KeySource(Protocol):
    """Where keys come from."""

    def find(self, kid: str | None) -> jwt.PyJWK | None:
        """A key that is good now; none where it is not known."""

    async def look_for(self, kid: str | None) -> None:
        """Fetch what `find` needs to know. Raises `Later` where the provider must tell and does not."""


class KeptKeys:
    """The keys of a file, read once."""

    def __init__(self, text: str) -> None:
        """Read them. Raises `ValueError`."""
        self._keys = read_keys(text)

    def find(self, kid: str | None) -> jwt.PyJWK | None:
        """The key of this id."""
        return self._keys.get(kid)

    async def look_for(self, kid: str | None) -> None:
        """Nothing: what is not in the file is not known."""


async def fetch_keys(address: str, issuer: str) -> Keys:
    """The keys at an address: a JWK Set, or the discovery document (OpenID Connect) of this issuer, which names one.

    Raises `httpx.HTTPError`, `TimeoutError` or `ValueError`.
    """
    async with asyncio.timeout(ANSWER_SECONDS), httpx.AsyncClient(timeout=ANSWER_SECONDS) as client:
        text = await _text(client, address)
        document = json.loads(text)
        if isinstance(document, dict) and "jwks_uri" in document:
            if document.get("issuer") != issuer:
                raise ValueError("the discovery document is of another issuer")
            text = await _text(client, safe_address(str(document["jwks_uri"])))
        return read_keys(text)


async def _text(client: httpx.AsyncClient, address: str) -> str:
    async with client.stream("GET", address, headers={"accept": "application/json"}) as answer:
        answer.raise_for_status()
        content = b""
        async for chunk in answer.aiter_bytes():
            content += chunk
            if len(content) > MOST_BYTES:
                raise ValueError("the answer is too long")
    return content.decode()


def safe_address(address: str) -> str:
    """An address whose answer nobody on the way can change: https, or this machine. Raises `ValueError`."""
    parts = urlsplit(address)
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname))):
        raise ValueError("keys come over https")
    return address


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class FetchedKeys:
    """The keys at an address, fetched when a token names one that is not known or when they are no longer fresh; one fetch at a time."""

    def __init__(self, address: str, issuer: str, fetch: Fetch = fetch_keys, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is fetched yet: the provider may start after us. Raises `ValueError` for an address that is not safe."""
        self._address = safe_address(address)
        self._issuer = issuer
        self._fetch = fetch
        self._clock = clock
        self._keys: Keys = {}
        self._fetched: float | None = None
        self._tried: float | None = None
        self._failed = False
        self._one = asyncio.Lock()

    def find(self, kid: str | None) -> jwt.PyJWK | None:
        """The key of this id, while what was fetched is good."""
        return self._keys.get(kid) if self._within(self._fetched, GOOD_SECONDS) else None

    async def look_for(self, kid: str | None) -> None:
        """Fetch them where it is time and a minute has passed. Raises `Later` where the provider fails and the key is not known."""
        if self._is_fresh(kid):
            return
        async with self._one:
            if not self._is_fresh(kid) and not self._within(self._tried, PAUSE_SECONDS):
                await self._try()
        if self._failed and self.find(kid) is None:
            raise Later("the identity provider does not tell its keys")

    async def _try(self) -> None:
        self._tried = self._clock()
        try:
            self._keys = await self._fetch(self._address, self._issuer)
        except (httpx.HTTPError, TimeoutError, ValueError, RecursionError) as problem:
            self._failed = True
            warn(Word.KEYS_NOT_FETCHED, error=type(problem).__name__)
        else:
            self._failed, self._fetched = False, self._tried

    def _is_fresh(self, kid: str | None) -> bool:
        return kid in self._keys and self._within(self._fetched, FRESH_SECONDS)

    def _within(self, moment: float | None, seconds: float) -> bool:
        return moment is not None and self._clock() - moment < seconds

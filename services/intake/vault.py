"""The keys of intake: what seals the numbers of people, and what finds them again without telling them.

The file that `FORBLIV_IDENTITY_KEYS` names has a key per line, an id and 32 random bytes in base64: `2026-11 pX3…`. The first seals, all
open. Two keys are made of each (HKDF), so that nobody who can compare fingerprints can open what is sealed.
"""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.chassis.settings import Settings

SETTING = "FORBLIV_IDENTITY_KEYS"
BYTES = 32
NONCE = 12
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


class NoKeys(ValueError):
    """The keys are missing or cannot be used; the sentence names the setting."""


class Unopened(Exception):
    """What was sealed cannot be opened: a key is missing, or it was changed or stands at another place than it was sealed for."""


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """A key and its id, which is no secret."""

    id: str
    secret: bytes

    @classmethod
    def drawn(cls, number: str) -> Self:
        """A random one."""
        return cls(number, secrets.token_bytes(BYTES))

    @property
    def line(self) -> str:
        """As it stands in the file."""
        return f"{self.id} {base64.b64encode(self.secret).decode()}\n"

    @property
    def prefix(self) -> bytes:
        """What begins all that was made with it."""
        return bytes([len(self.id)]) + self.id.encode()


class Vault:
    """Seals, opens and fingerprints; the keys are held in memory and never shown."""

    def __init__(self, keys: Sequence[Key], file: Path | None = None) -> None:
        """The first key seals. Raises `NoKeys` where there is none, or an id stands twice. `file`: where there may be more later."""
        if not keys:
            raise NoKeys(f"{SETTING}: the file holds no key")
        if len({key.id for key in keys}) < len(keys):
            raise NoKeys(f"{SETTING}: an id stands twice")
        self._file = file
        self._first = keys[0].id
        self._prefixes: Mapping[str, bytes] = {key.id: key.prefix for key in keys}
        self._ciphers = {key.id: AESGCM(_derived(key, b"seal")) for key in keys}
        self._hashes = {key.id: _derived(key, b"fingerprint") for key in keys}

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The vault of a process. Raises `NoKeys`."""
        return cls(read_keys(settings.identity_keys), settings.identity_keys)

    def must_know(self, ids: Iterable[str]) -> None:
        """Read the file again where a key is missing: others may work with a newer one. Raises `Unopened` where it is not there either."""
        missing = set(ids) - self._prefixes.keys()
        if missing and self._file is not None:
            self.__init__(read_keys(self._file), self._file)  # type: ignore[misc]  # all of it anew
            missing -= self._prefixes.keys()
        if missing:
            raise Unopened(f"the key {min(missing)!a} is not in {SETTING}")

    @property
    def ids(self) -> Sequence[str]:
        """The ids of the keys; the first one seals."""
        return tuple(self._prefixes)

    def prefix(self, key: str) -> bytes:
        """What begins all that was made with a key."""
        return self._prefixes[key]

    def seal(self, plain: bytes, context: bytes, key: str | None = None) -> bytes:
        """Encrypt (AES-256-GCM): key id, nonce, text. `context` says whose it is; only who tells the same can open it.

        With the first key, or the one that is named.
        """
        number = key or self._first
        nonce = secrets.token_bytes(NONCE)
        return self._prefixes[number] + nonce + self._ciphers[number].encrypt(nonce, plain, context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """What was sealed, whichever of the keys did it. Raises `Unopened`."""
        found = self.key_of(sealed)
        body = sealed[len(self._prefixes[found]) :]
        try:
            return self._ciphers[found].decrypt(body[:NONCE], body[NONCE:], context)
        except (InvalidTag, ValueError):
            raise Unopened("changed, or sealed for another place") from None

    def fingerprint(self, text: str, key: str | None = None) -> bytes:
        """A keyed hash (HMAC-SHA256) with the id of its key in front: of the first key, or of the one that is named."""
        number = key or self._first
        return self._prefixes[number] + hmac.digest(self._hashes[number], text.encode(), "sha256")

    def key_of(self, made: bytes) -> str:
        """The id of the key that something sealed, or a fingerprint, was made with. Raises `Unopened` where it is none of ours."""
        number = made[1 : 1 + made[0]].decode("ascii", "replace") if made else ""
        self.must_know((number,))
        return number


def read_keys(file: Path | None) -> list[Key]:
    """The keys of a file, in its order. Raises `NoKeys` that names the setting and the line, never what stands there."""
    if file is None:
        raise NoKeys(f"{SETTING} is not set: name the file with the keys that keep person numbers secret")
    try:
        lines = file.read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        raise NoKeys(f"{SETTING}: {file} cannot be read") from None
    return [_key(number, line.split()) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]


def _key(number: int, words: Sequence[str]) -> Key:
    try:
        name, text = words
        secret = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise NoKeys(f"{SETTING}: line {number} is not an id and a key in base64") from None
    if not _ID.fullmatch(name) or len(secret) != BYTES:
        raise NoKeys(f"{SETTING}: line {number} needs an id of a-z, 0-9 and - and a key of {BYTES} bytes")
    return Key(name, secret)


def _derived(key: Key, purpose: bytes) -> bytes:
    return HKDF(SHA256(), BYTES, salt=None, info=b"forbliv intake " + purpose).derive(key.secret)

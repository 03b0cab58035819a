"""A secret in an address that stands in place of a session: made here, shown once, kept as a hash alone."""

import base64
import secrets
from collections.abc import Mapping
from hashlib import sha256

SECRET_BYTES = 20
GROUP = 4
UNSEEN: Mapping[str, str] = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow"}
"""Headers of what stands behind such an address: kept nowhere, told to no other page, found by no search."""


def new_secret() -> str:
    """160 random bits as 32 small letters and digits, in groups of four, to be typed from paper: there is no 0 and no 1 among them."""
    letters = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode().lower()
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def hash_of(secret: str) -> bytes:
    """What is kept, whatever the case and the hyphens somebody types. One round without a salt is enough: nobody guesses 160 bits."""
    return sha256(secret.replace("-", "").lower().encode()).digest()

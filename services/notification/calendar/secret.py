"""The secret in the address of a calendar: made here, shown once, and kept as a hash alone."""

import secrets
from hashlib import sha256

SECRET_BYTES = 32


def new_secret() -> str:
    """256 random bits as 43 letters that need no quoting in an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> bytes:
    """What is kept. One round without a salt is enough: nobody can guess through 256 bits."""
    return sha256(secret.encode()).digest()

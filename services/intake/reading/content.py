"""The content of a file as it streams in: bytes, unpacked where it ends in `.gz`, their digest, and their text."""

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from services.intake.reading.bomb import no_bomb
from services.intake.reading.refused import DeliveryRefused

CHUNK = 1 << 16
MARK = "\ufeff"
"""A byte order mark, as text."""


def opened(path: Path) -> gzip.GzipFile | io.BufferedReader:
    """A file, unpacked where it ends in `.gz`. Raises `OSError`."""
    return gzip.GzipFile(path) if path.suffix == ".gz" else path.open("rb")


def bytes_of(path: Path) -> Iterator[bytes]:
    """A file in chunks, unpacked where it ends in `.gz`. Raises `DeliveryRefused`: `bad-file`, `too-large`."""
    try:
        with opened(path) as file:
            yield from no_bomb(iter(lambda: file.read(CHUNK), b""), path)
    except (OSError, EOFError, zlib.error) as wrong:
        raise DeliveryRefused("bad-file", file=path.name) from wrong


def digest_of(path: Path) -> str:
    """The digest of the content (unpacked)."""
    digest = hashlib.sha256()
    for chunk in bytes_of(path):
        digest.update(chunk)
    return digest.hexdigest()


def texts_of(chunks: Iterable[bytes], encoding: str, file: str) -> Iterator[str]:
    """Bytes as text, a byte order mark left out. The mapping tells the encoding, whatever the file says of itself.

    Raises `DeliveryRefused("bad-encoding")`.
    """
    begun = False
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        for chunk in chunks:
            text = decoder.decode(chunk)
            yield text if begun else text.removeprefix(MARK)
            begun = begun or bool(text)
        yield decoder.decode(b"", final=True)
    except (UnicodeDecodeError, LookupError) as wrong:
        raise DeliveryRefused("bad-encoding", file=file) from wrong


def lines_of(path: Path, encoding: str) -> Iterator[str]:
    """The lines of a file as they are written, a byte order mark left out; read as they are asked for.

    Raises `DeliveryRefused`: `bad-file`, `bad-encoding`.
    """
    try:
        with opened(path) as file, io.TextIOWrapper(file, encoding, newline="") as text:
            yield from chain((next(text, "").removeprefix(MARK),), text)
    except (UnicodeError, LookupError) as wrong:
        raise DeliveryRefused("bad-encoding", file=path.name) from wrong
    except (OSError, EOFError, zlib.error) as wrong:
        raise DeliveryRefused("bad-file", file=path.name) from wrong

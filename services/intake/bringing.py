"""How a delivery is brought: by whom, with what content, and whether it puts another one right."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self
from uuid import UUID

from services.intake.delivery_store import UNKNOWN, Brought, Correcting
from services.intake.reading.files import files_of
from services.intake.reading.mapping import Mapping
from services.intake.reading.refused import DeliveryRefused

CHUNK = 1 << 20


class Piece(NamedTuple):
    """One file as it came: its name, and its bytes in chunks of at most a megabyte, as often as they are asked for."""

    name: str
    chunks: Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Bringing:
    """`pieces`: what is kept where it must wait for a person. `id`: of the delivery it is, where that was settled before.

    `release`: why it may end however many employments, where that was decided beforehand.
    """

    by: Brought = UNKNOWN
    pieces: Sequence[Piece] = ()
    in_folder: bool = False
    corrects: Correcting | None = None
    release: str | None = None
    id: UUID | None = None

    @classmethod
    def of(cls, by: Brought, mapping: Mapping, path: Path, release: str | None = None) -> Self:
        """A file, or a folder of files. Raises `DeliveryRefused("no-file")`."""
        return cls(by, [piece_of(each) for each in files_of(mapping, path)], path.is_dir(), release=release)

    @property
    def digest(self) -> str:
        """Of the bytes as they came, for what cannot be read; of a file that cannot be opened, as far as it can be."""
        return hashlib.sha256("\n".join(sorted(map(_digest_of, self.pieces))).encode()).hexdigest()


def _digest_of(piece: Piece) -> str:
    digest = hashlib.sha256()
    with suppress(DeliveryRefused):
        for chunk in piece.chunks():
            digest.update(chunk)
    return digest.hexdigest()


def in_chunks(content: bytes) -> Iterator[bytes]:
    """What is in memory already, as a piece tells it."""
    return (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))


def piece_of(path: Path) -> Piece:
    """A file of the disk."""

    def chunks() -> Iterator[bytes]:
        try:
            with path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except OSError as wrong:
            raise DeliveryRefused("bad-file", file=path.name) from wrong

    return Piece(path.name, chunks)

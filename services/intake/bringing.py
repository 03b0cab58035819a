"""How a delivery is brought: by whom, from which files, and whether it puts another one right."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from services.intake.delivery_store import UNKNOWN, Brought, Correcting
from services.intake.reading.files import files_of
from services.intake.reading.mapping import Mapping


@dataclass(frozen=True, slots=True)
class Bringing:
    """`release`: why it may end however many employments, where that was decided beforehand."""

    by: Brought = UNKNOWN
    files: Sequence[Path] = ()
    in_folder: bool = False
    corrects: Correcting | None = None
    release: str | None = None

    @classmethod
    def of(cls, by: Brought, mapping: Mapping, path: Path, release: str | None = None) -> Self:
        """A file, or a folder of files. Raises `DeliveryRefused("no-file")`."""
        return cls(by, files_of(mapping, path), path.is_dir(), release=release)

"""How a delivery is brought: by whom, from which files, and whether it puts another one right."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from services.intake.delivery_store import UNKNOWN, Brought, Correcting


@dataclass(frozen=True, slots=True)
class Bringing:
    """`release`: why it may end however many employments, where that was decided beforehand."""

    by: Brought = UNKNOWN
    files: Sequence[Path] = ()
    in_folder: bool = False
    corrects: Correcting | None = None
    release: str | None = None

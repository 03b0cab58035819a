"""What became of a delivery."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from contracts.hr import EmploymentChanged, HoursChanged, PlacementChanged
from services.intake.delivery_store import Hold
from services.intake.reading.result import Wrong

WITHOUT_A_DAY = (PlacementChanged.wire, HoursChanged.wire, EmploymentChanged.wire)
"""What a whole file shows without telling since when."""
LISTED = 1_000
"""Refused rows that an outcome lists; the page has more."""


@dataclass(slots=True)
class Outcome:
    """What became of a delivery. `said`: revisions by event type; `again`: it had been taken before, nothing was done.

    `held`: why it waits for a person; then nothing of it was taken (a dry run says what would be said all the same).
    `refused`: the first rows that were refused, by file and line; `refused_rows`: how many there are in all.
    `broken`: subjects whose rows are kept but of whom nothing could be said; they are derived again after the next deploy.
    """

    municipality: str
    feed: str
    seen: int
    id: UUID
    refused: Sequence[Wrong] = ()
    refused_rows: int = 0
    subjects: int = 0
    broken: int = 0
    again: bool = False
    held: Hold | None = None
    said: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    """What is worth knowing though no event says it, by word: `source-record-purged`, `leave-before-start`, …"""

    def refuse(self, wrong: Sequence[Wrong]) -> None:
        """Count refused rows, and list the first of them."""
        self.refused_rows += len(wrong)
        self.refused = sorted([*self.refused, *wrong], key=lambda row: (row.file, row.line))[:LISTED]


def assumed(said: Counter[str]) -> Counter[str]:
    """The note of how many facts a whole file gave no day, so that its own was taken."""
    return +Counter({"effective-date-assumed": sum(said[name] for name in WITHOUT_A_DAY)})

"""What the player recorded, as JSON lines for the oracle, and what it has still to do with each duty."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import UUID

from deploy.local.oracle import Recorded


@dataclass
class Log:
    """The accepted asks in their order; `done` remembers per duty what was sent, so that no step is sent twice."""

    path: Path
    entries: list[Recorded] = field(default_factory=list)
    done: set[tuple[UUID, str]] = field(default_factory=set)
    refused: int = 0

    def note(self, entry: Recorded) -> None:
        """Keep an accepted ask."""
        self.entries.append(entry)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(entry), default=str) + "\n")

    def first_time(self, duty: UUID, step: str) -> bool:
        """Whether this step of this duty was never sent; it is now."""
        if (duty, step) in self.done:
            return False
        self.done.add((duty, step))
        return True


@dataclass(frozen=True, slots=True)
class Sending:
    """One form to send: by whom, on which page, and what it is in the log (none: nothing the oracle counts)."""

    holder: UUID | None
    page: str
    action: str
    fields: dict[str, str]
    entry: Recorded | None

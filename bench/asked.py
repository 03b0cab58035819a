"""What the caller of a bench may choose."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """`events` and `batch`: None for the bench's own default, which its docstring tells; `full`: the sizes that the goals name."""

    runs: int = 3
    events: int | None = None
    batch: int | None = None
    service: str | None = None
    full: bool = False

    def size(self, quick: int, full: int) -> int:
        """How many events."""
        return self.events or (full if self.full else quick)

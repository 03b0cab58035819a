"""What the caller of a bench may choose."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """`None`: the bench's own default, which its docstring tells."""

    runs: int = 3
    events: int | None = None
    batch: int | None = None
    service: str | None = None

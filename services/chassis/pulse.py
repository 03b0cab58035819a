"""Signs of life of one process: what it works on since when, whether anything is unread, and why it reads no further."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Pulse:
    """Told by the loops, asked by readiness and by the watchdog."""

    def __init__(self) -> None:
        """Nothing happened yet."""
        self.signs = 0
        """Rises with every batch that ends and every try that fails in a way we know: who waits for a database is not stuck."""
        self.is_behind = False
        """Whether anything is unread that could be read."""
        self.held_up: str | None = None
        """Why consumption does not go on, in plain words."""
        self._since: float | None = None

    @contextmanager
    def batch(self) -> Iterator[None]:
        """A batch is under way."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._since = None
            self.sign()

    def sign(self) -> None:
        """It lives."""
        self.signs += 1

    @property
    def under_way(self) -> float:
        """For how many seconds a batch has been under way; 0 between batches."""
        return 0.0 if self._since is None else time.monotonic() - self._since


class Moved:
    """When reading last moved: a batch ended or is under way, or nothing is unread."""

    def __init__(self, pulse: Pulse) -> None:
        """It moves now."""
        self._pulse = pulse
        self._at, self._signs = time.monotonic(), pulse.signs

    @property
    def seconds_ago(self) -> float:
        """For how many seconds something was to be read and nothing was; asked every moment."""
        if not self._pulse.is_behind or self._pulse.under_way or self._pulse.signs != self._signs:
            self._at, self._signs = time.monotonic(), self._pulse.signs
        return time.monotonic() - self._at

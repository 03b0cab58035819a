"""How fast somebody may go: a bucket of so many, filled again at an even pace, for each who comes; kept in this process alone."""

import time
from collections.abc import Callable


class Pace:
    """At most `burst` at once and `per_second` in the long run, for each name."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        """All buckets are full."""
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._held: dict[str, tuple[float, float]] = {}

    def wait(self, name: str, count: int) -> float:
        """Take `count` out of the bucket of `name`: 0 where they were there, else the seconds until they are, and nothing is taken."""
        now = self._clock()
        held, since = self._held.get(name, (float(self._burst), now))
        held = min(self._burst, held + (now - since) * self._per_second)
        wanted = min(count, self._burst)
        if held < wanted:
            self._held[name] = (held, now)
            return (wanted - held) / self._per_second
        self._held[name] = (held - wanted, now)
        return 0.0

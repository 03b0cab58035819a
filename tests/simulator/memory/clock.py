"""The one clock of a simulated world: goes on a little with every question, jumps when it is told to."""

from datetime import datetime, timedelta

TICK = timedelta(milliseconds=1)
FARTHEST_BACK = timedelta(hours=22)
"""What is stamped more than a day ahead of the clock is a dead letter, and ought to be."""


class MemoryClock:
    """What time the database says it is. `highest` never goes back: the latest it ever said."""

    def __init__(self, start: datetime) -> None:
        """Begin at `start`."""
        self._now = self.highest = start
        self.was_set_back = False

    @property
    def now(self) -> datetime:
        """What time it is, without a tick."""
        return self._now

    def read(self) -> datetime:
        """What time it is."""
        self._now += TICK
        self.highest = max(self.highest, self._now)
        return self._now

    def begin(self, start: datetime) -> None:
        """Begin elsewhere in time."""
        self._now = self.highest = start

    def jump(self, by: timedelta) -> None:
        """Somebody corrects the clock, forward or back, without asking anybody; never back by a day or more."""
        self.was_set_back |= by < timedelta(0)
        self._now = max(self._now + by, self.highest - FARTHEST_BACK)

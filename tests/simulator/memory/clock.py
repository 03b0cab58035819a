"""The one clock of a simulated world: goes on a little with every question, jumps when it is told to."""

from datetime import datetime, timedelta

TICK = timedelta(milliseconds=1)


class MemoryClock:
    """What time the database says it is. `highest` never goes back: the latest it ever said."""

    def __init__(self, start: datetime) -> None:
        """Begin at `start`."""
        self._now = self.highest = start

    def read(self) -> datetime:
        """What time it is."""
        self._now += TICK
        self.highest = max(self.highest, self._now)
        return self._now

    def jump(self, by: timedelta) -> None:
        """Somebody corrects the clock, forward or back, without asking anybody."""
        self._now += by

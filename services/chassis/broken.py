"""How long a broken subject waits for its next try. What mends it is new code or a command, and neither waits for that."""

from datetime import timedelta

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
DOUBLINGS = 6
"""After so many the longest pause is reached, and nothing is doubled for ever."""


def pause_after(tries: int) -> timedelta:
    """The pause after so many tries in a row that raised, the last one included."""
    return min(FIRST_PAUSE * (1 << min(tries - 1, DOUBLINGS)), LONGEST_PAUSE)

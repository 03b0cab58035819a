"""Chance from a seed: the same word gives the same throws, whatever else was thrown before. Nothing here guards a secret."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

T = TypeVar("T")

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
_FRIDAY = 4


class Dice:
    """The throws that belong to one word, for example a post or a talk."""

    def __init__(self, *word: object) -> None:
        """Begin the throws of `word`; words that read the same throw the same."""
        self._random = Random("/".join(map(str, word)))  # noqa: S311 - an invented municipality, no secret

    def happens(self, share: float) -> bool:
        """Whether something of this share (0 to 1) happens."""
        return self._random.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return self._random.randint(low, high)

    def one_of(self, choices: Sequence[T]) -> T:
        """One of the choices, all alike."""
        return self._random.choice(choices)

    def by_weight(self, weights: Mapping[T, float]) -> T:
        """One of the keys, by its weight."""
        return self._random.choices(list(weights), list(weights.values()))[0]

    def days_until(self, yearly_rate: float) -> int:
        """Days until something happens that happens `yearly_rate` times a year."""
        return int(self._random.expovariate(yearly_rate) * 365.25)

    def registered(self, day: date) -> datetime:
        """A moment in the office hours of `day`; of the Friday before where it is a weekend."""
        day -= timedelta(days=max(0, day.weekday() - _FRIDAY))
        return datetime.combine(day, time(8, 0), COPENHAGEN) + timedelta(minutes=self._random.randrange(480))

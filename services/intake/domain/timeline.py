"""Values over days: what was told last of a day holds, and what was not told again stays."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Generic, NamedTuple, TypeVar

V = TypeVar("V")
DAY = timedelta(days=1)
OPEN = date.max


class Stretch(NamedTuple, Generic[V]):
    """A value and the days it holds, both included; `OPEN` as last day: as far as known."""

    first: date
    last: date
    value: V


class Timeline(Generic[V]):
    """Stretches in order, none over another."""

    def __init__(self) -> None:
        """Begin with nothing told."""
        self._held: list[Stretch[V]] = []

    def __iter__(self) -> Iterator[Stretch[V]]:
        """The stretches in order."""
        return iter(self._held)

    def __bool__(self) -> bool:
        """Whether anything was told."""
        return bool(self._held)

    def lay(self, first: date, last: date | None, value: V) -> None:
        """Lay a value over these days (none: no last day): what was told of them before holds no longer."""
        end = last or OPEN
        kept = [Stretch(first, end, value)]
        for held in self._held:
            if held.last < first or held.first > end:
                kept.append(held)
                continue
            if held.first < first:
                kept.append(held._replace(last=first - DAY))
            if held.last > end:
                kept.append(held._replace(first=end + DAY))
        self._held = sorted(kept, key=lambda stretch: stretch.first)

    def near(self, day: date) -> V | None:
        """The value on a day; where none was told, the next one reaches back, else the last one goes on."""
        found: V | None = None
        for stretch in self._held:
            if stretch.first <= day or found is None:
                found = stretch.value
        return found

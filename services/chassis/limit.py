"""The stop after a bad deploy: a topic of ours is not drained into dead letters because one side cannot read the other any more.

Foreign rubbish never counts: only what our own services said, with intact headers, of a type that is heard here.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence

from services.chassis.envelope import Record
from services.chassis.remains import OWN_SOURCES, Invalid

Window = tuple[tuple[int, int], ...]
"""Batch by batch since the first misfit, at most the latest so many records: how many came and how many did not fit."""


class Flooded(Exception):
    """More than half of a type does not fit: nothing more is read until other code runs."""


class Limit:
    """Watches, type by type, how much of what our own services say cannot be read. A window opens with the first misfit."""

    def __init__(self, least: int, most: int) -> None:
        """Judge where at least `least` of the latest `most` records of a type came; `least` 0: never."""
        self._least = least
        self._most = most
        self._windows: Mapping[str, Window] = {}

    def weigh(self, records: Sequence[Record], dead: Iterable[tuple[Record, Invalid]]) -> Mapping[str, Window]:
        """The windows with this batch, to be kept once it is durable. Raises `Flooded` instead of letting it become so."""
        misfits = Counter(why.type for _, why in dead if why.misfit and why.type)
        if not self._least or not (misfits or self._windows):
            return {}
        came = _own(records, {*misfits, *self._windows})
        windows = {wire: self._slid((*self._windows.get(wire, ()), (count, misfits[wire]))) for wire, count in came.items()}
        for wire, window in windows.items():
            seen, bad = sum(n for n, _ in window), sum(n for _, n in window)
            if seen >= self._least and 2 * bad > seen:
                raise Flooded(
                    f"reading has stopped: {bad} of the latest {seen} {wire} from our own services could not be read;"
                    " deploy code that reads them and restart"
                )
        return {wire: window for wire, window in {**self._windows, **windows}.items() if any(bad for _, bad in window)}

    def durable(self, windows: Mapping[str, Window]) -> None:
        """The batch that was weighed is durable."""
        self._windows = windows

    def _slid(self, window: Window) -> Window:
        """Without the oldest batches that the latest `most` records do not need."""
        held = deque(window)
        while len(held) > 1 and sum(n for n, _ in held) - held[0][0] >= self._most:
            held.popleft()
        return tuple(held)


def _own(records: Iterable[Record], types: Iterable[str]) -> Counter[str]:
    wanted = {wire.encode(): wire for wire in types}
    found: Counter[str] = Counter()
    for record in records:
        headers = dict(record.headers)
        wire = wanted.get(headers.get("ce_type") or b"")
        if wire is not None and (headers.get("ce_source") or b"").startswith(OWN_SOURCES.encode()):
            found[wire] += 1
    return found

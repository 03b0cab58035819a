"""What a worker keeps in memory of the subjects it has worked on: parsed, bounded, and true only for one version of a row."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from uuid import UUID

from services.chassis.advance import State
from services.chassis.subject import Subject
from services.chassis.tables.subjects import SubjectRow

REVISIONS = 100_000
"""So many parsed revisions are kept, some 2 kB each; what is not kept is read back and parsed again."""

Versioned = tuple[int, State]
"""The version of the row of which this is what a subject holds."""


class Kept:
    """States by subject. Who still waits to be derived is kept before all others, since each of them will be asked for once.

    They are derived in the order in which they came, so that letting go of the oldest would always let go of who is asked for next.
    """

    def __init__(self, most: int = REVISIONS) -> None:
        """Keep at most so many revisions."""
        self._most = most
        self._size = 0
        self._waiting: OrderedDict[Subject, Versioned] = OrderedDict()
        self._derived: OrderedDict[Subject, Versioned] = OrderedDict()

    def __len__(self) -> int:
        """How many revisions are kept."""
        return self._size

    def of(self, rows: Mapping[UUID, SubjectRow], wanted: Iterable[Subject]) -> dict[Subject, State]:
        """What is known of the subjects whose rows are still of the version that was kept."""
        found = ((s, self._waiting.get(s) or self._derived.get(s)) for s in wanted)
        return {s: held[1] for s, held in found if held is not None and held[0] == rows[s.id].version}

    def keep(self, states: Mapping[Subject, Versioned], *, waiting: bool) -> None:
        """These are durable now. Where there is no room the longest derived is let go of, and never who waits."""
        here = self._waiting if waiting else self._derived
        for subject, held in states.items():
            self._let_go(subject)
            size = len(held[1].history)
            while self._derived and self._size + size > self._most:
                self._let_go(next(iter(self._derived)))
            if self._size + size <= self._most:
                here[subject] = held
                self._size += size

    def nobody_waits(self) -> None:
        """Everybody is derived; who was waiting here was derived by another worker."""
        self._derived.update(self._waiting)
        self._waiting.clear()

    def _let_go(self, subject: Subject) -> None:
        held = self._waiting.pop(subject, None) or self._derived.pop(subject, None)
        if held is not None:
            self._size -= len(held[1].history)

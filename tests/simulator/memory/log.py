"""A log in memory: topics with partitions, keys that stay together, every record kept raw."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import takewhile

from aiokafka.errors import KafkaConnectionError, ProducerFenced
from aiokafka.partitioner import murmur2

from tests.simulator.memory.clock import MemoryClock
from tests.simulator.memory.database import Reach, nowhere

Partition = tuple[str, int]
Headers = Sequence[tuple[str, bytes | None]]
Start = tuple[str, int]
"""Under which name a sender started, and how many had by then, itself included."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A record on the log. `after`: the latest time the clock had said when it came."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    after: datetime


@cache
def _hash(key: bytes) -> int:
    return int(murmur2(key)) & 0x7FFFFFFF


class MemoryLog:
    """The broker's part that lasts; `away`: it answers nobody."""

    def __init__(self, clock: MemoryClock, reach: Reach = nowhere) -> None:
        """No topics."""
        self.away = False
        self.reach = reach
        self._clock = clock
        self._partitions: dict[Partition, list[Logged]] = {}
        self._dropped: set[tuple[str, int, int]] = set()
        self._starts: Counter[str] = Counter()
        self._obeyed: dict[tuple[Partition, str], int] = {}
        """The latest start of a name that a partition has heard of."""

    def create(self, topic: str, partitions: int) -> None:
        """A new topic; made anew where it was."""
        for number in range(partitions):
            self._partitions[topic, number] = []
        self._dropped = {place for place in self._dropped if place[0] != topic}
        self._obeyed = {(place, name): start for (place, name), start in self._obeyed.items() if place[0] != topic}

    def begin(self, name: str) -> Start:
        """One more sender starts under a name."""
        self._starts[name] += 1
        return name, self._starts[name]

    def append(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers, by: Start | None = None) -> Logged:
        """One more record, on the partition of its key. Raises `ProducerFenced` where that has heard of a later start of the name."""
        number = _hash(key or b"") % len(self.numbers(topic))
        if by is not None:
            self._obey((topic, number), *by)
        here = self._partitions[topic, number]
        record = Logged(topic, number, len(here), key, value, tuple(headers), self._clock.highest)
        here.append(record)
        return record

    def _obey(self, partition: Partition, name: str, start: int) -> None:
        if start < self._obeyed.get((partition, name), 0):
            raise ProducerFenced
        self._obeyed[partition, name] = start

    def numbers(self, topic: str) -> set[int]:
        """The partitions of a topic."""
        return {number for name, number in self._partitions if name == topic}

    def partitions(self) -> list[Partition]:
        """All partitions of all topics."""
        return sorted(self._partitions)

    def end(self, partition: Partition) -> int:
        """The offset the next record will have."""
        return len(self._partitions[partition])

    def read(self, partition: Partition, offset: int, limit: int) -> list[Logged]:
        """Up to `limit` records from `offset` on."""
        return self._partitions[partition][offset : offset + limit]

    @property
    def has_dropped(self) -> bool:
        """Whether anything that lies here was lost on its way to somebody."""
        return bool(self._dropped)

    def without_first(self, count: int, records: Sequence[Logged]) -> list[Logged]:
        """What is left of a stretch when its first records are lost on their way, up to `count`; none is lost twice."""
        lost = list(takewhile(lambda place: place not in self._dropped, ((r.topic, r.partition, r.offset) for r in records[:count])))
        self._dropped.update(lost)
        return list(records[len(lost) :])

    def records(self, topic: str) -> list[Logged]:
        """All records of a topic, partition by partition."""
        return [record for name, number in self.partitions() if name == topic for record in self._partitions[name, number]]

    def answer(self) -> None:
        """Raises as a client does that reaches no broker."""
        if self.away:
            raise KafkaConnectionError

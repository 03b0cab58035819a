"""A story: what happens to a simulated world, step by step. Every step stands alone, so that any of them may be left out."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

PEOPLE, UNITS, FACTS, WORKERS, TOPICS = 4, 3, 3, 3, 3


@dataclass(frozen=True, slots=True)
class Run:
    """Let everybody go on for some turns, drawn from a seed of its own."""

    turns: int
    seed: int


@dataclass(frozen=True, slots=True)
class Told:
    """A revision of a fact about a person's job comes onto the bus, known for some days already."""

    person: int
    fact: int
    revision: int
    day: int
    unit: int
    stands: bool
    ends: bool
    known_days: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A day is closed, or open after all: a revision of one fact of the organisation."""

    day: int
    revision: int
    stands: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A person gets a name; without a revision the name is erased."""

    person: int
    revision: int | None


@dataclass(frozen=True, slots=True)
class Poisoned:
    """A record that no code can read, of one of several kinds."""

    kind: int
    person: int


@dataclass(frozen=True, slots=True)
class Doubled:
    """The speaker says an earlier record again."""

    which: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asks at a worker's page to silence the bell of a job, as often as it takes."""

    worker: int
    person: int
    fact: int
    form: int


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock jumps."""

    hours: int


@dataclass(frozen=True, slots=True)
class Started:
    """A worker starts with a version of the code."""

    worker: int
    version: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """A worker is asked to end."""

    worker: int


@dataclass(frozen=True, slots=True)
class Struck:
    """A worker is struck: now, or when it comes to a point for the n-th time.

    `how`: kill; cut (its connections), confuse (cut, and the client says so in words for faults of its own); freeze; expel;
    unanswer (the next record it sends arrives, and nobody confirms it).
    """

    worker: int
    how: str
    point: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Thawed:
    """A frozen worker goes on where it stood, and comes back to its group."""

    worker: int


@dataclass(frozen=True, slots=True)
class Rebalanced:
    """The group shares the partitions out anew."""


@dataclass(frozen=True, slots=True)
class Redelivered:
    """A worker is given again what it had read."""

    worker: int
    back: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """Of what a worker fetches next, so many records of each partition never reach it.

    No record is dropped twice: what is missing twice in a row is taken for a hole in the log itself, by design.
    """

    worker: int
    count: int


@dataclass(frozen=True, slots=True)
class Recreated:
    """A topic is deleted and made again, and all that was on it is said once more, in an order drawn from a seed of its own."""

    topic: int
    seed: int


@dataclass(frozen=True, slots=True)
class Begun:
    """Everything happens around another day; stands first."""

    day: date


@dataclass(frozen=True, slots=True)
class Away:
    """The database or the broker goes away, or comes back."""

    which: str
    is_away: bool


Step: TypeAlias = (
    Run
    | Told
    | Closed
    | Named
    | Poisoned
    | Doubled
    | Asked
    | Clock
    | Started
    | Stopped
    | Struck
    | Thawed
    | Rebalanced
    | Redelivered
    | Dropped
    | Recreated
    | Begun
    | Away
)
Story: TypeAlias = tuple[Step, ...]

POINTS = ("statement", "commit", "committed", "send", "sent", "ends", "fetch", "kafka commit")
TROUBLE = (Struck, Thawed, Away, Stopped)
"""Steps after which the relay may say something twice."""


def is_calm(story: Story) -> bool:
    """Whether nothing happened that lets a relay repeat itself."""
    return not any(isinstance(step, TROUBLE) for step in story)

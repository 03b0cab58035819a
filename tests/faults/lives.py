"""What happens to invented people, as HR tells it: hires, moved starts, other units, ends, withdrawals; seeded, in no order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from contracts.base import Event
from contracts.words import Closed
from services.chassis.subject import Revision
from tests.kit.builders import closing_day, end_registered, hired, noon
from tests.kit.story import revision

UNITS = tuple(f"fault unit {number}" for number in range(8))
SPACE = UUID("8d0f3f0e-6f1c-4c56-9d1b-2b7f3c1f7a10")


@dataclass(slots=True)
class Telling:
    """One fact while it is told: each revision becomes known somewhat later than the one before, never later than now."""

    fact: UUID
    dice: Random
    now: datetime
    known_at: datetime
    number: int = 0
    told: list[Revision[Event]] = field(default_factory=list)

    def tell(self, event: Event, *, stands: bool = True) -> None:
        """The next revision."""
        self.number += 1
        self.known_at = min(self.now, self.known_at + timedelta(hours=self.dice.choice((0, 1, 5, 24, 60))))
        self.told.append(revision(event, self.known_at, fact=self.fact, number=self.number, stands=stands))


def life(dice: Random, name: str, now: datetime) -> Iterator[Revision[Event]]:
    """One or two employments of one person, as far as anybody knows them by now."""
    for number in range(dice.choice((1, 1, 1, 2))):
        first = now.date() + timedelta(days=dice.randint(-16, 4))
        known = now - timedelta(days=dice.choice((0, 0, 1, 4, 12)))
        job = f"{name} {number}"
        yield from _hire(Telling(uuid5(SPACE, f"hire {job}"), dice, now, known), name, job, first)
        if dice.random() < 0.25:
            end = Telling(uuid5(SPACE, f"end {job}"), dice, now, known)
            event = end_registered(first + timedelta(days=dice.randint(0, 40)), unit=dice.choice(UNITS), person=name, employment=job)
            end.tell(event)
            if dice.random() < 0.4:
                end.tell(event, stands=False)
            yield from end.told


def _hire(hire: Telling, name: str, job: str, first: date) -> Iterator[Revision[Event]]:
    dice, unit = hire.dice, hire.dice.choice(UNITS)
    hire.tell(hired(first, unit=unit, person=name, employment=job))
    if dice.random() < 0.4:
        first += timedelta(days=dice.randint(-6, 9))
        hire.tell(hired(first, unit=unit, person=name, employment=job))
    if dice.random() < 0.2:
        unit = dice.choice(UNITS)
        hire.tell(hired(first, unit=unit, person=name, employment=job))
    if dice.random() < 0.15:
        hire.tell(hired(first, unit=unit, person=name, employment=job), stands=False)
        if dice.random() < 0.5:
            hire.tell(hired(first, unit=unit, person=name, employment=job))
    yield from hire.told


def closing(dice: Random, now: datetime) -> Revision[Event]:
    """The municipality is closed on a day on which bells may ring."""
    day, closed = now.date() + timedelta(days=dice.randint(1, 12)), dice.choice((Closed.WHOLE, Closed.FROM_NOON))
    return revision(closing_day(day, closed), now, fact=uuid5(SPACE, f"{closed} {day} {now}"))


class Stream:
    """Endless records: revisions of many lives shuffled among each other, some of them twice."""

    def __init__(self, seed: int) -> None:
        """The same seed and the same days: the same records."""
        self._dice = Random(seed)
        self._seed = seed
        self._people = 0
        self._waiting: list[Revision[Event]] = []

    def take(self, count: int, today: date) -> list[Revision[Event]]:
        """The next records."""
        return [self._next(today) for _ in range(count)]

    def _next(self, today: date) -> Revision[Event]:
        while len(self._waiting) < 80:
            self._people += 1
            self._waiting += life(self._dice, f"{self._seed} person {self._people}", noon(today))
        place = self._dice.randrange(len(self._waiting))
        if self._dice.random() < 0.12:
            return self._waiting[place]
        self._waiting[place], self._waiting[-1] = self._waiting[-1], self._waiting[place]
        return self._waiting.pop()

"""Stories drawn from a seed: who is told what in which order, what goes wrong meanwhile, and how time goes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from tests.simulator.story import (
    FACTS,
    PEOPLE,
    POINTS,
    TOPICS,
    UNITS,
    WORKERS,
    Asked,
    Away,
    Begun,
    Clock,
    Closed,
    Doubled,
    Dropped,
    Named,
    Poisoned,
    Rebalanced,
    Recreated,
    Redelivered,
    Run,
    Started,
    Step,
    Stopped,
    Story,
    Struck,
    Thawed,
    Told,
)

POISONS = 7
DEAF = (7, 3)
"""One story in seven: what is left of its seed."""
NIGHTS = {1: date(2026, 3, 28), 2: date(2026, 10, 24)}
"""By what is left of a seed divided by five: the days before Danish clocks are turned. All other stories begin on an ordinary day."""


@dataclass(slots=True)
class Drawing:
    """One story in the making."""

    random: Random
    steps: list[Step] = field(default_factory=list)

    def run(self, most: int = 60) -> None:
        """Some turns between two steps."""
        self.steps.append(Run(self.random.randint(1, most), self.random.getrandbits(32)))

    def told(self) -> list[Step]:
        """All that is told, every revision once, in any order."""
        draw = self.random
        told: list[Step] = []
        for number in range(draw.randint(1, FACTS)):
            person, ends = draw.randrange(PEOPLE), draw.random() < 0.25
            for revision in range(1, draw.randint(1, 3) + 1):
                stands = revision == 1 or draw.random() < 0.7
                unit = draw.choice((0, *range(1, UNITS), *range(1, UNITS)))
                told.append(Told(person, number, revision, draw.randint(-12, 4), unit, stands, ends, draw.choice((0, 0, 0, 1, 3, 9))))
        told += [Closed(draw.choice((1, 2, 3, 7)), n, draw.random() < 0.7) for n in range(1, draw.choice((0, 1, 1, 2)) + 1)]
        told += [Named(draw.randrange(2), draw.choice((1, 2, 3, None))) for _ in range(draw.choice((0, 0, 2, 3)))]
        draw.shuffle(told)
        return told

    def strikes(self) -> Step:
        """A worker is struck somewhere."""
        draw = self.random
        how = draw.choice(("kill", "kill", "kill", "cut", "cut", "confuse", "freeze", "freeze", "expel", "unanswer"))
        point = draw.choice(("", *POINTS))
        return Struck(draw.randrange(WORKERS), how, point, draw.randint(1, 6))

    def trouble(self) -> Step:
        """Something else goes wrong."""
        draw = self.random
        worker = draw.randrange(WORKERS)
        kinds: tuple[Callable[[], Step], ...] = (
            self.strikes,
            self.strikes,
            self.strikes,
            lambda: Stopped(worker),
            lambda: Thawed(worker),
            lambda: Away(draw.choice(("database", "broker")), draw.random() < 0.5),
            lambda: Started(worker, draw.choice((1, 2))),
        )
        return draw.choice(kinds)()

    def unrest(self) -> Step:
        """Something happens that is nobody's fault."""
        draw = self.random
        worker = draw.randrange(WORKERS)
        kinds: tuple[Callable[[], Step], ...] = (
            Rebalanced,
            lambda: Recreated(draw.randrange(TOPICS), draw.getrandbits(32)),
            lambda: Redelivered(worker, draw.randint(1, 6)),
            lambda: Dropped(worker, draw.choice((1, 1, 2, 4))),
            lambda: Dropped(worker, draw.choice((1, 1, 2, 4))),
            lambda: Doubled(draw.randrange(12)),
            lambda: Poisoned(draw.randrange(POISONS), draw.randrange(PEOPLE)),
            lambda: Asked(worker, draw.randrange(PEOPLE), draw.randrange(FACTS), draw.randrange(3)),
            self._clock,
            self._clock,
            self._clock,
            self._clock,
        )
        return draw.choice(kinds)()

    def _clock(self) -> Step:
        forward = self.random.choice((1, 13, 24, 24 * 3, 24 * 5, 24 * 7))
        return Clock(forward if self.random.random() < 0.7 else -self.random.choice((1, 12, 20)))


def draw_story(seed: int) -> Story:
    """The story of a seed. One in four is calm: nobody fails."""
    drawing = Drawing(Random(seed))
    draw, calm = drawing.random, seed % 4 == 0
    if night := NIGHTS.get(seed % 5):
        drawing.steps.append(Begun(night))
    two_versions = draw.random() < 0.4
    for worker in range(draw.choice((1, 2, 2, 2, 3))):
        drawing.steps.append(Started(worker, draw.choice((1, 2)) if two_versions else 1))
    happenings = list(_happenings(drawing, calm=calm))
    for step in happenings:
        if draw.random() < 0.6:
            drawing.run()
        drawing.steps.append(step)
    drawing.run(150)
    return tuple(_deafened(drawing.steps) if seed % DEAF[0] == DEAF[1] else drawing.steps)


def _deafened(steps: list[Step]) -> Iterator[Step]:
    """The older version hears less in such a story; in the end the newer one is deployed, and has a past to read."""
    for step in steps:
        yield replace(step, version=0) if isinstance(step, Started) and step.version == 1 else step
    yield Stopped(0)
    yield Started(0, 2)
    yield Run(60, 0)


def _week_away(drawing: Drawing, told: list[Step]) -> Iterator[Step]:
    """Everybody is away for a week; much is said meanwhile."""
    yield from (Stopped(worker) for worker in range(WORKERS))
    yield Clock(24 * 7)
    while told and drawing.random.random() < 0.7:
        yield told.pop()
    yield from (Started(worker, drawing.random.choice((1, 1, 2))) for worker in range(drawing.random.randint(1, WORKERS)))


def _happenings(drawing: Drawing, *, calm: bool) -> Iterator[Step]:
    draw = drawing.random
    told = drawing.told()
    if not calm and draw.random() < 0.15:
        for _ in range(draw.randint(1, 4)):
            yield told.pop() if told else drawing.unrest()
        yield from _week_away(drawing, told)
    while told:
        dice = draw.random()
        if dice < 0.5:
            yield told.pop()
        elif dice < 0.75 or calm:
            yield drawing.unrest()
        else:
            yield drawing.trouble()
    for _ in range(draw.randint(1, 4)):
        yield drawing.unrest() if calm or draw.random() < 0.5 else drawing.trouble()

"""Two transactions of a delivery at a time: while one is written and becomes durable, the next one is derived.

They become durable in their order, so that a delivery that is stopped has a beginning that was taken and a rest that was not.
"""

import asyncio
from asyncio import Event, Task
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Self

from services.intake.reading.mapping import Kind
from services.intake.reading.result import Accepted

Progress = Callable[[int], None]
Names = frozenset[str]
"""The source's own numbers of persons and employments that a part names."""


@dataclass(slots=True)
class Turn:
    """The place of one transaction among those of its delivery. `names`: none where it may have to do with any other."""

    rows: int
    names: Names | None
    before: "Turn | None" = None
    derived: Event = field(default_factory=Event)
    task: Task[None] | None = None

    async def apart(self) -> None:
        """Go on when what is looked up cannot be what the one before has written: nobody else sees that before it is durable."""
        if self.before is not None and (self.names is None or self.before.names is None or self.names & self.before.names):
            await self.alone()

    async def alone(self) -> None:
        """Go on when the one before is durable. Raises what it has failed with."""
        if self.before is not None:
            await self.before.done()

    async def done(self) -> None:
        """Go on when this one is durable. Raises what it has failed with."""
        assert self.task is not None
        await asyncio.shield(self.task)
        self.before = None


class Overlap:
    """The transactions of one delivery; leaving it undoes those that are not durable."""

    def __init__(self, progress: Progress) -> None:
        """`progress` hears of each that is durable how many rows it held."""
        self._progress = progress
        self._last: Turn | None = None

    async def __aenter__(self) -> Self:
        """Begin with none under way."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End whatever is under way."""
        tasks = [turn.task for turn in (self._last, self._last and self._last.before) if turn and turn.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def take(self, work: Callable[[Turn], Coroutine[None, None, None]], rows: int, names: Names | None) -> None:
        """Begin a transaction; back when it is derived and the one before it durable. Raises what either has failed with."""
        before, turn = self._last, Turn(rows, names, self._last)
        turn.task, self._last = asyncio.create_task(work(turn)), turn
        await _first_of(turn.task, turn.derived.wait())
        if before is not None:
            await self._ended(before)
        if turn.task.done():
            await turn.done()

    async def end(self) -> None:
        """Go on when all are durable."""
        if self._last is not None:
            last, self._last = self._last, None
            await self._ended(last)

    async def _ended(self, turn: Turn) -> None:
        await turn.done()
        self._progress(turn.rows)


async def _first_of(task: Task[None], other: Awaitable[object]) -> None:
    waiting = asyncio.ensure_future(other)
    try:
        await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()


def names_of(fit: Sequence[Accepted]) -> Names | None:
    """Whom rows of employments name, each number told apart; of other rows nobody can say what they lead to."""
    if any(row.draft.kind is not Kind.EMPLOYMENTS for row in fit):
        return None
    return frozenset(name for row in fit for name in (f"person {row.draft.person}", f"employment {row.draft.employment}"))

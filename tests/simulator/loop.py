"""An event loop whose every turn is drawn from a seed: which waiting step comes next, and when a pause has passed.

Steps belong to an owner (a process of the simulated world); an owner may be frozen in the middle of whatever it does.
"""

import asyncio
import heapq
from collections import defaultdict
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from itertools import count
from random import Random
from types import coroutine
from typing import Any

OWNER: ContextVar[str] = ContextVar("owner", default="")
"""The process to which a step belongs."""
PAUSE_PASSES = 0.04
"""How often a pause passes although others could go on."""


@coroutine
def turn() -> Generator[None, None, None]:
    """Others may go on: `asyncio.sleep(0)`, cheaper."""
    yield


class Stuck(Exception):
    """Nobody can go on, and no pause will pass."""


class SeededLoop(asyncio.AbstractEventLoop):
    """asyncio with an invented time. The same seed and the same calls give the same run, step by step."""

    def __init__(self) -> None:
        """Nothing waits yet."""
        self.random = Random(0)
        self.failures: list[BaseException] = []
        self._ready: list[tuple[str, asyncio.Handle]] = []
        self._parked: dict[str, list[asyncio.Handle]] = {}
        self._timers: list[tuple[float, int, str, asyncio.TimerHandle]] = []
        self._tasks: defaultdict[str, dict[asyncio.Task[Any], None]] = defaultdict(dict)
        self._numbers = count()
        self._time = 0.0

    def step(self) -> None:
        """One turn: a step that is ready, or the next pause passes. Raises `Stuck` where there is neither."""
        if self._timers and (not self._ready or self.random.random() < PAUSE_PASSES):
            self._pass_pause()
        if not self._ready:
            if not self._timers:
                raise Stuck
            return
        at = int(self.random.random() * len(self._ready))
        self._ready[at], self._ready[-1] = self._ready[-1], self._ready[at]
        owner, handle = self._ready.pop()
        if owner in self._parked:
            self._parked[owner].append(handle)
        elif not handle.cancelled():
            handle._run()

    def run(self, steps: int, until: Callable[[], bool] | None = None, *, seconds: float = 1e9) -> bool:
        """So many turns, or fewer where so much time passes before; whether `until` held at last (asked now and then)."""
        end = self._time + seconds
        for number in range(steps):
            if self._time > end:
                break
            if until is not None and number % 16 == 0 and until():
                return True
            try:
                self.step()
            except Stuck:
                break
        return until is not None and until()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Inside the block this loop is the one that runs."""
        held = asyncio._get_running_loop()
        asyncio._set_running_loop(self)
        try:
            yield
        finally:
            asyncio._set_running_loop(held)

    def freeze(self, owner: str) -> None:
        """From now on the owner does nothing, wherever it stands."""
        self._parked.setdefault(owner, [])

    def is_frozen(self, owner: str) -> bool:
        """Whether the owner does nothing."""
        return owner in self._parked

    def thaw(self, owner: str) -> None:
        """The owner goes on."""
        self._ready += [(owner, handle) for handle in self._parked.pop(owner, [])]

    def kill(self, owner: str) -> None:
        """The owner ends here and now; what it would still do must reach nobody, which is up to what it is connected to."""
        self.thaw(owner)
        for task in list(self._tasks.get(owner, ())):
            task.cancel()

    def spawn(self, owner: str, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        """Work of an owner."""
        context = copy_context()
        context.run(OWNER.set, owner)
        return self.create_task(work, context=context)

    def _pass_pause(self) -> None:
        at, _, owner, handle = heapq.heappop(self._timers)
        self._time = max(self._time, at)
        if not handle.cancelled():
            self._ready.append((owner, handle))

    # What asyncio asks of a loop.

    def call_soon(self, callback: Callable[..., Any], *args: Any, context: Context | None = None) -> asyncio.Handle:  # type: ignore[override]
        handle = asyncio.Handle(callback, args, self, context)
        owner = OWNER.get() if context is None else context.get(OWNER, "")
        self._ready.append((owner or "", handle))
        return handle

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self._time + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        owner = OWNER.get() if context is None else context.get(OWNER, "")
        heapq.heappush(self._timers, (when, next(self._numbers), owner or "", handle))
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """A cancelled pause is dropped when its time comes."""

    def time(self) -> float:
        return self._time

    def create_future(self) -> "asyncio.Future[Any]":
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, *, name: str | None = None, context: Context | None = None) -> "asyncio.Task[Any]":
        task = asyncio.Task(coro, loop=self, name=name, context=context)
        mine = self._tasks[(OWNER.get() if context is None else context.get(OWNER)) or ""]
        mine[task] = None
        task.add_done_callback(lambda done: mine.pop(done, None))
        return task

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """What nobody awaited is a failure of the run."""
        problem = context.get("exception")
        if problem is not None:
            self.failures.append(problem)

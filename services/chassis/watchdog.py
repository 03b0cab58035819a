"""Ends a worker that is stuck, so that whoever supervises it starts it again. A thread, since a blocked event loop cannot see itself.

It counts looks without a sign of life, not time: a process that was frozen as a whole (SIGSTOP) is not stuck when it goes on.
"""

import asyncio
import faulthandler
import os
import threading
from collections.abc import Callable
from contextvars import copy_context

from services.chassis.logs import Word, warn
from services.chassis.pulse import Pulse

LOOKS = 8
"""How many looks without a sign of life make a worker stuck."""
STUCK = 70
"""The exit code of a worker that was ended."""
End = Callable[[str], None]


def end_process(reason: str) -> None:
    """End this process at once; PostgreSQL rolls back what was under way."""
    warn(Word.STUCK, reason=reason)
    faulthandler.dump_traceback()
    os._exit(STUCK)


class Watchdog:
    """Watches one event loop and the pulse of its worker."""

    def __init__(self, pulse: Pulse, loop: asyncio.AbstractEventLoop, seconds: float, end: End = end_process) -> None:
        """After `seconds` without a sign of life: `end`; 0: never."""
        self._pulse = pulse
        self._loop = loop
        self._seconds = seconds
        self._end = end
        self._ended = threading.Event()
        self._answered = True
        self._unanswered = 0
        self._signs = pulse.signs
        self._unmoved = 0

    def start(self) -> None:
        """Watch from now on."""
        if self._seconds:
            self._thread(self._watch)

    def stop(self) -> None:
        """Watch no longer."""
        self._ended.set()

    def end_within(self, seconds: float) -> None:
        """The worker was told to stop: it is ended if it has not within so many seconds, unless `stop` comes first."""

        def insist() -> None:
            if not self._ended.wait(seconds):
                self._end(f"it has not stopped within {seconds:g} s")

        self._thread(insist)

    def look(self) -> str | None:
        """One look: why the worker is stuck, none if it is not (yet)."""
        self._unanswered = 0 if self._answered else self._unanswered + 1
        self._unmoved = self._unmoved + 1 if self._pulse.is_behind and self._pulse.signs == self._signs else 0
        self._answered, self._signs = False, self._pulse.signs
        self._loop.call_soon_threadsafe(self._answer)
        if self._unanswered >= LOOKS:
            return "the event loop does not answer"
        return "there is something to read and no batch ends" if self._unmoved >= LOOKS else None

    def _answer(self) -> None:
        self._answered = True

    def _watch(self) -> None:
        while not self._ended.wait(self._seconds / LOOKS):
            if (reason := self.look()) is not None:
                self._end(reason)
                return

    def _thread(self, work: Callable[[], None]) -> None:
        threading.Thread(target=copy_context().run, args=(work,), name="watchdog", daemon=True).start()

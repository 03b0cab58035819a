"""The three ways to fail, named by what happens next. Only the chassis catches them."""

import asyncio
import traceback
from pathlib import Path


class Refused(Exception):
    """A rule says no: the asker is told, and it is never retried."""

    def __init__(self, reason: str, **fields: str) -> None:
        """Keep `reason` as a message id of the catalogue; `fields` fill its places."""
        super().__init__(reason)
        self.reason = reason
        self.fields = fields


class NotFound(Refused):
    """There is no such thing, or the asker may not see it: the same answer for both."""


class Later(Exception):
    """The world is not ready: tried again after a pause."""


class Unreadable(Exception):
    """The event is wrong: it goes to the dead letters, and a person is told."""


def raised(problem: Exception) -> str:
    """What was raised and where, for the operator: no message, since it may hold a value."""
    last = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__} at {Path(last.filename).name}:{last.lineno}"


def end_if_told() -> None:
    """Raise `CancelledError` where this task was told to end; for loops that catch what passes by itself.

    Who is cancelled leaves its connection, and a connection that is broken raises another error then, which hides the cancellation.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError

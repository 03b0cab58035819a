"""Standard output that loses nothing, however slow its reader is.

A write is cut short where the pipe is full and does not block, or where a signal arrives; with PYTHONUNBUFFERED Python
drops the rest then, without an error and with exit code 0. Whoever reads figures would take the part for the whole.
"""

import io
import select
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Whole(io.FileIO):
    """A file whose every write is a whole one: it waits until there is room."""

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write everything."""
        left = whole = memoryview(data).cast("B")
        while left:
            written = super().write(left)
            if written is None:
                select.select([], [self], [])
            left = left[written or 0 :]
        return len(whole)


def whole(stream: TextIO) -> TextIO:
    """The same stream with whole writes; one that Python does not hold open on a file itself is left as it is."""
    if stream not in {sys.__stdout__, sys.__stderr__} or not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.flush()
    raw = Whole(stream.fileno(), "w", closefd=False)
    return io.TextIOWrapper(
        raw if stream.write_through else io.BufferedWriter(raw),  # as Python itself does
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def lose_nothing() -> None:
    """What this process prints from now on arrives whole."""
    sys.stdout, sys.stderr = whole(sys.stdout), whole(sys.stderr)

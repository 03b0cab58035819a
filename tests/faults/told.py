"""What the processes of a rig wrote into their logs, read on from where it was read before: an hour's logs are long."""

from collections.abc import Iterator
from pathlib import Path

from services.chassis.logs import Word

EVER_AGAIN = tuple(f'"{word}"'.encode() for word in (Word.BATCH_TAKEN, Word.RELAYED, Word.WOKEN))
"""What is said all the time and counted by nobody here."""


class Logs:
    """All logs of a folder."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read yet."""
        self._folder = folder
        self._read: dict[Path, int] = {}
        self._lines: list[str] = []

    def count(self, *words: str) -> int:
        """How many lines there are by now that hold all these words."""
        for log in sorted(self._folder.glob("*.log")):
            self._lines += [line.decode() for line in self._new(log) if not any(word in line for word in EVER_AGAIN)]
        return sum(all(word in line for word in words) for line in self._lines)

    def _new(self, log: Path) -> Iterator[bytes]:
        """Whole lines only: the last one may be half written."""
        with log.open("rb") as file:
            file.seek(self._read.get(log, 0))
            text = file.read()
        whole = text.rfind(b"\n") + 1
        self._read[log] = self._read.get(log, 0) + whole
        yield from text[:whole].splitlines()

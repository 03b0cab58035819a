"""Ends the processes of a launcher that died without doing so. Standard library only: it runs with `-I -S`.

It reads lines from the launcher's pipe: `+PID SIGNAL` for a process group that began, `-PID` for one that ended. When the
pipe closes, whatever is left is sent its signal, and after some seconds SIGKILL. A launcher that stops orderly leaves
nothing over, so there the guard just ends.
"""

import contextlib
import os
import signal
import sys
import time

_GRACE_SECONDS = 8.0
_LOOK_EVERY_SECONDS = 0.05


def read_orphans(lines: list[str]) -> dict[int, int]:
    """The groups that began and did not end, each with its signal."""
    orphans: dict[int, int] = {}
    for line in lines:
        pid, *number = line[1:].split()
        if line[0] == "+":
            orphans[int(pid)] = int(number[0])
        else:
            orphans.pop(int(pid), None)
    return orphans


def send(group: int, number: int) -> bool:
    """Signal a process group; whether it still exists."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end(orphans: dict[int, int]) -> None:
    """Ask, wait, then insist."""
    for group, number in orphans.items():
        send(group, number)
    deadline = time.monotonic() + _GRACE_SECONDS
    while time.monotonic() < deadline and any(send(group, 0) for group in orphans):
        time.sleep(_LOOK_EVERY_SECONDS)
    for group in orphans:
        send(group, signal.SIGKILL)


def main() -> None:
    """Wait for the launcher's end, then do what it did not."""
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    end(read_orphans([line for line in sys.stdin if line.strip()]))


if __name__ == "__main__":
    main()

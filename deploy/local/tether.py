"""Runs a command that dies with whoever started it, as another user if asked. Standard library only: it runs with `-I -S`.

    python tether.py SIGNAL UID:GID|- COMMAND...

Linux sends SIGNAL to the command when the *thread* that started it ends, even after kill -9. It is set here, after the
change of user (which clears it) and before the command replaces this process. Elsewhere `guard.py` alone does the work.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def become(account: str) -> None:
    """Change to the user and group `uid:gid`, with no other groups."""
    uid, gid = map(int, account.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with_parent(signal_number: int) -> None:
    """Ask the kernel for a signal at the parent's death; nothing to do where it knows no such thing."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number)


def main(arguments: list[str]) -> None:
    """Become the command."""
    signal_number, account, *command = arguments
    parent = os.getppid()
    if account != "-":
        become(account)
    die_with_parent(int(signal_number))
    if os.getppid() == parent:
        os.execv(command[0], command)  # noqa: S606 - this is its purpose


if __name__ == "__main__":
    main(sys.argv[1:])

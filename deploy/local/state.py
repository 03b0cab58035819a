"""What a running stack tells others: `<dir>/stack.json`, there only while the stack runs."""

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from deploy.local.failures import StackFailed
from deploy.local.identity import write_private


class StackState(BaseModel):
    """Addresses and process ids; readable by the owner only, since the addresses carry passwords."""

    model_config = ConfigDict(frozen=True)

    directory: Path
    launcher: int
    kafka: str
    web: str | None
    admin_database: str
    databases: Mapping[str, str]
    health_ports: Mapping[str, int]
    pids: Mapping[str, int]
    secret_file: Path
    mails: Path | None = None
    """Where the mails of the stack lie as files; none where it has a mail server of another kind, or sends none."""


def state_file(directory: Path) -> Path:
    """Its place."""
    return directory / "stack.json"


def write_state(state: StackState) -> None:
    """Replace the file whole."""
    write_private(state_file(state.directory), state.model_dump_json(indent=2))


def read_state(directory: Path) -> StackState:
    """The state of a stack that runs; fails with what to do when none does."""
    path = state_file(directory)
    if not path.exists() or not is_locked(directory):
        message = f"no stack runs in {directory}: start one with forbliv up --dir {directory}"
        raise StackFailed(message)
    return StackState.model_validate_json(path.read_bytes())


def take_lock(directory: Path) -> int:
    """Hold the directory for the life of this process; returns the open file. The kernel lets go at any death."""
    descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        message = f"a stack runs in {directory} already: stop it with forbliv down --dir {directory}"
        raise StackFailed(message) from None
    state_file(directory).unlink(missing_ok=True)
    os.truncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def launcher_pid(directory: Path) -> int:
    """Who holds the directory, also while it still starts."""
    return int((directory / "lock").read_text(encoding="ascii"))


def is_locked(directory: Path) -> bool:
    """Whether a launcher holds the directory."""
    path = directory / "lock"
    if not path.exists():
        return False
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False

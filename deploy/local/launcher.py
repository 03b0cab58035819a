"""The life of a stack from the command line: in the foreground, detached, stopped, wiped."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deploy.local.failures import StackFailed
from deploy.local.paths import ROOT
from deploy.local.processes import written_services
from deploy.local.shared import shared_home
from deploy.local.stack import Stack, running_stack
from deploy.local.state import is_locked, launcher_pid, state_file

_START_SECONDS = 400.0
_STOP_SECONDS = 60.0
_LOOK_EVERY_SECONDS = 0.1
_LAST_LINES = 15


def run(
    directory: Path,
    port: int | None = None,
    only: tuple[str, ...] = (),
    said: Callable[[str], None] = lambda _line: None,
    ready: Callable[[Stack], None] = lambda _stack: None,
) -> None:
    """Start a stack and stay until SIGINT, SIGTERM or SIGHUP; fails when one of its processes dies."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        with running_stack(directory, only or written_services(), port, said) as stack:
            ready(stack)
            stack.watch()
    except KeyboardInterrupt:
        said("stopped")


def start_detached(directory: Path, port: int | None = None, only: tuple[str, ...] = ()) -> None:
    """Start a launcher of its own session and return when its stack is ready."""
    if is_locked(directory):
        message = f"a stack runs in {directory} already: stop it with forbliv down --dir {directory}"
        raise StackFailed(message)
    directory.mkdir(parents=True, exist_ok=True)
    log = directory / "launcher.log"
    options = (() if port is None else ("--port", str(port))) + tuple(part for name in only for part in ("--only", name))
    command = (sys.executable, "-m", "services.cli", "up", "--dir", str(directory.resolve()), *options)
    with log.open("wb") as output:
        launcher = subprocess.Popen(  # noqa: S603 - ourselves
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, cwd=ROOT
        )
    deadline = time.monotonic() + _START_SECONDS
    while not (state_file(directory).exists() and is_locked(directory)):
        if launcher.poll() is not None or time.monotonic() > deadline:
            launcher.terminate()
            *before, last = _last_lines(log)
            raise StackFailed(last.removeprefix("forbliv: "), tuple(before))
        time.sleep(_LOOK_EVERY_SECONDS)


def stop(directory: Path) -> bool:
    """Ask the launcher to end and wait; False when none ran."""
    if not is_locked(directory):
        return False
    os.kill(launcher_pid(directory), signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while is_locked(directory):
        if time.monotonic() > deadline:
            message = f"the stack in {directory} does not stop: see {directory / 'logs'}"
            raise StackFailed(message)
        time.sleep(_LOOK_EVERY_SECONDS)
    return True


def wipe(*directories: Path) -> None:
    """Remove stopped stacks with all their data, all or none.

    Raises `StackFailed` where one runs, there or in a folder of it, and for a folder that holds something else.
    """
    for directory in directories:
        _fail_if_not_to_be_wiped(directory)
    for directory in directories:
        for folder in (directory, shared_home(directory)):
            shutil.rmtree(folder, ignore_errors=True)


def _fail_if_not_to_be_wiped(directory: Path) -> None:
    for running in (directory, *(lock.parent for lock in directory.glob("*/lock") if lock.is_file())):
        if is_locked(running):
            message = f"a stack runs in {running}: nothing was removed; stop it first"
            raise StackFailed(message)
    if directory.is_dir() and any(directory.iterdir()) and not (directory / "identity.json").exists():
        message = f"{directory} holds no stack: nothing was removed; name an empty folder or that of a stack"
        raise StackFailed(message)


def _last_lines(log: Path) -> tuple[str, ...]:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return tuple(lines[-_LAST_LINES:]) or ("the stack did not start",)

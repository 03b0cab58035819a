"""Child processes that never outlive their launcher, each with its own log.

Start children from a thread that lives as long as they should (the main thread): Linux ends them with that thread.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from deploy.local.failures import StackFailed

_HERE = Path(__file__).parent
_LOOK_EVERY_SECONDS = 0.05
_WATCH_EVERY_SECONDS = 0.2
_LAST_LINES = 15


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """How one process is started, how it is stopped, and how to see that it is ready."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] = lambda: True
    stop_signal: signal.Signals = signal.SIGTERM
    orphan_signal: signal.Signals = signal.SIGKILL
    stop_seconds: float = 15
    account: tuple[int, int] | None = None
    directory: Path | None = None


@dataclass(slots=True)
class Child:
    """A running process and its specification, so that it can be started again."""

    spec: ChildSpec
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        """Its process id and the id of its process group."""
        return self.process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process.poll() is None

    def last_lines(self) -> tuple[str, ...]:
        """The end of its log."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return tuple(text.splitlines()[-_LAST_LINES:])


class Supervisor:
    """Starts, watches and stops children; a guard process does the last if the launcher cannot."""

    def __init__(self, logs: Path) -> None:
        """Nothing runs before the `with` block; `logs` is created there."""
        self._logs = logs
        self._children: dict[str, Child] = {}
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the guard first, so that no child is ever without it."""
        _put_aside(self._logs)
        command = (sys.executable, "-I", "-S", str(_HERE / "guard.py"))
        self._guard = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - our own file
        return self

    def __exit__(self, *_failure: object) -> None:
        """Stop whatever still runs, whatever went wrong."""
        try:
            self.stop_all()
        finally:
            self._release_guard()

    @property
    def children(self) -> Mapping[str, Child]:
        """All children by name, in the order they were started."""
        return self._children

    def start(self, spec: ChildSpec) -> Child:
        """Start a child; its output is added to `<logs>/<name>.log`."""
        log = self._logs / f"{spec.name}.log"
        account = "-" if spec.account is None else f"{spec.account[0]}:{spec.account[1]}"
        tether = (sys.executable, "-I", "-S", str(_HERE / "tether.py"), str(int(spec.orphan_signal)), account)
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - commands come from our own code
                (*tether, *spec.command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(spec.environment) or None,
                cwd=spec.directory,
                start_new_session=True,
            )
        self._tell_guard(f"+{process.pid} {int(spec.orphan_signal)}")
        child = Child(spec, process, log)
        self._children[spec.name] = child
        return child

    def run(self, *specs: ChildSpec) -> None:
        """Run children side by side to their ends; a failure is reported with the end of the log."""
        for child in [self.start(spec) for spec in specs]:
            code = child.process.wait()
            self._forget(child)
            if code != 0:
                message = f"{child.spec.name} failed with exit code {code}: see {child.log}"
                raise StackFailed(message, child.last_lines())

    def wait_ready(self, seconds: float, names: tuple[str, ...] | None = None) -> None:
        """Return when all (or the named) children are ready; fail when one dies or time runs out."""
        waiting = [child for name, child in self._children.items() if names is None or name in names]
        deadline = time.monotonic() + seconds
        while waiting:
            self.fail_if_dead()
            waiting = [child for child in waiting if not child.spec.ready()]
            if waiting and time.monotonic() > deadline:
                slow = waiting[0]
                message = f"{slow.spec.name} was not ready within {seconds:.0f} s: see {slow.log}"
                raise StackFailed(message, slow.last_lines())
            time.sleep(_LOOK_EVERY_SECONDS)

    def fail_if_dead(self) -> None:
        """Report the first child that has ended by itself."""
        for child in self._children.values():
            if not child.alive:
                message = f"{child.spec.name} stopped with exit code {child.process.returncode}: see {child.log}"
                raise StackFailed(message, child.last_lines())

    def watch(self) -> None:
        """Stay until a child dies, which is a failure, or until interrupted."""
        while True:
            self.fail_if_dead()
            time.sleep(_WATCH_EVERY_SECONDS)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to the whole process group of a child."""
        os.killpg(self._children[name].pid, number)

    def stop(self, *names: str) -> None:
        """Stop the named children together: ask, wait, then insist."""
        going = [self._children[name] for name in names if name in self._children]
        for child in going:
            _signal_group(child.pid, signal.SIGCONT)
            _signal_group(child.pid, child.spec.stop_signal)
        started = time.monotonic()
        for child in going:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, started + child.spec.stop_seconds - time.monotonic()))
            _signal_group(child.pid, signal.SIGKILL)
            child.process.wait()
            self._forget(child)

    def stop_all(self) -> None:
        """Stop in three steps: whoever was started later goes first, the two servers last and together."""
        servers = [name for name, child in self._children.items() if child.spec.name in {"kafka", "postgres"}]
        self.stop(*(name for name in self._children if name not in servers))
        self.stop(*servers)

    def _forget(self, child: Child) -> None:
        self._children.pop(child.spec.name, None)
        self._tell_guard(f"-{child.pid}")

    def _tell_guard(self, line: str) -> None:
        if self._guard is not None and self._guard.stdin is not None and self._guard.poll() is None:
            self._guard.stdin.write(f"{line}\n".encode())
            self._guard.stdin.flush()

    def _release_guard(self) -> None:
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
            self._guard.wait()
        self._guard = None


def _put_aside(logs: Path) -> None:
    """A stack begins with empty logs; those of the run before are kept beside them."""
    before = logs / "before"
    before.mkdir(parents=True, exist_ok=True)
    for log in logs.glob("*.log"):
        log.replace(before / log.name)


def _signal_group(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)

"""Processes of a stack: reported when they die, stopped when asked, gone with their launcher."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.children import ChildSpec, Supervisor
from deploy.local.failures import StackFailed

GUARD = Path(__file__).parents[3] / "deploy" / "local" / "guard.py"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
LAUNCHER = """
import signal, sys, time
from pathlib import Path
from deploy.local.children import ChildSpec, Supervisor
signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs the tests in the background has them ignore it
with Supervisor(Path(sys.argv[1])) as supervisor:
    child = supervisor.start(ChildSpec("sleeper", (sys.executable, "-c", "import time; time.sleep(60)")))
    print(child.pid, flush=True)
    time.sleep(60)
"""


def script(name: str, code: str, **more: float) -> ChildSpec:
    return ChildSpec(name, (sys.executable, "-c", code), **more)  # type: ignore[arg-type]


def gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    with Supervisor(tmp_path / "logs") as running:
        yield running


def test_a_dead_child_is_reported_with_its_last_words(supervisor: Supervisor) -> None:
    supervisor.start(script("speaker", "print('the disk is full'); raise SystemExit(3)"))

    with pytest.raises(StackFailed, match="speaker stopped with exit code 3") as failure:
        supervisor.watch()

    assert failure.value.log == ("the disk is full",)


def test_a_child_that_is_never_ready_is_named(supervisor: Supervisor) -> None:
    supervisor.start(ChildSpec("slow", (sys.executable, "-c", "import time; time.sleep(60)"), ready=lambda: False))

    with pytest.raises(StackFailed, match="slow was not ready within 0 s"):
        supervisor.wait_ready(0.2)


def test_who_does_not_stop_when_asked_is_killed(supervisor: Supervisor) -> None:
    child = supervisor.start(script("stubborn", STUBBORN, stop_seconds=0.3))
    while not child.last_lines():
        time.sleep(0.02)

    supervisor.stop("stubborn")

    assert child.process.returncode == -signal.SIGKILL
    assert not supervisor.children


def test_a_paused_child_stops_too(supervisor: Supervisor) -> None:
    child = supervisor.start(script("paused", "import time; time.sleep(60)"))
    supervisor.signal("paused", signal.SIGSTOP)

    supervisor.stop("paused")

    assert not child.alive


def test_a_first_step_that_fails_stops_the_start(supervisor: Supervisor) -> None:
    with pytest.raises(StackFailed, match="format failed with exit code 1"):
        supervisor.run(script("fine", "pass"), script("format", "raise SystemExit(1)"))


def test_logs_of_the_run_before_are_kept_apart(tmp_path: Path) -> None:
    for word in ("first", "second"):
        with Supervisor(tmp_path) as running:
            running.run(script("speaker", f"print('{word}')"))

    assert (tmp_path / "speaker.log").read_text() == "second\n"
    assert (tmp_path / "before" / "speaker.log").read_text() == "first\n"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_child_outlives_its_launcher(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen((sys.executable, "-c", LAUNCHER, str(tmp_path)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as launcher:
        assert launcher.stdout is not None
        child = int(launcher.stdout.readline())

        launcher.send_signal(number)

    assert gone(child)


def test_the_guard_alone_ends_what_is_left() -> None:
    with (
        subprocess.Popen(("sleep", "60"), start_new_session=True) as left,
        subprocess.Popen(("sleep", "60"), start_new_session=True) as ended,
    ):
        lines = f"+{left.pid} {signal.SIGTERM.value}\n+{ended.pid} {signal.SIGTERM.value}\n-{ended.pid}\n"
        with subprocess.Popen((sys.executable, "-I", "-S", str(GUARD)), stdin=subprocess.PIPE) as guard:
            assert guard.stdin is not None
            guard.stdin.write(lines.encode())
            guard.stdin.flush()
            assert left.poll() is None
            guard.stdin.close()

            assert left.wait(5) == -signal.SIGTERM
            assert guard.wait(5) == 0
        assert ended.poll() is None
        ended.kill()

"""A worker that does not end well when it is asked to is a finding of the rig, and one that ends well is none."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from deploy.local.children import ChildSpec, Supervisor
from tests.faults import rig as faults
from tests.faults.rig import Rig

WAITS = """
import os, signal, time
signal.signal(signal.SIGTERM, lambda *_: {told})
print("waits", flush=True)
time.sleep(60)
"""


async def left(supervisor: Supervisor, folder: Path, told: str) -> Rig:
    """A rig whose one worker does as told when it is asked to end, after it was asked; there is no server here."""
    stack: Any = SimpleNamespace(supervisor=supervisor, state=SimpleNamespace(directory=folder))
    rig = Rig(stack, cast("Any", None), (cast("Any", None), cast("Any", None)), None, cast("Any", None))
    child = supervisor.start(ChildSpec("one", (sys.executable, "-c", WAITS.format(told=told)), stop_seconds=0.1))
    rig._ports["one"] = 0
    await rig.until(lambda: "waits" in child.last_lines(), "it waits")
    await rig.leave("one")
    assert rig.workers == []
    return rig


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("os._exit(0)", []),
        ("os._exit(70)", ["one ended with 70 when asked to stop: waits"]),
        ("os.kill(os.getpid(), signal.SIGKILL)", ["one ended with -9 when asked to stop: waits"]),
    ],
    ids=["well", "by its watchdog", "killed"],
)
async def test_how_a_worker_ends_that_is_asked_to_is_looked_at(tmp_path: Path, told: str, found: list[str]) -> None:
    with Supervisor(tmp_path / "logs") as supervisor:
        assert (await left(supervisor, tmp_path, told)).exits == found


async def test_a_worker_that_does_not_end_in_time_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "STOP_SECONDS", 0.5)
    with Supervisor(tmp_path / "logs") as supervisor, pytest.raises(AssertionError, match="one ends when asked to"):
        await left(supervisor, tmp_path, "None")

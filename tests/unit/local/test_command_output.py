"""What a command prints arrives whole, however slow the reader and whatever the pipe: a part of the figures is no answer."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from services.chassis import output
from services.chassis.output import Whole, whole

ROOT = Path(output.__file__).parents[2]
ROWS = 3_000
LEAST = 1 << 20
ASK = """
import sys
from deploy.local.stack import Stack
from services.cli import app
from services.commands import figures

one = {name: None for name in figures.COLUMNS} | {"unit": "Køkkenet på Søvej", "split": {}, "value": 57, "n": 57, "numerator": 57}
one |= {"period": "2025-12", "status": "ok", "unit_of_measure": "persons", "definition_version": 1, "parameters": "x" * 200}

async def rows(*_):
    return [one | {"unit_id": f"unit {number}" + " " * 250} for number in range(%d)]

Stack.load, figures._rows = (lambda *_: None), rows
app(sys.argv[1:])
"""


HEARS_SIGNALS = "import signal\nsignal.signal(signal.SIGWINCH, lambda *_: None)\n"


def printed(
    form: str, *, blocking: bool, unbuffered: bool, before: str = "", meanwhile: Callable[[int], object] = bool
) -> tuple[bytes, int, bytes]:
    """What a slow reader has of the command, how it ended, and its errors; `meanwhile` is told its process id at each look."""
    reader, writer = os.pipe()
    os.set_blocking(writer, blocking)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    environment |= {"PYTHONUNBUFFERED": "1"} if unbuffered else {}
    command = (sys.executable, "-c", before + ASK % ROWS, "figures", "headcount", "--by", "unit", "--format", form)
    with subprocess.Popen(command, cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, env=environment) as process:
        os.close(writer)
        parts = []
        while part := os.read(reader, 1 << 15):
            parts.append(part)
            meanwhile(process.pid)
            time.sleep(0.002)
        os.close(reader)
        _, errors = process.communicate()
    return b"".join(parts), process.returncode, errors


@pytest.mark.parametrize("unbuffered", [False, True])
@pytest.mark.parametrize("blocking", [False, True])
def test_figures_of_more_than_a_mebibyte_arrive_whole(blocking: bool, unbuffered: bool) -> None:
    found, code, errors = printed("json", blocking=blocking, unbuffered=unbuffered)

    assert (code, errors) == (0, b"")
    assert len(found) > LEAST
    assert [row["unit_id"].strip() for row in json.loads(found)] == [f"unit {number}" for number in range(ROWS)]


def window_changes(process: int) -> None:
    os.kill(process, signal.SIGWINCH)


def test_a_signal_in_the_middle_of_a_write_cuts_nothing() -> None:
    """A terminal that changes its size sends one; Python's own handler makes the write come back early."""
    found, code, _ = printed("json", blocking=True, unbuffered=True, before=HEARS_SIGNALS, meanwhile=window_changes)

    assert code == 0
    assert len(json.loads(found)) == ROWS


def test_a_table_for_a_script_arrives_whole() -> None:
    found, code, _ = printed("csv", blocking=False, unbuffered=True)

    assert code == 0
    assert len(list(csv.DictReader(io.StringIO(found.decode())))) == ROWS


def test_a_write_waits_for_room() -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    told = os.urandom(LEAST)
    with subprocess.Popen((sys.executable, "-c", "import sys; print(len(sys.stdin.buffer.read()))"), stdin=reader, stdout=-1) as slow:
        os.close(reader)
        with Whole(writer, "w") as file:
            assert file.write(told) == LEAST
        heard, _ = slow.communicate()

    assert int(heard) == LEAST


@pytest.mark.parametrize("unbuffered", [False, True])
def test_the_stream_is_as_it_was_but_for_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unbuffered: bool) -> None:
    with (tmp_path / "told").open("wb", buffering=0) as file:
        before = io.TextIOWrapper(file if unbuffered else io.BufferedWriter(file), encoding="utf-8", write_through=unbuffered)
        monkeypatch.setattr(sys, "__stdout__", before)
        before.write("å")
        after = whole(before)
        after.write("ø")
        after.flush()

        assert after is not before
        assert (after.encoding, after.errors, after.line_buffering) == (before.encoding, before.errors, before.line_buffering)
        assert (tmp_path / "told").read_text("utf-8") == "åø"


def test_a_stream_that_is_not_pythons_own_is_left_alone() -> None:
    kept = io.StringIO()

    assert whole(kept) is kept

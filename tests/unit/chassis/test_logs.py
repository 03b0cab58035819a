"""The log as an operator reads it: one JSON object per line, bound to its process, with listed words and keys and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.chassis import logs
from services.chassis.failures import raised
from services.chassis.logs import ALLOWED, Word, log, warn

ROOT = Path(__file__).parents[3]
CANARY = "Anna Kanarie"
OF_A_LIBRARY = f"""
import logging
from services.chassis import logs
logs.configure("toy", "one")
logging.getLogger("aiokafka.client").warning("no answer for %s", "{CANARY}")
logging.getLogger("asyncpg").info("not asked for")
"""


def lines(text: str) -> list[dict[str, object]]:
    """Each line is an object of its own."""
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_is_a_word_and_fields_bound_to_service_and_instance(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("toy", "one")
    log(Word.BATCH_TAKEN, count=3)
    warn(Word.LOOP_RETRIED, error="TimeoutError", reason="wake")

    taken, retried = lines(capsys.readouterr().out)
    assert taken.pop("timestamp")
    assert taken == {"event": "batch_taken", "level": "info", "service": "toy", "instance": "one", "count": 3}
    assert (retried["event"], retried["level"], retried["error"]) == ("loop_retried", "warning", "TimeoutError")


def test_a_key_that_is_not_listed_is_left_out_whatever_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("toy", "one")
    log(Word.STARTED, name=CANARY, body={"display_name": CANARY}, token=CANARY, path="/tasks")

    (line,) = lines(capsys.readouterr().out)
    assert set(line) <= ALLOWED
    assert line["path"] == "/tasks"
    assert CANARY not in str(line)


def test_what_went_wrong_is_told_without_the_value_it_went_wrong_with(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("toy", "one")
    nothing: dict[str, int] = {}
    try:
        nothing[CANARY]
    except KeyError as problem:
        warn(Word.SUBJECT_BROKEN, error=raised(problem))

    (line,) = lines(capsys.readouterr().out)
    assert str(line["error"]).startswith("KeyError at test_logs.py:")
    assert CANARY not in str(line)


def test_what_a_library_warns_of_is_a_line_like_any_other_without_its_words() -> None:
    told = subprocess.run((sys.executable, "-c", OF_A_LIBRARY), cwd=ROOT, capture_output=True, text=True, check=True)

    (line,) = lines(told.stdout)
    assert line.pop("timestamp")
    assert line == {"event": "library_warned", "level": "warning", "service": "toy", "instance": "one", "logger": "aiokafka.client"}
    assert told.stderr == ""

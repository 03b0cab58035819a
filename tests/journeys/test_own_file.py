"""`make demo FILE=… MAPPING=…`: a file of one's own, its refused rows and every indicator of its scorecard."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from rich.console import Console

from deploy.local.municipality.files import write_rows
from deploy.local.municipality.job import COLUMNS
from deploy.local.stack import Stack
from services.commands import demo
from services.reporting.indicators.definition import DEFINITIONS
from tests.kit.whole import OWN

pytestmark = pytest.mark.stack

MAPPING = """
feed = "own"
municipality = "{municipality}"

[format]
delimiter = ";"

[[files]]
kind = "employments"

[files.columns]
person = "person"
employment = "employment"
unit = "unit"
form = "form"
degree = "degree"
valid_from = "valid_from"
first_day = "start"
last_day = "last_day"
reason = "reason"
registered_at = "registered_at"

[files.constants]
status = "employed"
occupation_group = "other"

[files.words.form]
"Månedsløn" = "monthly"

[files.words.reason]
"Egen opsigelse" = "own-request"

[units]
root_name = "Egenby"
name = "Hus {{code}}"
level = "house"
valid_from = 2010-01-01
"""
STAFF, LEFT, NUMBER = 20, 6, "010190-1234"


@dataclass(frozen=True)
class Told:
    """What was printed for people, and the object for a script."""

    words: str
    told: dict[str, Any]


@pytest.fixture(scope="module")
def told(whole: Stack, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """A file in which 20 people work, 6 of 26 resigned in 2023, one row has no day and one a word nobody explained."""
    folder = tmp_path_factory.mktemp("own")
    file, mapping = folder / "payroll.csv", folder / "mapping.toml"
    mapping.write_text(MAPPING.format(municipality=OWN), "utf-8")
    wrong = (_row("W1", start=NUMBER), _row("W2", form=NUMBER))
    write_rows(file, COLUMNS, [*(_row(f"P{n}") for n in range(STAFF)), *(_left(f"L{n}") for n in range(LEFT)), *wrong])
    console, printed = Console(file=io.StringIO(), width=200), Console(file=io.StringIO(), width=200)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "_console", printed)
        assert demo.own_file(whole, file, mapping, console, as_json=True)
    return Told(_text(console), json.loads(_text(printed)))


def _text(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _row(person: str, **shown: str) -> Mapping[str, str]:
    job = {"person": person, "employment": f"job-{person}", "unit": "H1", "form": "Månedsløn", "degree": "1.0000"}
    days = {"start": "2021-01-01", "registered_at": "2021-01-01T09:00:00+01:00"}
    return dict.fromkeys(COLUMNS, "") | job | days | shown


def _left(person: str) -> Mapping[str, str]:
    return _row(person, last_day="2023-05-31", reason="Egen opsigelse", registered_at="2023-04-03T09:00:00+02:00")


def test_refused_rows_are_listed_with_line_reason_and_field_and_never_a_value(told: Told) -> None:
    refused = told.told["refused"]

    assert [(row["line"], row["field"]) for row in refused] == [(28, "first_day"), (29, "form")]
    for row in refused:
        assert f"payroll.csv:{row['line']}: {row['reason']} {row['field']} ({row['column']})" in told.words.splitlines()
    assert f"28 rows became {sum(told.told['events'].values())} events, 2 rows were refused" in told.words
    assert NUMBER not in told.words + json.dumps(told.told)


def test_every_indicator_of_the_scorecard_is_told(told: Told) -> None:
    figures = {(f["indicator"], f["split"], f["period"]): f for f in told.told["figures"]}

    assert {indicator for indicator, _, _ in figures} >= {d.id for d in DEFINITIONS.values() if not d.from_live}
    assert figures["percent-terminated", "", "2023"]["value"] == pytest.approx(100 * LEFT / (STAFF + LEFT), abs=1e-6)
    assert all(name in told.words for name in DEFINITIONS)


def test_nothing_is_said_of_an_oracle_that_does_not_know_this_file(told: Told) -> None:
    assert "oracle" not in told.words
    assert "differences" not in told.told

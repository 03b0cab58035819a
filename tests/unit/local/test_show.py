"""What the demo prints: every indicator of the scorecard, and commands that can be copied."""

import io
import shlex
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from deploy.local.play import show
from deploy.local.play.compare import Ours
from services.cli import app
from services.reporting.indicators.definition import DEFINITIONS

PERIODS = ("2024", "2025", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")
SPLITS = {
    "leavers-by-kind": ("kind=own-request", "kind=retirement"),
    "talk-timeliness": ("", "kind=talk-2-weeks"),
    "exit-coverage": ("", "step=offered", "step=held", "level=exit-leader,step=offered"),
}


def ours(indicator: str, split: str, period: str, *, is_top: bool = True) -> Ours:
    return Ours(indicator, "U01", split, period, "ok", Decimal("12.345678"), None, is_top)


FIGURES = [
    ours(name, split, period, is_top=is_top)
    for name in DEFINITIONS
    for split in SPLITS.get(name, ("",))
    for period in PERIODS
    for is_top in (True, False)
]


def a_console() -> Console:
    return Console(file=io.StringIO(), width=200)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_every_indicator_of_the_scorecard_is_printed() -> None:
    console = a_console()
    show.scorecard(FIGURES, console)

    assert {name for name in DEFINITIONS if name in printed(console)} == DEFINITIONS.keys()
    assert "12.3 " in printed(console)
    assert " 12 " in printed(console), "persons are whole"


def test_an_indicator_without_figures_is_named_all_the_same() -> None:
    console = a_console()
    show.scorecard([f for f in FIGURES if f.indicator != "exit-coverage"], console)

    (line,) = [line for line in printed(console).splitlines() if "exit-coverage" in line]
    assert show.NONE_YET in line


def test_the_last_periods_are_shown_of_the_whole_municipality_as_the_scorecard_splits_it() -> None:
    found = show.latest(FIGURES)

    assert {(f.indicator, f.split) for f in found if f.indicator in SPLITS} == {
        ("leavers-by-kind", "kind=own-request"),
        ("leavers-by-kind", "kind=retirement"),
        ("talk-timeliness", ""),
        ("exit-coverage", ""),
        ("exit-coverage", "step=offered"),
    }
    assert all(f.is_top for f in found)
    assert [f.period for f in found if f.indicator == "headcount"] == ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]


@pytest.mark.parametrize("folder", ["stack", "a stack"])
def test_the_commands_the_demo_prints_reach_its_stack(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    console, home = a_console(), tmp_path / folder
    show.ways_in(home, console)
    lines = [shlex.split(line) for line in printed(console).splitlines()]
    for _, *words in lines:
        assert f"no stack runs in {home}:" in CliRunner().invoke(app, words).stderr

    assert {command for _, command, *_ in lines} == {"status", "tasks", "figures"}
    assert {Path(program).name for program, *_ in lines} == {"forbliv"}


def test_a_file_without_a_mapping_is_refused_before_anything_starts(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["demo", "--file", "a.csv", "--dir", str(tmp_path / "home")])

    assert told.exit_code == 1
    assert "name the mapping of the file" in told.stderr
    assert list(tmp_path.iterdir()) == []

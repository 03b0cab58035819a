"""What the demo prints: an inbox, a scorecard, and how our figures compare with the oracle's."""

import json
import subprocess
import sys
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from deploy.local.failures import StackFailed
from deploy.local.paths import ROOT
from deploy.local.play.compare import Comparison, Ours
from deploy.local.stack import Stack

SHOWN = (
    "headcount",
    "turnover-leavers-over-average-headcount",
    "turnover-cohort-12m",
    "talk-timeliness",
    "resignations-kept",
    "exit-coverage",
)
INBOX_ROWS = 12
SHOWN_DIFFERENCES = 20
LAST_PERIODS = 4


def command(stack: Stack, *words: str) -> str:
    """What a forbliv command prints about this stack. Raises `StackFailed` with its last line."""
    asked = [sys.executable, "-m", "services.cli", *words, "--dir", str(stack.state.directory)]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        raise StackFailed(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"forbliv {words[0]} failed")
    return done.stdout


def inbox(stack: Stack, municipality: str, console: Console) -> None:
    """The open tasks, the first few of them."""
    tasks = json.loads(command(stack, "tasks", "--json", "--municipality", municipality))
    table = Table("Task", "Opens", "Due", "Closes", "State", "Why this holder", title=f"Open tasks ({len(tasks)})")
    for task in tasks[:INBOX_ROWS]:
        table.add_row(task["kind"], task["opens"], task["due"], task["closes"], task["state"], task["why"] or "")
    console.print(table)


def scorecard(ours: Iterable[Ours], console: Console) -> None:
    """The last periods of the whole municipality."""
    table = Table(title="Scorecard, the whole municipality")
    for column in ("Indicator", "Split", "Period", "Value", "Status"):
        table.add_column(column)
    top = [f for f in ours if f.is_top and f.indicator in SHOWN]
    for indicator in SHOWN:
        mine = sorted((f for f in top if f.indicator == indicator and f.split in {"", "step=offered"}), key=lambda f: (f.split, f.period))
        for figure in mine[-LAST_PERIODS:]:
            value = "" if figure.value is None else f"{figure.value:.1f}"
            table.add_row(indicator, figure.split, figure.period, value, figure.status)
    console.print(table)


def comparison(found: Comparison, console: Console) -> None:
    """How many figures were equal, and the first of those that are not."""
    for indicator in sorted({*found.equal, *found.hidden}):
        hidden = found.hidden.get(indicator, 0)
        console.print(f"{found.equal.get(indicator, 0):>7} figures of {indicator} equal the oracle's, {hidden} are hidden", markup=False)
    for wrong in found.differences[:SHOWN_DIFFERENCES]:
        words = f"{wrong.indicator} {wrong.unit} {wrong.split} {wrong.period}: ours {wrong.ours}, the oracle's {wrong.oracle}"
        console.print(words, style="bold red", markup=False)
    for indicator, count in found.too_few.items():
        words = f"{count} figures of {indicator} could be compared, {found.at_least[indicator]} must be"
        console.print(words, style="bold red", markup=False)
    verdict = "every figure that can be compared is equal" if found.is_good else f"{len(found.differences)} figures differ"
    console.print(verdict, style="bold green" if found.is_good else "bold red")

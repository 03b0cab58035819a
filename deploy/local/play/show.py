"""What the demo prints: an inbox, a scorecard, how our figures compare with the oracle's, and how to ask further."""

import shlex
import sys
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.local.play.compare import Comparison, Ours
from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from services.commands.tasks import as_table, read_board
from services.notification.domain.task import Stage
from services.reporting.indicators.definition import DEFINITIONS

BESIDE = "step=offered"
"""Who was offered an exit talk is told beside who had one."""
NONE_YET = "no period of it is over"
"""What counts duties begins on the go-live."""
INBOX_ROWS = 12
SHOWN_DIFFERENCES = 20
LAST_PERIODS = 4


def inbox(stack: Stack, municipality: str, console: Console) -> None:
    """The most urgent of the open tasks as `forbliv tasks` prints them: for whom, in which unit, and who holds them why."""
    board = run_async(read_board(stack.database("notification"), municipality, (Stage.OPEN,)))
    console.print(as_table(board.tasks[:INBOX_ROWS], board))
    console.print(f"of {len(board.tasks)} open tasks", markup=False)


def scorecard(ours: Iterable[Ours], console: Console) -> None:
    """The last periods of every indicator, for the whole municipality."""
    table = Table(title="Scorecard, the whole municipality")
    for column in ("Indicator", "Split", "Period", "Value", "Status"):
        table.add_column(column)
    shown = latest(ours)
    for figure in shown:
        digits = 1 if DEFINITIONS[figure.indicator].unit_of_measure == "percent" else 0
        value = "" if figure.value is None else f"{figure.value:.{digits}f}"
        table.add_row(figure.indicator, figure.split, figure.period, value, figure.status)
    for name in (name for name in DEFINITIONS if name not in {figure.indicator for figure in shown}):
        table.add_row(name, "", "", "", NONE_YET)
    console.print(table)


def latest(ours: Iterable[Ours]) -> list[Ours]:
    """Of the whole municipality the last periods of every indicator, split as the scorecard splits it."""
    top = sorted((f for f in ours if f.is_top), key=lambda f: (f.split, f.period))
    found: list[Ours] = []
    for name, definition in DEFINITIONS.items():
        mine = [f for f in top if f.indicator == name and _is_shown(f.split, definition.default)]
        for split in dict.fromkeys(f.split for f in mine):
            found += [f for f in mine if f.split == split][-LAST_PERIODS:]
    return found


def _is_shown(split: str, default: str) -> bool:
    return split in {"", BESIDE} if not default else split.startswith(f"{default}=") and "," not in split


def ways_in(directory: Path, console: Console) -> None:
    """The commands that ask this stack, whole, since theirs is another directory than the one they look in by themselves."""
    forbliv = shlex.quote(_near(Path(sys.executable).parent / "forbliv"))
    for words in ("status", "tasks", "figures headcount --by unit"):
        console.print(f"{forbliv} {words} --dir {shlex.quote(_near(directory))}", markup=False, soft_wrap=True)


def _near(path: Path) -> str:
    """From here, where it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def comparison(found: Comparison, console: Console) -> None:
    """How many figures were equal, and the first of those that are not."""
    for indicator in sorted({*found.equal, *found.empty, *found.hidden}):
        equal, empty, hidden = (counts.get(indicator, 0) for counts in (found.equal, found.empty, found.hidden))
        words = f"{equal:>7} figures of {indicator} equal the oracle's, {empty} have nothing to divide by, {hidden} are hidden"
        console.print(words, markup=False)
    for wrong in found.differences[:SHOWN_DIFFERENCES]:
        words = f"{wrong.indicator} {wrong.unit} {wrong.split} {wrong.period}: ours {wrong.ours}, the oracle's {wrong.oracle}"
        console.print(words, style="bold red", markup=False)
    for indicator, count in found.too_few.items():
        words = f"{count} figures of {indicator} could be compared, {found.at_least[indicator]} must be"
        console.print(words, style="bold red", markup=False)
    verdict = "every figure that can be compared is equal" if found.is_good else f"{len(found.differences)} figures differ"
    console.print(verdict, style="bold green" if found.is_good else "bold red")

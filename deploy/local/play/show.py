"""What the demo prints: an inbox, a scorecard, and how our figures compare with the oracle's."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from deploy.local.play.compare import Comparison, Ours
from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from services.commands.tasks import as_table, read_board
from services.notification.domain.task import Stage

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


def inbox(stack: Stack, municipality: str, console: Console) -> None:
    """The most urgent of the open tasks as `forbliv tasks` prints them: for whom, in which unit, and who holds them why."""
    board = run_async(read_board(stack.database("notification"), municipality, (Stage.OPEN,)))
    console.print(as_table(board.tasks[:INBOX_ROWS], board))
    console.print(f"of {len(board.tasks)} open tasks", markup=False)


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

"""Deliveries and the clock, through the commands a municipality uses."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from deploy.local.caughtup import HEARD, wait_until_caught_up
from deploy.local.clockwork import move_clock, read_clock
from deploy.local.failures import StackFailed
from deploy.local.paths import ROOT
from deploy.local.stack import Stack
from services.chassis.calendar import COPENHAGEN

EVENING = time(18)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What an import said: counts per event, rows seen, and rows refused."""

    events: dict[str, int]
    rows: int
    refused: list[dict[str, Any]]
    municipality: str

    @property
    def said(self) -> int:
        """How many events."""
        return sum(self.events.values())


def evening(day: date) -> datetime:
    """The moment a step of the story stands at: all of the day is registered."""
    return datetime.combine(day, EVENING, COPENHAGEN)


async def reach(stack: Stack, day: date) -> None:
    """Set the clock of the stack to the evening of a day."""
    await move_clock(stack, evening(day) - await read_clock(stack))


def deliver(stack: Stack, path: Path, mapping: Path, municipality: str | None = None) -> Delivered:
    """Import a file or folder with the command of the user. Raises `StackFailed` with its last line."""
    command = [sys.executable, "-m", "services.cli", "import", "csv", str(path), "--mapping", str(mapping), "--json"]
    more = ["--municipality", municipality] if municipality else []
    asked = [*command, *more, "--dir", str(stack.state.directory)]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if done.returncode:
        raise StackFailed(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "the import failed")
    told = json.loads(done.stdout)
    return Delivered(told["events"], told["rows"], told["refused"], told["municipality"])


def heard(stack: Stack) -> None:
    """Wait until all that was said is heard everywhere; figures may be published later."""
    wait_until_caught_up(stack, 1800, HEARD)


def settle(stack: Stack) -> None:
    """Wait until every service has caught up and the figures are published."""
    wait_until_caught_up(stack, 1800)

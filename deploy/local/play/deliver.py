"""Deliveries and the clock, through the commands a municipality uses."""

from collections.abc import Mapping as Counts
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from deploy.local.caughtup import HEARD, wait_until_caught_up
from deploy.local.clockwork import move_clock, read_clock
from deploy.local.importing import brought, take, turning_down
from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from services.chassis.calendar import COPENHAGEN
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping
from services.intake.reading.result import Wrong

EVENING = time(18)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What an import did: counts per event, rows seen, how many were refused, and the first of these."""

    events: Counts[str, int]
    rows: int
    refused: Sequence[Wrong]
    refused_rows: int
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
    """Import a file or folder as `forbliv import csv` does, without a process of its own. Raises `DeliveryRefused`."""
    told = Mapping.load(mapping)
    bringing = brought(told, path)
    with turning_down(stack, told, municipality, bringing):
        delivery = survey(told, path, municipality)
    outcome = run_async(take(stack, told, delivery, bringing))
    return Delivered(dict(outcome.said), outcome.seen, outcome.refused, outcome.refused_rows, outcome.municipality)


def heard(stack: Stack) -> None:
    """Wait until all that was said is heard everywhere; figures may be published later."""
    wait_until_caught_up(stack, 1800, HEARD)


def settle(stack: Stack) -> None:
    """Wait until every service has caught up and the figures are published."""
    wait_until_caught_up(stack, 1800)

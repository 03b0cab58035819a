"""A delivery of which nothing is taken until somebody has looked: HR has a task from when it was held back until it is settled. Pure."""

from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar, NamedTuple
from uuid import UUID

from contracts.base import Call, CallState, Code, Count, HolderRole
from contracts.intake import DeliveryHeldBack, DeliveryOutcome, DeliverySettled
from services.chassis.calendar import day_of
from services.chassis.reference import Reference
from services.chassis.subject import History, Statement
from services.intake.domain.records import Seen

WAIT = "delivery-wait"
PAGE = "/intake/deliveries"
KEPT = timedelta(days=365)
"""How long the task stays open, late: a delivery does not stop waiting by being old."""


class Doubt(StrEnum):
    """Why somebody must look: it would end too many, or so many are missing in it that it was refused whole. The kind of the task."""

    WAITS = "delivery-wait"
    INCOMPLETE = "delivery-incomplete"


class WaitBegun(Seen):
    """A delivery was held back. `unit_id`: the unit on top, or the delivery itself where nobody told of one."""

    wire: ClassVar[str] = "record.wait-begun.v1"

    file_ref: Code
    doubt: Doubt
    would_end: Count
    employed: Count
    unit_id: UUID


class WaitOver(Seen):
    """It waits no longer. `by_hr`: HR itself decided."""

    wire: ClassVar[str] = "record.wait-over.v1"

    outcome: DeliveryOutcome
    by_hr: bool = False


class _Wait(NamedTuple):
    begun: WaitBegun
    opens: date
    over: WaitOver | None = None
    over_on: date | None = None


def waits(history: History, reference: Reference) -> tuple[Statement, ...]:
    """Whether HR is asked (catalogue: intake.delivery-held-back) or no longer (intake.delivery-settled); nothing if it never waited."""
    found = _wait(history)
    if found is None:
        return ()
    told = {
        "municipality": found.begun.municipality,
        "feed": found.begun.feed,
        "delivery_id": history.subject.id,
        "file_ref": found.begun.file_ref,
        "would_end": found.begun.would_end,
        "employed": found.begun.employed,
        "call": _call(found, history.subject.id, reference),
    }
    if found.over is None:
        return (Statement((WAIT,), DeliveryHeldBack.model_validate(told)),)
    settled = {"settled_on": found.over_on, "outcome": found.over.outcome}
    return (Statement((WAIT,), DeliverySettled.model_validate({**told, **settled})),)


def _wait(history: History) -> _Wait | None:
    """How it is now. It may wait once more after it was settled: that is the same fact, from another day on."""
    found: _Wait | None = None
    for record in sorted(history.standing(Seen), key=lambda r: (r.known_at, isinstance(r.body, WaitOver))):
        body, on = record.body, day_of(record.known_at)
        if isinstance(body, WaitBegun):
            found = _Wait(body, on if found is None or found.over else found.opens)
        elif isinstance(body, WaitOver) and found is not None:
            found = _Wait(found.begun, found.opens, body, on)
    return found


def _call(wait: _Wait, delivery: UUID, reference: Reference) -> Call:
    """To be decided on the day it came: meanwhile nothing of it is known to anybody."""
    calendar = reference.calendar()
    due = calendar.on_or_after(wait.opens)
    closes = calendar.add_working_days(due, 1)
    return Call(
        kind=wait.begun.doubt,
        role=HolderRole.HR,
        unit_id=wait.begun.unit_id,
        opens=wait.opens,
        due=due,
        closes=closes,
        missed_after=closes + KEPT,
        state=CallState.DONE if wait.over else CallState.OPEN,
        state_on=wait.over_on or wait.opens,
        by_role=HolderRole.HR if wait.over and wait.over.by_hr else None,
        link=f"{PAGE}/{delivery}",
    )

"""The toy service as the simulator runs it: with a ledger and rows in memory, and a second version of its code.

Version 1 raises for one unit and welcomes nobody; version 2 derives that unit as well, and welcomes. Version 0 is as version 1 and
hears of hires alone: who comes after it has a past to read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from contracts.hr import Hired
from services.chassis.reference import Reference
from services.chassis.service import Changed, Connection, Service, SubjectKind
from services.chassis.subject import Booking, History, Situation, Statement
from tests.kit.builders import an_id
from tests.kit.toy import TOY, BellPlanned, bells
from tests.simulator.memory.tables.here import here

FRAGILE = an_id("unit 0")
"""The unit that version 1 cannot derive."""
LEDGER = "ledger"
ROWS = "rows"


class Welcomed(BellPlanned):
    """What only version 2 says."""

    wire: ClassVar[str] = "toy.welcomed.v1"


def fragile(history: History, reference: Reference, now: datetime) -> Situation:
    """Version 1: there is a unit it cannot bear."""
    if any(hired.body.unit_id == FRAGILE for hired in history.standing(Hired)):
        raise ZeroDivisionError
    return bells(history, reference, now)


def welcoming(history: History, reference: Reference, now: datetime) -> Situation:
    """Version 2: bears every unit, and welcomes everybody who is hired."""
    situation = bells(history, reference, now)
    said = [(r, Welcomed(rings_on=r.body.effective_date, **_about(r.body))) for r in history.standing(Hired)]
    return situation._replace(statements=(*situation.statements, *(Statement(("welcome", str(r.fact)), event) for r, event in said)))


def _about(hired: Hired) -> dict[str, object]:
    return {name: getattr(hired, name) for name in ("municipality", "employment_id", "person_key", "unit_id")}


async def book(conn: Connection, booked: Mapping[tuple[str, Booking], int]) -> None:
    """Add to the ledger: (municipality, known on, unit, month) → amount."""
    async with here(conn).statement() as server:
        for (code, booking), amount in sorted(booked.items(), key=str):
            key = (code, *booking)
            if not await server.insert(LEDGER, key, amount):
                server.put(LEDGER, key, await server.for_update(LEDGER, key) + amount)


async def save_rows(conn: Connection, changed: Sequence[Changed]) -> None:
    """The rows of a subject replace all it had."""
    async with here(conn).statement() as server:
        for change in changed:
            key = (change.subject.kind, change.subject.id)
            if not await server.insert(ROWS, key, change.situation.rows):
                await server.for_update(ROWS, key)
                server.put(ROWS, key, change.situation.rows)


def version(number: int) -> Service:
    """The service at one version of its code."""
    person, unit = TOY.subjects
    hears = person.hears if number else (Hired,)
    kind: SubjectKind = replace(person, derive=welcoming if number > 1 else fragile, hears=hears)
    return replace(TOY, subjects=(kind, unit), code_version=number, save_rows=save_rows, book=book, hears_names=True)


VERSIONS = {number: version(number) for number in (0, 1, 2)}

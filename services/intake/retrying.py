"""A delivery is taken, and then the rows that were refused before for want of a unit it told of (samples: unknown-unit).

What is still to be tried stands in the database (`unit_code.tried`): after a stop the next delivery does it.
"""

from collections import Counter
from uuid import UUID

from services.chassis.runtime import Runtime
from services.intake import delivery_store, mending, refused, refused_store, store
from services.intake.bringing import Bringing
from services.intake.delivery import Delivering, Progress
from services.intake.delivery_store import UNKNOWN, Brought
from services.intake.mending import Broken
from services.intake.outcome import Outcome
from services.intake.reading.mapping import Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import Delivery
from services.intake.reading.sheet import Corrected, written
from services.intake.refused import OpenRow
from services.intake.vault import Unopened, Vault

UNKNOWN_UNIT = "unknown-unit"
NOW_KNOWN = "unit-now-known"
"""The note of rows that were refused before and are taken, since their unit is known now."""
BATCH = 10_000
"""Rows that are held at once, and put right by one delivery."""
ANOTHER_TIME = frozenset({"import-running", "unopened"})
"""Why rows cannot be tried now, but may be with the next delivery."""


async def deliver(
    runtime: Runtime,
    mapping: Mapping,
    delivery: Delivery,
    bringing: Bringing | None = None,
    progress: Progress = lambda _: None,
    *,
    dry_run: bool = False,
) -> Outcome:
    """Take a delivery, and what waited for its units. Raises as `Delivering`."""
    outcome = await Delivering(runtime, mapping, delivery, bringing, dry_run=dry_run).run(progress)
    if not dry_run:
        await retry(runtime, outcome, bringing.by if bringing else UNKNOWN)
    return outcome


async def retry(runtime: Runtime, outcome: Outcome, by: Brought) -> None:
    """After a delivery: rows of all, where units were told of since they were last tried; else its own, and `outcome` notes how many.

    Its own, since another may have told of a unit and tried while this one, which did not know the unit yet, was under way.
    """
    async with runtime.pool.acquire() as conn:
        told = await store.untried_units(conn, outcome.municipality)
        files = await refused_store.files_refused_for(conn, outcome.municipality, UNKNOWN_UNIT, None if told else outcome.id)
    is_over = True
    for delivery, file_ref in files:
        try:
            if taken := Counter({NOW_KNOWN: await _file(runtime, delivery, file_ref, by)}) + Counter():
                outcome.notes += taken
                async with runtime.pool.acquire() as conn:
                    await delivery_store.count_notes(conn, outcome.id, taken)
        except DeliveryRefused as why:
            is_over = is_over and why.reason not in ANOTHER_TIME
    if told and is_over:
        async with runtime.pool.acquire() as conn:
            await store.tried(conn, outcome.municipality, told)


async def _file(runtime: Runtime, delivery: UUID, file_ref: str, by: Brought) -> int:
    """How many refused rows of a file were taken."""
    async with runtime.pool.acquire() as conn:
        first = await delivery_store.anywhere(conn, delivery)
        assert first is not None
        units = await store.known_units(conn, first.municipality)
    mapping = await mending.mapping_of(runtime, delivery)
    broken = Broken(first, file_ref, await mending.refused_file(runtime, delivery, file_ref), mapping)
    columns, taken, after = broken.columns, 0, 0
    while rows := await _rows(runtime, broken, after):
        after = rows[-1].line
        if fit := [row for row in rows if columns.row(row.cells).text("unit") in units]:
            content = written([broken.file.columns, *(row.cells for row in fit)], mapping.format)
            outcome = await mending.put_right(runtime, broken, Corrected(content, frozenset(row.line for row in fit)), by)
            taken += 0 if outcome.held else outcome.seen - outcome.refused_rows
    return taken


async def _rows(runtime: Runtime, broken: Broken, after: int) -> list[OpenRow]:
    """The next open rows of a file that were refused for want of a unit, after this line."""
    vault = Vault.of(runtime.settings)
    async with runtime.pool.acquire() as conn:
        try:
            return await refused.some_opened(conn, vault, broken.delivery.id, broken.ref, UNKNOWN_UNIT, after, BATCH)
        except Unopened as wrong:
            raise DeliveryRefused("unopened") from wrong

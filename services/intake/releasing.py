"""What a person does with a delivery that is there: lets it go, drops it, or sends rows of it that were put right."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from contracts.intake import DeliveryOutcome
from services.chassis.runtime import Runtime
from services.intake import asking, delivery_store, hold_store, holding, mending, refused, refused_store
from services.intake.bringing import Bringing
from services.intake.delivery_store import Bringer, Brought, Correcting, Shown, State
from services.intake.mending import Broken, mapping_of, of_file, refused_file
from services.intake.outcome import Outcome
from services.intake.reading import sheet
from services.intake.reading.files import survey
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.sheet import SheetRow
from services.intake.refused import OpenRow
from services.intake.refused_store import Download
from services.intake.retrying import deliver, retry
from services.intake.vault import Unopened, Vault


async def find(runtime: Runtime, delivery: UUID) -> Shown:
    """A delivery of whatever municipality, for the operator. Raises `DeliveryRefused("no-delivery")`."""
    async with runtime.pool.acquire() as conn:
        found = await delivery_store.anywhere(conn, delivery)
    if found is None:
        raise DeliveryRefused("no-delivery", delivery=str(delivery))
    return found


async def decide(runtime: Runtime, delivery: UUID, decided: State, by: Brought, why: str) -> None:
    """Let a delivery that waits go, or drop it with its content. Raises `DeliveryRefused("not-waiting")`.

    One that was dropped is let go only where it is brought again.
    """
    async with runtime.transaction() as (conn, moment):
        if await hold_store.decision(conn, delivery) is not None:
            raise DeliveryRefused("not-waiting")
        if not await hold_store.decide(conn, delivery, decided, by, moment.stamp, why):
            raise DeliveryRefused("not-waiting")
        if decided is State.DROPPED:
            await hold_store.forget_parts(conn, delivery)
        outcome = DeliveryOutcome.ACCEPTED if decided is State.RELEASED else DeliveryOutcome.REFUSED
        await asking.settle(runtime, conn, moment, [delivery], outcome, by_hr=by.role is Bringer.HR)


async def take_released(runtime: Runtime, found: Shown) -> Outcome:
    """Take a delivery that was let go, from what was kept of it; stopped and taken again it goes on. Raises `DeliveryRefused`."""
    mapping = await mapping_of(runtime, found.id)
    with TemporaryDirectory(prefix="forbliv-") as folder:
        async with runtime.pool.acquire() as conn:
            try:
                path = await holding.put_back(conn, Vault.of(runtime.settings), found.id, Path(folder))
            except Unopened as wrong:
                raise DeliveryRefused("unopened") from wrong
        correcting = Correcting(found.corrects, found.corrects_file) if found.corrects else None
        own_mapping = of_file(mapping, found.corrects_file) if found.corrects_file else mapping
        delivery = await asyncio.to_thread(survey, own_mapping, path, found.municipality)
        return await deliver(runtime, mapping, delivery, Bringing(found.brought, corrects=correcting, id=found.id))


async def put_right(runtime: Runtime, found: Shown, content: bytes, by: Brought, *, dry_run: bool = False) -> Outcome:
    """Take rows that were refused and put right, read as the first delivery was; those that are still wrong are refused again.

    Raises `DeliveryRefused`: `no-file` for one without refused rows, and what is wrong with the sheet.
    """
    mapping = await mapping_of(runtime, found.id)
    if mapping.way_in != "csv":
        raise DeliveryRefused("other-format", way_in=mapping.way_in)
    format_ = mapping.format
    file_ref = sheet.file_of(content, format_.delimiter, format_.encoding) or await _only_file(runtime, found.id)
    file = await refused_file(runtime, found.id, file_ref)
    rows = sheet.corrected(content, file.columns, format_)
    outcome = await mending.put_right(runtime, Broken(found, file_ref, file, mapping), rows, by, dry_run=dry_run)
    if not dry_run:
        await retry(runtime, outcome, by)
    return outcome


async def _only_file(runtime: Runtime, delivery: UUID) -> str:
    """The one file with rows that are open; which of several is meant only a sheet of ours tells."""
    async with runtime.pool.acquire() as conn:
        open_files = [file.file_ref for file in await refused_store.files(conn, delivery) if file.open]
    if len(open_files) != 1:
        raise DeliveryRefused("no-file", file="")
    return open_files[0]


async def refused_rows(runtime: Runtime, found: Shown, file_ref: str, by: UUID, why: Callable[[OpenRow], str]) -> bytes:
    """The open rows of a file as a sheet. Noted with it: who fetches, which and how many. Raises `DeliveryRefused` as `refused_file`."""
    file = await refused_file(runtime, found.id, file_ref)
    async with runtime.transaction() as (conn, moment):
        try:
            rows = await refused.opened(conn, Vault.of(runtime.settings), found.id, file_ref)
        except Unopened as wrong:
            raise DeliveryRefused("unopened") from wrong
        if not rows:
            raise DeliveryRefused("no-rows")
        await refused_store.note_download(conn, found.id, Download(file_ref, by, len(rows), moment.stamp))
    told = [SheetRow(row.line, why(row), row.cells) for row in rows]
    return sheet.sheet_of(file_ref, file.columns, told) if file.columns else sheet.sheet_of(file_ref, *sheet.paths_of(told))

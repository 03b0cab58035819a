"""What a person does with a delivery that is there: lets it go, drops it, or sends rows of it that were put right."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from contracts.intake import DeliveryOutcome
from services.chassis.runtime import Runtime
from services.intake import asking, delivery_store, hold_store, holding, refused, refused_store
from services.intake.bringing import Bringing, piece_of
from services.intake.delivery import Delivering
from services.intake.delivery_store import Bringer, Brought, Correcting, Shown, State
from services.intake.outcome import Outcome
from services.intake.reading import sheet
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.sheet import SheetRow
from services.intake.refused import OpenRow
from services.intake.refused_store import Download
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
    mapping = await _mapping(runtime, found.id)
    with TemporaryDirectory(prefix="forbliv-") as folder:
        async with runtime.pool.acquire() as conn:
            try:
                path = await holding.put_back(conn, Vault.of(runtime.settings), found.id, Path(folder))
            except Unopened as wrong:
                raise DeliveryRefused("unopened") from wrong
        correcting = Correcting(found.corrects, found.corrects_file) if found.corrects else None
        of_file = _of_file(mapping, found.corrects_file) if found.corrects_file else mapping
        delivery = await asyncio.to_thread(survey, of_file, path, found.municipality)
        return await Delivering(runtime, mapping, delivery, Bringing(corrects=correcting, id=found.id)).run()


async def put_right(runtime: Runtime, found: Shown, content: bytes, by: Brought, *, dry_run: bool = False) -> Outcome:
    """Take rows that were refused and put right, read as the first delivery was; those that are still wrong are refused again.

    Raises `DeliveryRefused`: `no-file` for one without refused rows, and what is wrong with the sheet.
    """
    mapping = await _mapping(runtime, found.id)
    if mapping.way_in != "csv":
        raise DeliveryRefused("other-format", way_in=mapping.way_in)
    written = mapping.format
    file_ref = sheet.file_of(content, written.delimiter, written.encoding) or await _only_file(runtime, found.id)
    file = await refused_file(runtime, found.id, file_ref)
    rows = sheet.corrected(content, file.columns, written.delimiter, written.encoding)
    with TemporaryDirectory(prefix="forbliv-") as folder:
        path = Path(folder) / Path(file.name).name.removesuffix(".gz")
        path.touch(mode=0o600)
        path.write_bytes(rows.content)
        delivery = await asyncio.to_thread(survey, _of_file(mapping, file_ref), path, found.municipality)
        bringing = Bringing(by, (piece_of(path),), corrects=Correcting(found.id, file_ref, rows.lines))
        return await Delivering(runtime, mapping, delivery, bringing, dry_run=dry_run).run()


def _of_file(mapping: Mapping, file_ref: str) -> Mapping:
    """How one file of a delivery is read, whatever else has its name; what events call a file begins with its kind."""
    kind = file_ref.rpartition("-")[0]
    return mapping.model_copy(update={"files": tuple(each for each in mapping.files if each.kind == kind)})


async def _only_file(runtime: Runtime, delivery: UUID) -> str:
    """The one file with rows that are open; which of several is meant only a sheet of ours tells."""
    async with runtime.pool.acquire() as conn:
        open_files = [file.file_ref for file in await refused_store.files(conn, delivery) if file.open]
    if len(open_files) != 1:
        raise DeliveryRefused("no-file", file="")
    return open_files[0]


async def refused_file(runtime: Runtime, delivery: UUID, file_ref: str) -> refused.File:
    """Name and columns of a file with refused rows. Raises `DeliveryRefused`: `no-file`, `unopened`."""
    async with runtime.pool.acquire() as conn:
        try:
            found = await refused.file_of(conn, Vault.of(runtime.settings), delivery, file_ref)
        except Unopened as wrong:
            raise DeliveryRefused("unopened") from wrong
    if found is None:
        raise DeliveryRefused("no-file", file="")
    return found


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


async def _mapping(runtime: Runtime, delivery: UUID) -> Mapping:
    async with runtime.pool.acquire() as conn:
        body = await delivery_store.mapping_of(conn, delivery)
    if body is None:
        raise DeliveryRefused("no-mapping")
    return Mapping.of_body(body)

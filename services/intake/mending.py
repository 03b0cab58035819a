"""Rows of a file that were refused, put right as a delivery of their own that is read as the first was."""

import asyncio
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from uuid import UUID

from services.chassis.runtime import Runtime
from services.intake import delivery_store, refused
from services.intake.bringing import Bringing, piece_of
from services.intake.delivery import Delivering
from services.intake.delivery_store import Brought, Correcting, Shown
from services.intake.outcome import Outcome
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.row import Columns
from services.intake.reading.sheet import Corrected
from services.intake.refused import File
from services.intake.vault import Unopened, Vault


class Broken(NamedTuple):
    """A file with refused rows: of which delivery, what events call it, its name and columns, and how the delivery was read."""

    delivery: Shown
    ref: str
    file: File
    mapping: Mapping

    @property
    def name(self) -> str:
        """As its mapping names it."""
        return Path(self.file.name).name.removesuffix(".gz")

    @property
    def columns(self) -> Columns:
        """Where its fields stand."""
        files = of_file(self.mapping, self.ref).files
        return Columns(next(each for each in files if fnmatch(self.name, each.name)), self.mapping.format, self.file.columns)


async def put_right(runtime: Runtime, broken: Broken, rows: Corrected, by: Brought, *, dry_run: bool = False) -> Outcome:
    """Take rows that settle the lines they name; those that are still wrong are refused again. Raises `DeliveryRefused`."""
    with TemporaryDirectory(prefix="forbliv-") as folder:
        path = Path(folder) / broken.name
        path.touch(mode=0o600)
        path.write_bytes(rows.content)
        first = broken.delivery
        delivery = await asyncio.to_thread(survey, of_file(broken.mapping, broken.ref), path, first.municipality)
        bringing = Bringing(by, (piece_of(path),), corrects=Correcting(first.id, broken.ref, rows.lines))
        return await Delivering(runtime, broken.mapping, delivery, bringing, dry_run=dry_run).run()


def of_file(mapping: Mapping, file_ref: str) -> Mapping:
    """How one file of a delivery is read, whatever else has its name; what events call a file begins with its kind."""
    kind = file_ref.rpartition("-")[0]
    return mapping.model_copy(update={"files": tuple(each for each in mapping.files if each.kind == kind)})


async def refused_file(runtime: Runtime, delivery: UUID, file_ref: str) -> File:
    """Name and columns of a file with refused rows. Raises `DeliveryRefused`: `no-file`, `unopened`."""
    async with runtime.pool.acquire() as conn:
        try:
            found = await refused.file_of(conn, Vault.of(runtime.settings), delivery, file_ref)
        except Unopened as wrong:
            raise DeliveryRefused("unopened") from wrong
    if found is None:
        raise DeliveryRefused("no-file", file="")
    return found


async def mapping_of(runtime: Runtime, delivery: UUID) -> Mapping:
    """How a delivery was read. Raises `DeliveryRefused("no-mapping")`."""
    async with runtime.pool.acquire() as conn:
        body = await delivery_store.mapping_of(conn, delivery)
    if body is None:
        raise DeliveryRefused("no-mapping")
    return Mapping.of_body(body)

"""A delivery that was looked at, into the histories of a local stack's intake, in the process that asks."""

import gc
import getpass
from pathlib import Path
from uuid import UUID

from deploy.local.settings import settings_of
from deploy.local.stack import Stack
from services.chassis.runtime import open_runtime
from services.chassis.worker import COLLECTION
from services.intake.app import SERVICE
from services.intake.bringing import Bringing
from services.intake.delivery import Delivering, Progress
from services.intake.delivery_store import Bringer, Brought
from services.intake.outcome import Outcome
from services.intake.reading.mapping import Mapping
from services.intake.reading.result import Delivery
from services.intake.releasing import find, put_right


def operator(name: str | None = None) -> Brought:
    """Whoever is logged in here, or is named."""
    return Brought(Bringer.OPERATOR, name or getpass.getuser())


def brought(mapping: Mapping, path: Path, release: str | None = None) -> Bringing:
    """By whoever is logged in here. `release`: why it may end however many employments."""
    return Bringing.of(operator(), mapping, path, release)


async def take(
    stack: Stack, mapping: Mapping, delivery: Delivery, bringing: Bringing, progress: Progress = lambda _: None, *, dry_run: bool = False
) -> Outcome:
    """Take it; a dry run says what would be said. Raises `DeliveryRefused`."""
    gc.set_threshold(*COLLECTION)
    async with open_runtime(SERVICE, settings_of(stack, SERVICE.name)) as runtime:
        return await Delivering(runtime, mapping, delivery, bringing, dry_run=dry_run).run(progress)


async def corrected(stack: Stack, first: UUID, content: bytes, *, dry_run: bool = False) -> Outcome:
    """Take rows of a delivery that were put right, read as it was. Raises `DeliveryRefused`."""
    async with open_runtime(SERVICE, settings_of(stack, SERVICE.name)) as runtime:
        return await put_right(runtime, await find(runtime, first), content, operator(), dry_run=dry_run)

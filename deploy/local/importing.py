"""A delivery that was looked at, into the histories of a local stack's intake, in the process that asks."""

import gc
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from deploy.local.settings import settings_of
from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from services.chassis.runtime import open_runtime
from services.chassis.worker import COLLECTION
from services.intake.app import SERVICE
from services.intake.bringing import Bringing
from services.intake.delivery import Delivering, Progress
from services.intake.delivery_store import Bringer, Brought
from services.intake.outcome import Outcome
from services.intake.reading.mapping import Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import Delivery, Reading
from services.intake.releasing import find, put_right
from services.intake.retrying import deliver


def operator(name: str | None = None) -> Brought:
    """Whoever is logged in here, or is named."""
    return Brought(Bringer.OPERATOR, name or getpass.getuser())


def brought(mapping: Mapping, path: Path, release: str | None = None) -> Bringing:
    """By whoever is logged in here. `release`: why it may end however many employments."""
    return Bringing.of(operator(), mapping, path, release)


@contextmanager
def turning_down(stack: Stack, mapping: Mapping, municipality: str | None, bringing: Bringing) -> Iterator[None]:
    """What cannot be read inside stands in the list with the reason; where nobody says whose it is, in nobody's. Raises on."""
    try:
        yield
    except DeliveryRefused as why:
        if code := municipality or mapping.municipality:
            run_async(_turn_down(stack, mapping, Reading(code, mapping.feed, bringing.digest), bringing, why))
        raise


async def _turn_down(stack: Stack, mapping: Mapping, unread: Reading, bringing: Bringing, why: DeliveryRefused) -> None:
    async with open_runtime(SERVICE, settings_of(stack, SERVICE.name)) as runtime:
        await Delivering(runtime, mapping, unread, bringing).turn_down(why)


async def take(
    stack: Stack, mapping: Mapping, delivery: Delivery, bringing: Bringing, progress: Progress = lambda _: None, *, dry_run: bool = False
) -> Outcome:
    """Take it; a dry run says what would be said. Raises `DeliveryRefused`."""
    gc.set_threshold(*COLLECTION)
    async with open_runtime(SERVICE, settings_of(stack, SERVICE.name)) as runtime:
        return await deliver(runtime, mapping, delivery, bringing, progress, dry_run=dry_run)


async def corrected(stack: Stack, first: UUID, content: bytes, *, dry_run: bool = False) -> Outcome:
    """Take rows of a delivery that were put right, read as it was. Raises `DeliveryRefused`."""
    async with open_runtime(SERVICE, settings_of(stack, SERVICE.name)) as runtime:
        return await put_right(runtime, await find(runtime, first), content, operator(), dry_run=dry_run)

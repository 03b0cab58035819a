"""A delivery that was looked at, into the histories of a local stack's intake, in the process that asks."""

from deploy.local.settings import settings_of
from deploy.local.stack import Stack
from services.chassis.runtime import open_runtime
from services.intake.app import SERVICE
from services.intake.delivery import Delivering, Outcome, Progress
from services.intake.reading.mapping import Mapping
from services.intake.reading.result import Delivery


async def take(
    stack: Stack, mapping: Mapping, delivery: Delivery, progress: Progress = lambda _: None, *, dry_run: bool = False
) -> Outcome:
    """Take it; a dry run says what would be said. Raises `DeliveryRefused`."""
    async with open_runtime(SERVICE, settings_of(stack, SERVICE.name)) as runtime:
        return await Delivering(runtime, mapping, delivery, dry_run=dry_run).run(progress)

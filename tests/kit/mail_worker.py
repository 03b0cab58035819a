"""Notification's worker without the bus: wakes, makes digests, sends mails; to be killed: `python -m tests.kit.mail_worker`."""

import asyncio

from services.chassis import logs
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.chassis.wake import Wake
from services.notification.app import SERVICE
from services.notification.mail import LOOPS


async def work() -> None:
    """Until it is ended."""
    settings = Settings()
    logs.configure(SERVICE.name, settings.instance)
    async with open_runtime(SERVICE, settings) as runtime:
        await asyncio.gather(Wake(runtime).run(), *(loop(runtime) for loop in LOOPS))


if __name__ == "__main__":
    asyncio.run(work())
